//! Lengths of time, as policies say them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::{ToSpan, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

crate::names::vocabulary! {
    /// A unit of time in a policy. A school day is a weekday; holidays are not known here.
    Unit, "unit of time" {
        Minute = "minute", "minute";
        Hour = "hour", "hour";
        Day = "day", "day";
        SchoolDay = "school day", "school day";
        Week = "week", "week";
        Month = "month", "month";
        Term = "term", "term";
        Year = "year", "year";
    }
}

/// `72 hours`, `1 day`, `12 months`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    pub count: u32,
    pub unit: Unit,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error("'{0}' is not a length of time; write a number and a unit, such as '72 hours' or '12 months'")]
    Span(String),
    #[error("'{0}' is longer than a hundred years; write a shorter time")]
    TooLong(String),
    #[error("'{0}' does not say how often; write 'every' and a length of time, such as 'every 12 months'")]
    Every(String),
    #[error(
        "'{0}' does not say when it ends; write a length of time, 'end of lesson', 'end of day', 'end of term' or 'until revoked'"
    )]
    Longest(String),
    #[error("'{0}' does not say how soon; write a length of time, 'at once' or 'as soon as possible'")]
    Within(String),
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let wrong = || SpanError::Span(text.to_owned());
        let (count, unit) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let count: u32 = count.parse().map_err(|_| wrong())?;
        let unit = unit.trim();
        let unit = unit.parse().or_else(|_| unit.strip_suffix('s').unwrap_or(unit).parse()).map_err(|_| wrong())?;
        match count {
            0 => Err(wrong()),
            count if count > in_a_century(unit) => Err(SpanError::TooLong(text.to_owned())),
            count => Ok(Span { count, unit }),
        }
    }
}

/// How many of a unit a hundred years have. No policy means longer, and the calendar counts only so far.
const fn in_a_century(unit: Unit) -> u32 {
    match unit {
        Unit::Minute => 36_525 * 24 * 60,
        Unit::Hour => 36_525 * 24,
        Unit::Day => 36_525,
        Unit::SchoolDay => 26_090,
        Unit::Week => 5_218,
        Unit::Month => 1_200,
        Unit::Term => 300,
        Unit::Year => 100,
    }
}

impl SpanError {
    /// Another error in the place of this one, where that says more.
    fn or(self, other: SpanError) -> SpanError {
        if matches!(self, SpanError::TooLong(_)) { self } else { other }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}{}", self.count, self.unit, if self.count == 1 { "" } else { "s" })
    }
}

impl Span {
    /// `every 12 months`, `every term`.
    pub fn parse_every(text: &str) -> Result<Span, SpanError> {
        let wrong = || SpanError::Every(text.to_owned());
        let rest = text.trim().strip_prefix("every ").ok_or_else(wrong)?.trim();
        match rest.parse::<Unit>() {
            Ok(unit) => Ok(Span { count: 1, unit }),
            Err(_) => rest.parse().map_err(|error: SpanError| error.or(wrong())),
        }
    }

    /// The moment one such span after `from`. A term counts as four months: dates of terms are not known here.
    pub fn after(self, from: &Zoned) -> Zoned {
        let count = i64::from(self.count);
        let length = match self.unit {
            Unit::Minute => count.minutes(),
            Unit::Hour => count.hours(),
            Unit::Day => count.days(),
            Unit::SchoolDay => return after_school_days(from, self.count),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Term => (4 * count).months(),
            Unit::Year => count.years(),
        };
        from.saturating_add(length)
    }
}

fn after_school_days(from: &Zoned, count: u32) -> Zoned {
    let mut day = from.clone();
    let mut left = count;
    while left > 0 {
        day = day.saturating_add(1.day());
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    day
}

/// How long a grant may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Longest {
    Span(Span),
    /// The end of the lesson; an hour where no timetable says.
    EndOfLesson,
    /// The end of the day of asking, at 23:59:59 in the school's time zone.
    EndOfDay,
    EndOfTerm,
    UntilRevoked,
}

