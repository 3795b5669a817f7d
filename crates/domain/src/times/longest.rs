//! How long a grant may last, as policies say it.

use std::fmt;
use std::str::FromStr;

use jiff::Zoned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::calendar::end_of_day;
use super::span::as_text;
use crate::{Group, NoEnd, Span, SpanError, Timetable};

/// How long a grant may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Longest {
    Span(Span),
    /// The end of the lesson that is on, or else of the next one of the day.
    EndOfLesson,
    /// The end of the day of asking, at 23:59:59 in the school's time zone.
    EndOfDay,
    /// The end of the school's next day, at 23:59:59.
    EndOfNextSchoolDay,
    /// The end of the term that is on, or in the holidays of the next one.
    EndOfTerm,
    UntilRevoked,
}

impl FromStr for Longest {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        Ok(match text.trim() {
            "end of lesson" => Longest::EndOfLesson,
            "end of day" => Longest::EndOfDay,
            "end of next school day" => Longest::EndOfNextSchoolDay,
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
            Longest::EndOfNextSchoolDay => out.write_str("end of next school day"),
            Longest::EndOfTerm => out.write_str("end of term"),
            Longest::UntilRevoked => out.write_str("until revoked"),
        }
    }
}

impl Longest {
    /// The latest end of a grant that begins at `from`; `None` where only a revocation ends it. `classes` are those whose
    /// lesson it may be, the one that it concerns most first.
    ///
    /// # Errors
    /// The school's calendar does not have the dates, or no lesson is left that day.
    pub fn end(self, from: &Zoned, timetable: &Timetable, classes: &[Group]) -> Result<Option<Zoned>, NoEnd> {
        let calendar = &timetable.calendar;
        Ok(Some(match self {
            Longest::Span(span) => span.after(from, calendar)?,
            Longest::EndOfLesson => timetable.lesson_end(from, classes)?.at,
            Longest::EndOfDay => end_of_day(from),
            Longest::EndOfNextSchoolDay => end_of_day(&calendar.after_school_days(from, 1)?),
            Longest::EndOfTerm => calendar.end_of_term(from, 1)?,
            Longest::UntilRevoked => return Ok(None),
        }))
    }
}

as_text!(Longest);

#[cfg(test)]
mod tests {
    use super::*;

    fn end(longest: &str, from: &str) -> Result<String, NoEnd> {
        let longest: Longest = longest.parse().expect("an end");
        let from = format!("{from}[Europe/London]").parse().expect("a moment");
        Ok(longest.end(&from, &Timetable::sample(2025, 1), &[])?.expect("it ends").datetime().to_string())
    }

    #[test]
    fn the_end_of_the_day_is_the_schools_own_midnight() {
        assert_eq!(end("end of day", "2026-05-15T10:42").unwrap(), "2026-05-15T23:59:59");
    }

    #[test]
    fn the_end_of_the_next_school_day_steps_over_the_weekend_and_the_half_term() {
        assert_eq!(end("end of next school day", "2026-05-14T10:42").unwrap(), "2026-05-15T23:59:59");
        assert_eq!(end("end of next school day", "2026-05-15T10:42").unwrap(), "2026-05-18T23:59:59");
        assert_eq!(end("end of next school day", "2026-05-22T10:42").unwrap(), "2026-06-01T23:59:59");
    }

    #[test]
    fn a_lesson_a_term_and_fifteen_school_days_end_when_the_timetable_says() {
        assert_eq!(end("end of lesson", "2026-05-12T11:30").unwrap(), "2026-05-12T12:20:00");
        assert_eq!(end("end of term", "2026-05-12T11:30").unwrap(), "2026-07-17T23:59:59");
        assert_eq!(end("15 school days", "2026-05-12T11:30").unwrap(), "2026-06-09T11:30:00");
    }

    #[test]
    fn without_terms_nothing_is_invented() {
        let from = "2026-05-12T11:30[Europe/London]".parse().expect("a moment");
        let end = |longest: &str| {
            longest.parse::<Longest>().expect("an end").end(&from, &Timetable::default(), &[]).map(|end| end.is_some())
        };
        for longest in ["end of term", "15 school days", "2 terms", "end of next school day"] {
            assert_eq!(end(longest), Err(NoEnd::NoTerms), "{longest}");
        }
        assert_eq!(end("end of lesson"), Ok(true), "the day of the timetable needs no terms");
        assert_eq!(end("until revoked"), Ok(false));
    }
}
