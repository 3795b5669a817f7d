//! Times of the week: when somebody works, when a class has a lesson.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Times of the week, in the school's own time zone; empty where nothing is known. Written as
/// `mon-thu 08:30-16:00; fri 08:30-12:00`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WeeklyTimes(Vec<Stretch>);

/// Days of the week, both included, and a time on each of them: from `from`, up to but not including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    first: Weekday,
    last: Weekday,
    from: Time,
    to: Time,
}

/// What is wrong with times of the week as they are written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeeklyTimesError {
    #[error("'{0}' does not give days and times")]
    Stretch(String),
    #[error("'{0}' is not a day of the week")]
    Day(String),
    #[error("'{0}' is not a time")]
    Time(String),
    #[error("the days in '{0}' run backwards")]
    DaysBackwards(String),
    #[error("'{0}' ends before it begins")]
    TimesBackwards(String),
}

impl WeeklyTimes {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether they hold at a moment of the school's own time zone.
    pub fn cover(&self, at: DateTime) -> bool {
        self.running(at).is_some()
    }

    /// When the stretch ends that runs at a moment of the school's own time zone.
    pub(crate) fn running(&self, at: DateTime) -> Option<Time> {
        let mut stretches = self.on(at.weekday());
        stretches.find(|(from, to)| (*from..*to).contains(&at.time())).map(|(_, to)| to)
    }

    /// Beginning and end of each stretch of a day of the week.
    pub(crate) fn on(&self, day: Weekday) -> impl Iterator<Item = (Time, Time)> {
        let day = day.to_monday_zero_offset();
        self.0.iter().filter_map(move |stretch| {
            let days = stretch.first.to_monday_zero_offset()..=stretch.last.to_monday_zero_offset();
            days.contains(&day).then_some((stretch.from, stretch.to))
        })
    }
}

impl FromStr for WeeklyTimes {
    type Err = WeeklyTimesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::parse).collect::<Result<_, _>>().map(WeeklyTimes)
    }
}

impl FromStr for Stretch {
    type Err = WeeklyTimesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unclear = || WeeklyTimesError::Stretch(text.to_owned());
        let (days, times) = text.split_once(char::is_whitespace).ok_or_else(unclear)?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (first, last) = (day(first)?, day(last)?);
        if last.to_monday_zero_offset() < first.to_monday_zero_offset() {
            return Err(WeeklyTimesError::DaysBackwards(text.to_owned()));
        }
        let (from, to) = times.split_once('-').ok_or_else(unclear)?;
        let (from, to) = (time(from)?, time(to)?);
        if to <= from {
            return Err(WeeklyTimesError::TimesBackwards(text.to_owned()));
        }
        Ok(Stretch { first, last, from, to })
    }
}

fn day(text: &str) -> Result<Weekday, WeeklyTimesError> {
    let name = text.trim().to_lowercase();
    let found = DAYS.iter().find(|(short, _)| *short == name).map(|(_, day)| *day);
    found.ok_or_else(|| WeeklyTimesError::Day(text.trim().to_owned()))
}

fn time(text: &str) -> Result<Time, WeeklyTimesError> {
    Time::strptime("%H:%M", text.trim()).map_err(|_| WeeklyTimesError::Time(text.trim().to_owned()))
}

impl fmt::Display for WeeklyTimes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, stretch) in self.0.iter().enumerate() {
            let name = |day: Weekday| DAYS[usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()].0;
            let between = if place == 0 { "" } else { "; " };
            write!(out, "{between}{}", name(stretch.first))?;
            if stretch.last != stretch.first {
                write!(out, "-{}", name(stretch.last))?;
            }
            write!(out, " {}-{}", stretch.from.strftime("%H:%M"), stretch.to.strftime("%H:%M"))?;
        }
        Ok(())
    }
}

impl From<WeeklyTimes> for String {
    fn from(hours: WeeklyTimes) -> String {
        hours.to_string()
    }
}

impl TryFrom<String> for WeeklyTimes {
    type Error = WeeklyTimesError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn hours_are_read_back_as_they_are_written() {
        for text in ["", "mon-thu 08:30-16:00; fri 08:30-12:00", "sat 09:00-12:00"] {
            assert_eq!(text.parse::<WeeklyTimes>().unwrap().to_string(), text);
        }
        assert_eq!("Sat 9:00-12:00".parse::<WeeklyTimes>().unwrap().to_string(), "sat 09:00-12:00");
    }

    #[test]
    fn a_stretch_covers_its_beginning_and_not_its_end() {
        let hours: WeeklyTimes = "mon-thu 08:30-16:00; fri 08:30-12:00".parse().unwrap();
        // 11 May 2026 is a Monday.
        assert!(!hours.cover(date(2026, 5, 11).at(8, 29, 59, 0)));
        assert!(hours.cover(date(2026, 5, 11).at(8, 30, 0, 0)));
        assert!(!hours.cover(date(2026, 5, 14).at(16, 0, 0, 0)));
        assert!(hours.cover(date(2026, 5, 15).at(11, 59, 0, 0)));
        assert!(!hours.cover(date(2026, 5, 15).at(12, 0, 0, 0)));
        assert!(!hours.cover(date(2026, 5, 16).at(10, 0, 0, 0)));
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        let wrong = |text: &str| text.parse::<WeeklyTimes>().unwrap_err().to_string();
        assert_eq!(wrong("mornings"), "'mornings' does not give days and times");
        assert_eq!(wrong("monday 09:00-12:00"), "'monday' is not a day of the week");
        assert_eq!(wrong("mon 9am-12:00"), "'9am' is not a time");
        assert_eq!(wrong("fri-mon 09:00-12:00"), "the days in 'fri-mon 09:00-12:00' run backwards");
        assert_eq!(wrong("mon 22:00-06:00"), "'mon 22:00-06:00' ends before it begins");
    }
}
