//! Whether the machine's clock can be believed: it is compared with the steady one, which never jumps.

use std::time::Duration;

use activity::SweepSettings;
use domain::Span;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Watches one clock while the program runs.
pub struct ClockWatch {
    /// A step beyond this, ahead or back, is a jump.
    jump: SignedDuration,
    trusted_after: Duration,
    last: Option<ClockReading>,
    /// When, on the steady clock, it last jumped.
    jumped: Option<Duration>,
}

#[derive(Clone, Copy)]
struct ClockReading {
    now: Timestamp,
    running: Duration,
}

impl ClockWatch {
    pub fn new(settings: &SweepSettings) -> ClockWatch {
        ClockWatch {
            jump: length(settings.clock_jump),
            trusted_after: length(settings.trusted_after).unsigned_abs(),
            last: None,
            jumped: None,
        }
    }

    /// Takes in what the clock says `running` after the program's start, and answers by how much it jumped since the
    /// last look, where it did.
    pub fn look(&mut self, now: Timestamp, running: Duration) -> Option<SignedDuration> {
        let last = self.last.replace(ClockReading { now, running })?;
        let passed = SignedDuration::try_from(running.saturating_sub(last.running)).unwrap_or(SignedDuration::MAX);
        let off = now.duration_since(last.now).saturating_sub(passed);
        if off.abs() <= self.jump {
            return None;
        }
        self.jumped = Some(running);
        Some(off)
    }

    /// Whether the clock has not jumped for as long as the settings ask.
    pub fn is_trusted(&self, running: Duration) -> bool {
        self.jumped.is_none_or(|jumped| running.saturating_sub(jumped) >= self.trusted_after)
    }
}

fn length(span: Span) -> SignedDuration {
    let start = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    span.fixed_after(&start).map_or(SignedDuration::MAX, |end| end.timestamp().duration_since(start.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(moment: &str) -> Timestamp {
        moment.parse().unwrap()
    }

    fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    #[test]
    fn a_clock_that_goes_with_the_steady_one_or_is_put_right_by_an_hour_is_trusted() {
        let mut watch = ClockWatch::new(&SweepSettings::default());
        assert_eq!(watch.look(at("2026-05-12T10:00:00Z"), hours(0)), None);
        assert_eq!(watch.look(at("2026-05-12T12:00:00Z"), hours(2)), None);
        assert_eq!(watch.look(at("2026-05-12T14:00:00Z"), hours(3)), None);
        assert!(watch.is_trusted(hours(3)));
    }

    #[test]
    fn a_jump_ahead_or_back_is_seen_and_remembered_until_the_clock_has_gone_on_for_long_enough() {
        for (jump, by) in [("2027-05-12T11:00:00Z", 365 * 24), ("2026-05-01T11:00:00Z", -11 * 24)] {
            let mut watch = ClockWatch::new(&SweepSettings::default());
            watch.look(at("2026-05-12T10:00:00Z"), hours(0));
            assert_eq!(watch.look(at(jump), hours(1)), Some(SignedDuration::from_hours(by)));
            assert!(!watch.is_trusted(hours(1)) && !watch.is_trusted(hours(1 + 7 * 24 - 1)));
            assert!(watch.is_trusted(hours(1 + 7 * 24)));
        }
    }
}