impl FromStr for Longest {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        Ok(match text.trim() {
            "end of lesson" => Longest::EndOfLesson,
            "end of day" => Longest::EndOfDay,
            "end of term" => Longest::EndOfTerm,
            "until revoked" => Longest::UntilRevoked,
            other => {
                Longest::Span(other.parse().map_err(|error: SpanError| error.or(SpanError::Longest(text.to_owned())))?)
            }
        })
    }
}

impl fmt::Display for Longest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Longest::Span(span) => span.fmt(out),
            Longest::EndOfLesson => out.write_str("end of lesson"),
            Longest::EndOfDay => out.write_str("end of day"),
            Longest::EndOfTerm => out.write_str("end of term"),
            Longest::UntilRevoked => out.write_str("until revoked"),
        }
    }
}

impl Longest {
    /// The latest end of a grant that begins at `from`; `None` where only a revocation ends it.
    pub fn end(self, from: &Zoned) -> Option<Zoned> {
        match self {
            Longest::Span(span) => Some(span.after(from)),
            Longest::EndOfLesson => Some(from.saturating_add(1.hour())),
            Longest::EndOfDay => from.with().time(Time::constant(23, 59, 59, 0)).build().ok(),
            Longest::EndOfTerm => Some(Span { count: 1, unit: Unit::Term }.after(from)),
            Longest::UntilRevoked => None,
        }
    }
}

/// How soon something must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Within {
    AtOnce,
    AsSoonAsPossible,
    Span(Span),
}

impl FromStr for Within {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        Ok(match text.trim() {
            "at once" | "immediately" => Within::AtOnce,
            "as soon as possible" => Within::AsSoonAsPossible,
            other => {
                Within::Span(other.parse().map_err(|error: SpanError| error.or(SpanError::Within(text.to_owned())))?)
            }
        })
    }
}

impl fmt::Display for Within {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Within::AtOnce => out.write_str("at once"),
            Within::AsSoonAsPossible => out.write_str("as soon as possible"),
            Within::Span(span) => span.fmt(out),
        }
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

as_text!(Span, Longest, Within);

#[cfg(test)]
mod tests {
    use super::*;

    fn friday() -> Zoned {
        "2026-05-15T10:42:00+01:00[Europe/London]".parse().expect("a moment")
    }

    #[test]
    fn spans_are_written_as_they_are_read() {
        for text in ["1 day", "72 hours", "5 school days", "12 months"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!(Span::parse_every("every term").unwrap().to_string(), "1 term");
        assert!("0 days".parse::<Span>().is_err());
        assert!("soon".parse::<Span>().is_err());
        assert!(Span::parse_every("12 months").is_err());
    }

    #[test]
    fn a_hundred_years_is_the_longest_span_and_the_last_moment_the_latest_end() {
        for unit in Unit::ALL {
            let most = in_a_century(*unit);
            let longest: Span = format!("{most} {unit}s").parse().expect("a hundred years");
            let last = jiff::Timestamp::MAX.to_zoned(jiff::tz::TimeZone::UTC);
            assert_eq!(longest.after(&last), last, "{unit}");
            let too_long = format!("{} {unit}s", most + 1);
            assert_eq!(too_long.parse::<Span>(), Err(SpanError::TooLong(too_long.clone())));
            assert!(matches!(too_long.parse::<Longest>(), Err(SpanError::TooLong(_))));
            assert!(matches!(too_long.parse::<Within>(), Err(SpanError::TooLong(_))));
            assert!(matches!(Span::parse_every(&format!("every {too_long}")), Err(SpanError::TooLong(_))));
        }
    }

    #[test]
    fn school_days_step_over_the_weekend() {
        let monday = "1 school day".parse::<Span>().unwrap().after(&friday());
        assert_eq!(monday.date(), jiff::civil::date(2026, 5, 18));
    }

    #[test]
    fn the_end_of_the_day_is_the_schools_own_midnight() {
        let end = Longest::EndOfDay.end(&friday()).unwrap();
        assert_eq!(end.to_string(), "2026-05-15T23:59:59+01:00[Europe/London]");
    }
}
