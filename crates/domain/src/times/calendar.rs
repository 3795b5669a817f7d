//! The school's calendar: its terms, its holidays and the single days on which it is closed.

use jiff::civil::{Date, Time, Weekday};
use jiff::{ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use crate::{Week, day_words};

/// When the school is in term. Between two terms there are holidays; before the first term and after the last one the
/// calendar says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Calendar {
    pub terms: Vec<NamedDates>,
    /// Holidays inside a term, such as a half term. Those between terms need no entry.
    pub holidays: Vec<NamedDates>,
    /// Days in term on which there is no school, such as training days.
    pub closed_days: Vec<ClosedDay>,
    /// A day of each week that is week A of a two-week timetable; every other week is week B.
    pub a_weeks: Vec<Date>,
}

/// A term or a holiday, from its first day to its last, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamedDates {
    pub name: String,
    pub first: Date,
    pub last: Date,
}

impl NamedDates {
    pub fn contains(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

/// A single day without school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClosedDay {
    pub name: String,
    pub on: Date,
}

/// Why it can't be said when something ends, and which dates the school must enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoEnd {
    #[error("The school’s term dates have not been entered. Until they are, nobody can say when this ends.")]
    NoTerms,
    #[error(
        "The school’s term dates have been entered only from {}. Until the term before is entered, nobody can say when this ends.",
        day_words(*first)
    )]
    BeforeTerms { first: Date },
    #[error(
        "The school’s term dates have been entered only up to {}. Until those after it are entered, nobody can say when this ends.",
        day_words(*last)
    )]
    AfterTerms { last: Date },
    #[error("There are no more lessons today, so there is no lesson for this to end with.")]
    NoLesson,
}

impl Calendar {
    /// Invented terms, alike in each of so many school years from the September of `first_year`.
    pub fn sample(first_year: i16, school_years: i16) -> Calendar {
        let mut sample = Calendar::default();
        let day = |year: i16, (month, day): (i8, i8)| Date::new(year, month, day).unwrap_or(Date::MAX);
        for autumn in first_year..first_year.saturating_add(school_years) {
            let spring = autumn.saturating_add(1);
            let dates = |name: &str, year, first, last| NamedDates {
                name: name.to_owned(),
                first: day(year, first),
                last: day(year, last),
            };
            sample.terms.extend([
                dates("Autumn term", autumn, (9, 2), (12, 18)),
                dates("Spring term", spring, (1, 5), (3, 27)),
                dates("Summer term", spring, (4, 13), (7, 17)),
            ]);
            sample.holidays.extend([
                dates("Autumn half term", autumn, (10, 26), (10, 30)),
                dates("Spring half term", spring, (2, 16), (2, 20)),
                dates("Summer half term", spring, (5, 25), (5, 29)),
            ]);
            sample.closed_days.push(ClosedDay { name: "Training day".to_owned(), on: day(spring, (6, 26)) });
        }
        sample
    }

    /// Whether a date is known to be in the holidays.
    pub fn is_holiday(&self, date: Date) -> bool {
        let between_terms = self.knows(date).is_ok() && !self.terms.iter().any(|term| term.contains(date));
        between_terms || self.holidays.iter().any(|holiday| holiday.contains(date))
    }

    /// Whether the gate takes a date for a school day: a weekday that is not known to be without school. Where the
    /// calendar says nothing, what is closed in lessons stays closed on weekdays.
    pub fn may_be_school_day(&self, date: Date) -> bool {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            && !self.is_holiday(date)
            && !self.closed_days.iter().any(|closed| closed.on == date)
    }

    /// Whether a date is a school day.
    ///
    /// # Errors
    /// The calendar does not reach it.
    pub fn is_school_day(&self, date: Date) -> Result<bool, NoEnd> {
        self.knows(date)?;
        Ok(self.may_be_school_day(date))
    }

    /// Which week of a two-week timetable a date is in.
    pub fn week(&self, date: Date) -> Week {
        let monday = |date: Date| date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days());
        if self.a_weeks.iter().any(|day| monday(*day) == monday(date)) { Week::A } else { Week::B }
    }

    /// The moment so many school days after `from`, at the same time of day.
    ///
    /// # Errors
    /// The calendar does not reach so far.
    pub fn after_school_days(&self, from: &Zoned, count: u32) -> Result<Zoned, NoEnd> {
        self.knows(from.date())?;
        let (mut at, mut left) = (from.clone(), count);
        while left > 0 {
            at = at.saturating_add(1.day());
            if self.is_school_day(at.date())? {
                left -= 1;
            }
        }
        Ok(at)
    }

    /// As [`Calendar::after_school_days`], and where the calendar says nothing every weekday counts, as at the gate: a
    /// deadline that comes early harms less than none.
    pub fn after_likely_school_days(&self, from: &Zoned, count: u32) -> Zoned {
        let (mut at, mut left) = (from.clone(), count);
        while left > 0 && at.date() < Date::MAX {
            at = at.saturating_add(1.day());
            if self.may_be_school_day(at.date()) {
                left -= 1;
            }
        }
        at
    }

    /// The end of the last of `count` terms, on its last day at 23:59:59. The term that is on counts as the first; in the
    /// holidays, the next one does.
    ///
    /// # Errors
    /// The calendar does not reach so far.
    pub fn end_of_term(&self, from: &Zoned, count: u32) -> Result<Zoned, NoEnd> {
        self.knows(from.date())?;
        let mut lasts: Vec<Date> =
            self.terms.iter().map(|term| term.last).filter(|last| *last >= from.date()).collect();
        lasts.sort_unstable();
        let place = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
        let last = lasts.get(place).copied();
        let last = last.ok_or_else(|| lasts.last().map_or(NoEnd::NoTerms, |last| NoEnd::AfterTerms { last: *last }))?;
        Ok(end_of_day(&from.with().date(last).build().unwrap_or_else(|_| from.clone())))
    }

    /// Whether the calendar reaches a date.
    fn knows(&self, date: Date) -> Result<(), NoEnd> {
        let first = self.terms.iter().map(|term| term.first).min().ok_or(NoEnd::NoTerms)?;
        let last = self.terms.iter().map(|term| term.last).max().ok_or(NoEnd::NoTerms)?;
        if date < first {
            Err(NoEnd::BeforeTerms { first })
        } else if date > last {
            Err(NoEnd::AfterTerms { last })
        } else {
            Ok(())
        }
    }
}

