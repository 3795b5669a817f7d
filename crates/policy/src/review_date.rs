//! When a policy was looked over or is due: schools write a day, a month or a term.

use domain::{Roles, day_words};
use jiff::civil::Date;

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
    year: i16,
    month: i8,
}

impl ReviewDate {
    /// The year and month in which it begins.
    pub fn month(&self) -> (i16, i8) {
        (self.year, self.month)
    }
}

impl ReviewDate {
    /// The first day on which the review may be made.
    pub fn begins(&self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::MAX)
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
            return Ok(ReviewDate { written: day_words(day), year: day.year(), month: day.month() });
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
    Some(ReviewDate { written: format!("{name} {year}"), year, month: of_month.or_else(of_term)? })
}
