//! Lengths of time, as policies say them.

use std::fmt;
use std::str::FromStr;

use jiff::{ToSpan, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Calendar, NoEnd};

crate::names::vocabulary! {
    /// A unit of time in a policy. The school's calendar says what a school day and a term are.
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
        "'{0}' does not say when it ends; write a length of time, 'end of lesson', 'end of day', 'end of next school day', 'end of term' or 'until revoked'"
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
    pub(crate) fn or(self, other: SpanError) -> SpanError {
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

    /// The moment one such span after `from`, at the same time of day; terms are counted as in [`Calendar::end_of_term`].
    ///
    /// # Errors
    /// The school's calendar does not have the dates that a term or a school day needs.
    pub fn after(self, from: &Zoned, calendar: &Calendar) -> Result<Zoned, NoEnd> {
        match self.unit {
            Unit::SchoolDay => calendar.after_school_days(from, self.count),
            Unit::Term => calendar.end_of_term(from, self.count),
            _ => self.fixed_after(from).ok_or(NoEnd::NoTerms),
        }
    }

    /// As [`Span::after`]; where the calendar says nothing every weekday counts as a school day. `None` for terms that it
    /// does not have.
    pub fn likely_after(self, from: &Zoned, calendar: &Calendar) -> Option<Zoned> {
        match self.unit {
            Unit::SchoolDay => Some(calendar.after_likely_school_days(from, self.count)),
            _ => self.after(from, calendar).ok(),
        }
    }

    /// The moment one such span after `from`; `None` for terms and school days, which only a calendar tells.
    pub fn fixed_after(self, from: &Zoned) -> Option<Zoned> {
        Some(from.saturating_add(self.fixed()?))
    }

    /// The moment one such span before `until`; `None` for terms and school days, which only a calendar tells.
    pub fn fixed_before(self, until: &Zoned) -> Option<Zoned> {
        Some(until.saturating_sub(self.fixed()?))
    }

    fn fixed(self) -> Option<jiff::Span> {
        let count = i64::from(self.count);
        Some(match self.unit {
            Unit::Minute => count.minutes(),
            Unit::Hour => count.hours(),
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
            Unit::SchoolDay | Unit::Term => return None,
        })
    }

    /// Reads a length of time that no calendar has to tell, for settings of what knows none.
    ///
    /// # Errors
    /// A text that is no length of time, or one in terms or school days.
    pub fn deserialize_fixed<'de, D: Deserializer<'de>>(from: D) -> Result<Span, D::Error> {
        let span = Span::deserialize(from)?;
        if span.fixed().is_some() {
            return Ok(span);
        }
        Err(serde::de::Error::custom(format!(
            "'{span}' depends on the school's calendar, which is not asked here; write days, weeks, months or years"
        )))
    }

    /// As [`Span::deserialize_fixed`], where a setting may be left out.
    ///
    /// # Errors
    /// As there.
    pub fn deserialize_maybe_fixed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Span>, D::Error> {
        #[derive(Deserialize)]
        struct Fixed(#[serde(deserialize_with = "Span::deserialize_fixed")] Span);
        Ok(Option::<Fixed>::deserialize(from)?.map(|Fixed(span)| span))
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

pub(crate) use as_text;

as_text!(Span, Within);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Longest;

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
            assert!(longest.fixed_after(&last).is_none_or(|end| end == last), "{unit}");
            let too_long = format!("{} {unit}s", most + 1);
            assert_eq!(too_long.parse::<Span>(), Err(SpanError::TooLong(too_long.clone())));
            assert!(matches!(too_long.parse::<Longest>(), Err(SpanError::TooLong(_))));
            assert!(matches!(too_long.parse::<Within>(), Err(SpanError::TooLong(_))));
            assert!(matches!(Span::parse_every(&format!("every {too_long}")), Err(SpanError::TooLong(_))));
        }
    }
}
