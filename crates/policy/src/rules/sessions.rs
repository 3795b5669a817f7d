//! When a person's session ends by itself: the strictest of the rules that concern them.

use domain::{Span, Timetable, Unit};
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::Rules;
use crate::kinds::Rule;
use crate::rules::audience_match::AudienceMatch;
use crate::somebody::Somebody;
use crate::verdict::RuleIndex;

/// Hours after which every session ends, unless the school sets others.
pub const LONGEST_HOURS: u32 = 12;

/// The strictest limits that concern a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionLimits {
    /// After how long without use a session ends.
    pub idle: Option<Span>,
    /// Whether every session ends with the day.
    pub end_of_day: bool,
    /// The rule that sets the idle limit, or else the one that ends sessions with the day.
    pub clause: Option<RuleIndex>,
}

impl SessionLimits {
    /// When a session that was last used at `last_seen` goes idle; `None` where no clause says, or where a clause counts
    /// in terms or school days that the school's calendar does not have.
    pub fn idle_end(&self, last_seen: Timestamp, timetable: &Timetable) -> Option<Timestamp> {
        let last_seen = last_seen.to_zoned(timetable.time_zone.clone());
        Some(self.idle?.after(&last_seen, &timetable.calendar).ok()?.timestamp())
    }

    /// When a session ends that ends at `latest` at the latest and was last used at `last_seen`.
    pub fn end(&self, latest: Timestamp, last_seen: Timestamp, timetable: &Timetable) -> Timestamp {
        self.idle_end(last_seen, timetable).map_or(latest, |idle| idle.min(latest))
    }

    /// When a session that begins at `began` ends at the latest: after `longest_hours`, or with the day in the school's time
    /// zone where a clause says so.
    pub fn latest_end(&self, began: Timestamp, longest_hours: u32, zone: &TimeZone) -> Timestamp {
        let longest = SignedDuration::from_hours(i64::from(longest_hours.max(1)));
        let latest = began.checked_add(longest).unwrap_or(Timestamp::MAX);
        if !self.end_of_day {
            return latest;
        }
        let midnight = began.to_zoned(zone.clone()).with().time(Time::constant(23, 59, 59, 999_000_000)).build();
        midnight.map_or(latest, |midnight| latest.min(midnight.timestamp()))
    }
}

impl Rules {
    /// The limits of a person's sessions.
    pub fn session_for(&self, somebody: Somebody<'_>) -> SessionLimits {
        let mut limits = SessionLimits::default();
        let mut with_the_day = None;
        for (index, _, _, rule) in self.each() {
            let Rule::Session(session) = rule else { continue };
            if !self.concerns(index, &AudienceMatch::of(&session.who), somebody) {
                continue;
            }
            if session.end_of_day {
                limits.end_of_day = true;
                with_the_day.get_or_insert(index);
            }
            if let Some(idle) = session.idle
                && limits.idle.is_none_or(|known| minutes(idle) < minutes(known))
            {
                limits.idle = Some(idle);
                limits.clause = Some(index);
            }
        }
        limits.clause = limits.clause.or(with_the_day);
        limits
    }

    /// Whether a rule that stands at `index` concerns somebody.
    pub(super) fn concerns(&self, index: RuleIndex, who: &AudienceMatch, somebody: Somebody<'_>) -> bool {
        let Some(origin) = self.origins[index.0 as usize] else { return false };
        let bound = self.binds(origin.policy, somebody.audience);
        who.reaches(somebody, bound).is_some()
    }
}

/// A span's length for comparing spans: months have 30 days here, terms four months.
pub(crate) fn minutes(span: Span) -> u64 {
    let one = match span.unit {
        Unit::Minute => 1,
        Unit::Hour => 60,
        Unit::Day | Unit::SchoolDay => 24 * 60,
        Unit::Week => 7 * 24 * 60,
        Unit::Month => 30 * 24 * 60,
        Unit::Term => 4 * 30 * 24 * 60,
        Unit::Year => 365 * 24 * 60,
    };
    u64::from(span.count) * one
}
