//! Sweeping: whole days that are past keeping go, unless they are held, and only by a clock that can be believed.
//!
//! A clock that has jumped a year ahead makes every day look past keeping. The log itself is the witness: a school's
//! log has no long gaps before today. Where there is one, nothing is swept until activity has been written for some
//! days after it, and whatever happens, one sweep removes few days.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use domain::Span;
use files::sync_folder;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::layout::{Layout, day_of};
use crate::settings::SweepSettings;

/// A day that should be gone and is not. The next sweep takes it up again.
#[derive(Debug, thiserror::Error)]
#[error("the activity of {day} is past keeping and could not be removed")]
pub struct SweepError {
    pub day: Date,
    #[source]
    pub error: io::Error,
}

/// What is to be swept, and what is not. It says; [`crate::ActivityLog::remove_days`] does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SweepPlan {
    /// To be removed, the oldest first; never more than [`SweepSettings::most_days`].
    pub days: Vec<Date>,
    /// Past keeping, and left alone because they are held.
    pub held: Vec<Date>,
    /// How many more are past keeping, and are left to the next sweeps.
    pub left: usize,
    /// Why nothing is removed although days look past keeping.
    pub doubt: Option<ClockDoubt>,
}

/// Why the log does not believe the clock: there is a gap before now that no school has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockDoubt {
    /// The last day with activity before the gap.
    pub before: Date,
    /// The first day with activity after it; `None` where there has been none yet.
    pub after: Option<Date>,
}

impl std::fmt::Display for ClockDoubt {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "there is no activity after {} ", self.before)?;
        match self.after {
            None => write!(out, "until now, which is longer than activity.sweep.longest-quiet")?,
            Some(after) => write!(
                out,
                "until {after}, which is longer than activity.sweep.longest-quiet, and less than \
                 activity.sweep.trusted-after has passed since"
            )?,
        }
        write!(out, "; see that the machine's clock is right")
    }
}

pub fn plan(
    layout: &Layout,
    settings: &SweepSettings,
    keep_for: Span,
    now: Timestamp,
    held: &BTreeSet<Date>,
) -> io::Result<SweepPlan> {
    let days: BTreeSet<Date> = layout.hot_days()?.union(&layout.sealed_days()?).copied().collect();
    let past = days.iter().copied().filter(|day| is_over_for(*day, keep_for, now));
    let (held, mut past): (Vec<_>, Vec<_>) = past.partition(|day| held.contains(day));
    if past.is_empty() {
        return Ok(SweepPlan { held, ..SweepPlan::default() });
    }
    if let Some(doubt) = doubt(&days, settings, now) {
        return Ok(SweepPlan { days: Vec::new(), held, left: past.len(), doubt: Some(doubt) });
    }
    let left = past.len().saturating_sub(settings.most_days);
    past.truncate(settings.most_days);
    Ok(SweepPlan { days: past, held, left, doubt: None })
}

/// Walks back from today to the last long gap. Days after today were written by a clock that was ahead and say nothing.
fn doubt(days: &BTreeSet<Date>, settings: &SweepSettings, now: Timestamp) -> Option<ClockDoubt> {
    let today = day_of(now);
    let mut after = None;
    for day in days.range(..=today).rev().copied() {
        let gap_ends = after.unwrap_or(today);
        if is_over_for(day, settings.longest_quiet, midnight(gap_ends)?) {
            let trusted = after.is_some_and(|after| is_over_for(after, settings.trusted_after, now));
            return (!trusted).then_some(ClockDoubt { before: day, after });
        }
        after = Some(day);
    }
    None
}

/// Whether the whole span has passed since the last moment of the day.
fn is_over_for(day: Date, span: Span, now: Timestamp) -> bool {
    let end = day.checked_add(1.day()).ok().and_then(|next| next.to_zoned(TimeZone::UTC).ok());
    end.and_then(|end| span.fixed_after(&end)).is_some_and(|end| end.timestamp() <= now)
}

fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}

/// Removes a day. Its segments go first: they are never read back as new after their part has gone.
pub fn remove(layout: &Layout, day: Date) -> Result<(), SweepError> {
    let remove = || -> io::Result<()> {
        remove_folder(&layout.hot_day(day))?;
        sync_folder(&layout.hot())?;
        remove_folder(&layout.sealed_day(day))?;
        sync_folder(&layout.sealed())
    };
    remove().map_err(|error| SweepError { day, error })
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FIFTEENTH: Date = date(2026, 5, 15);

    fn at(moment: &str) -> Timestamp {
        moment.parse().unwrap()
    }

    fn days_until(last: Date, count: i64) -> impl Iterator<Item = Date> {
        (0..count).map(move |back| last.saturating_sub(back.days()))
    }

    #[test]
    fn a_day_is_kept_until_its_last_moment_has_been_kept_for_the_whole_span() {
        let keep_for = "30 days".parse().unwrap();
        assert!(!is_over_for(FIFTEENTH, keep_for, at("2026-06-14T23:59:59Z")));
        assert!(is_over_for(FIFTEENTH, keep_for, at("2026-06-15T00:00:00Z")));
    }

    #[test]
    fn a_log_without_a_long_gap_believes_the_clock_and_holidays_are_no_long_gap() {
        let settings = SweepSettings::default();
        let easter = date(2026, 4, 24);
        let days: BTreeSet<_> = days_until(FIFTEENTH, 21).chain(days_until(date(2026, 4, 10), 60)).collect();
        assert!(days.contains(&FIFTEENTH) && !days.contains(&easter));
        assert_eq!(doubt(&days, &settings, at("2026-05-16T08:00:00Z")), None);
        assert_eq!(doubt(&BTreeSet::new(), &settings, at("2026-05-16T08:00:00Z")), None);
    }

    #[test]
    fn a_jump_ahead_is_doubted_until_activity_has_gone_on_for_long_enough_after_it() {
        let settings = SweepSettings::default();
        let mut days: BTreeSet<_> = days_until(FIFTEENTH, 60).collect();
        let quiet = ClockDoubt { before: FIFTEENTH, after: None };
        assert_eq!(doubt(&days, &settings, at("2027-05-16T08:00:00Z")), Some(quiet));
        days.extend(days_until(date(2027, 5, 22), 7));
        let resumed = ClockDoubt { before: FIFTEENTH, after: Some(date(2027, 5, 16)) };
        assert_eq!(doubt(&days, &settings, at("2027-05-22T08:00:00Z")), Some(resumed));
        days.extend(days_until(date(2027, 5, 24), 2));
        assert_eq!(doubt(&days, &settings, at("2027-05-24T08:00:00Z")), None);
    }

    #[test]
    fn days_that_a_clock_wrote_while_it_was_ahead_vouch_for_nothing() {
        let ahead = days_until(date(2027, 5, 22), 3);
        let days: BTreeSet<_> = days_until(FIFTEENTH, 60).chain(ahead).collect();
        assert_eq!(doubt(&days, &SweepSettings::default(), at("2026-05-16T08:00:00Z")), None);
    }
}