/// The last second of a day.
pub(crate) fn end_of_day(day: &Zoned) -> Zoned {
    day.with().time(Time::constant(23, 59, 59, 0)).build().unwrap_or_else(|_| day.clone())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn at(moment: &str) -> Zoned {
        format!("{moment}[Europe/London]").parse().expect("a moment")
    }

    #[test]
    fn a_term_ends_on_its_last_day_and_in_the_holidays_the_next_one_counts() {
        let calendar = Calendar::sample(2025, 1);
        let end = |from: &str, count| calendar.end_of_term(&at(from), count).map(|end| end.date());
        assert_eq!(end("2025-10-10T09:00", 1), Ok(date(2025, 12, 18)));
        assert_eq!(end("2025-12-18T22:00", 1), Ok(date(2025, 12, 18)));
        assert_eq!(end("2025-12-24T09:00", 1), Ok(date(2026, 3, 27)));
        assert_eq!(end("2025-10-10T09:00", 3), Ok(date(2026, 7, 17)));
        assert_eq!(end("2025-10-10T09:00", 4), Err(NoEnd::AfterTerms { last: date(2026, 7, 17) }));
    }

    #[test]
    fn beyond_its_terms_the_calendar_says_which_dates_are_missing() {
        let calendar = Calendar::sample(2025, 1);
        let end = |from: &str| calendar.after_school_days(&at(from), 1).map(|end| end.date());
        assert_eq!(end("2025-08-29T09:00"), Err(NoEnd::BeforeTerms { first: date(2025, 9, 2) }));
        assert_eq!(end("2026-07-17T09:00"), Err(NoEnd::AfterTerms { last: date(2026, 7, 17) }));
        let likely = calendar.after_likely_school_days(&at("2026-07-16T09:00"), 3).date();
        assert_eq!(likely, date(2026, 7, 21), "the last day of term, and two weekdays after a weekend");
        let said = NoEnd::AfterTerms { last: date(2026, 7, 17) }.to_string();
        assert!(said.contains("only up to 17 July 2026"), "{said}");
    }

    #[test]
    fn a_training_day_is_in_term_and_no_school_day() {
        let calendar = Calendar::sample(2025, 1);
        let training = date(2026, 6, 26);
        assert_eq!(calendar.is_school_day(training), Ok(false));
        assert!(!calendar.is_holiday(training));
        assert!(calendar.is_holiday(date(2026, 5, 26)), "in the half term");
        assert!(calendar.is_holiday(date(2026, 4, 7)), "between two terms");
    }

    #[test]
    fn every_day_of_a_listed_week_is_in_week_a_and_of_every_other_in_week_b() {
        let calendar = Calendar { a_weeks: vec![date(2026, 5, 13)], ..Calendar::sample(2025, 1) };
        for (day, week) in [(10, Week::B), (11, Week::A), (17, Week::A), (18, Week::B)] {
            assert_eq!(calendar.week(date(2026, 5, day)), week, "{day} May");
        }
    }

    proptest! {
        #[test]
        fn so_many_school_days_later_is_a_school_day_with_as_many_between(days in 0_i32..300, count in 1_u32..60) {
            let calendar = Calendar::sample(2025, 3);
            let from = at("2025-09-02T10:30").saturating_add(days.days());
            let end = calendar.after_school_days(&from, count).expect("within the calendar");
            prop_assert_eq!(calendar.is_school_day(end.date()), Ok(true));
            prop_assert_eq!(end.time(), from.time());
            let mut counted = 0;
            let mut day = from.date();
            while day < end.date() {
                day = day.saturating_add(1.day());
                counted += u32::from(calendar.is_school_day(day).expect("within the calendar"));
            }
            prop_assert_eq!(counted, count);
        }

        #[test]
        fn a_term_never_ends_before_it_is_asked_for(days in 0_i32..900, count in 1_u32..3) {
            let calendar = Calendar::sample(2025, 4);
            let from = at("2025-09-02T10:30").saturating_add(days.days());
            let end = calendar.end_of_term(&from, count).expect("within the calendar");
            prop_assert!(end > from);
            prop_assert!(calendar.terms.iter().any(|term| term.last == end.date()));
        }
    }
}
