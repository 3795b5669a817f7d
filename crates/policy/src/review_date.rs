//! When a policy was looked over or is due: schools write a day, a month or a term.

use domain::{Calendar, Roles, day_words};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::document::Document;
use crate::value::{Word, value_of_word};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The terms of the English school year, each with the month in which it begins.
const TERMS: [(&str, i8); 3] = [("Spring", 1), ("Summer", 4), ("Autumn", 9)];

/// A day, a month or a term, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewDate {
    written: String,
    begins: Date,
}

impl ReviewDate {
    /// The year and month in which it begins.
    pub fn month(&self) -> (i16, i8) {
        (self.begins.year(), self.begins.month())
    }
}

impl ReviewDate {
    /// The day, or the first day of the month or term.
    pub fn begins(&self) -> Date {
        self.begins
    }

    fn of_day(day: Date) -> ReviewDate {
        ReviewDate { written: day_words(day), begins: day }
    }
}

impl Document {
    /// When the policy is due for its next review: when its head says; otherwise so long after its last review, or after it
    /// came into force where the head names none, as its head says that it is reviewed every. `None`: its head says neither,
    /// or the period is one of terms or school days for which the calendar has no dates.
    pub fn review_due(
        &self,
        in_force_since: Timestamp,
        time_zone: &TimeZone,
        calendar: &Calendar,
    ) -> Option<ReviewDate> {
        if let Some(written) = &self.next_review {
            return Some(written.clone());
        }
        let since = in_force_since.to_zoned(time_zone.clone()).date();
        let last = self.reviewed.as_ref().map_or(since, ReviewDate::begins);
        let last = last.to_zoned(time_zone.clone()).ok()?;
        self.review?.after(&last, calendar).ok().map(|due| ReviewDate::of_day(due.date()))
    }
}

impl std::fmt::Display for ReviewDate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.written)
    }
}

impl Word for ReviewDate {
    const WRITTEN: &'static str = "a day (`\"2026-03-20\"`), a month (`\"March 2026\"`) or a term (`\"Spring 2026\"`)";
    const SEVERAL: &'static str = "days, months and terms";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        let text = text.trim();
        if let Ok(day) = text.parse::<Date>() {
            return Ok(ReviewDate::of_day(day));
        }
        read_named(text).ok_or_else(|| {
            (
                format!("'{text}' is no day, month or term"),
                "write it as in '2026-03-20', 'March 2026' or 'Spring 2026'".to_owned(),
            )
        })
    }
}

value_of_word!(ReviewDate);

fn read_named(text: &str) -> Option<ReviewDate> {
    let (name, year) = text.split_once(' ')?;
    let year: i16 = year.trim().parse().ok().filter(|year| (1900..=2999).contains(year))?;
    let of_month = MONTHS.iter().zip(1..).find(|(known, _)| **known == name).map(|(_, month)| month);
    let of_term = || TERMS.iter().find(|(known, _)| *known == name).map(|(_, month)| *month);
    let begins = Date::new(year, of_month.or_else(of_term)?, 1).ok()?;
    Some(ReviewDate { written: format!("{name} {year}"), begins })
}
