//! What a school keeps of a person beyond who they are, as somebody writes it in a list of people or types it in a form.

use std::collections::HashMap;

use domain::{Absence, Group, Particulars, PersonId, PersonStatus, WeeklyTimes};
use jiff::civil::Date;

pub(crate) const MANAGER: &str = "manager";
pub(crate) const BORN: &str = "born";
pub(crate) const HOURS: &str = "hours";
pub(crate) const TEACHES: &str = "teaches";
pub(crate) const ABSENT_FROM: &str = "absent-from";
pub(crate) const ABSENT_UNTIL: &str = "absent-until";
pub(crate) const STAND_IN: &str = "stand-in";
pub(crate) const LEAVING_DATE: &str = "leaving-date";

/// The columns of a plain list that say it, all of them optional.
pub(crate) const COLUMNS: [&str; 8] =
    [MANAGER, BORN, HOURS, TEACHES, ABSENT_FROM, ABSENT_UNTIL, STAND_IN, LEAVING_DATE];

/// What a list says of a person, by column. A column that the list doesn't have changes nothing; an empty field takes
/// out what the records hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ListedParticulars(pub HashMap<&'static str, String>);

/// What is wrong with one field, and its mend.
pub(crate) struct ParticularsFault {
    pub column: &'static str,
    pub message: String,
    pub mend: &'static str,
}

impl ListedParticulars {
    /// Puts what is listed in the place of what stood `before`. `find` looks a username up. A leaving date that is new
    /// can't be before `today`: whoever has left is marked as having left.
    pub(crate) fn over(
        &self,
        before: &Particulars,
        own: PersonId,
        today: Date,
        find: impl Fn(&str) -> Option<(PersonId, PersonStatus)>,
        faults: &mut Vec<ParticularsFault>,
    ) -> Particulars {
        let (was, sound) = (before.absence, faults.len());
        let manager = self.somebody(MANAGER, before.manager, own, &find, faults);
        let born = self.day(BORN, before.born, faults);
        let from = self.day(ABSENT_FROM, was.map(|absence| absence.from), faults);
        let until = self.day(ABSENT_UNTIL, was.map(|absence| absence.until), faults);
        let stand_in = self.somebody(STAND_IN, was.and_then(|absence| absence.stand_in), own, &find, faults);
        let hours = self.hours(&before.hours, faults);
        let teaches = self.0.get(TEACHES).map_or_else(|| before.teaches.clone(), |text| groups(text));
        let leaving_date = self.day(LEAVING_DATE, before.leaving_date, faults);
        if leaving_date != before.leaving_date && leaving_date.is_some_and(|day| day < today) {
            let message = "this leaving date has passed".to_owned();
            faults.push(ParticularsFault {
                column: LEAVING_DATE,
                message,
                mend: "write a day from today on, or mark somebody who has left as having left",
            });
        }
        // A field that can't be read is reported once, and not again as one that is missing.
        let absence = if faults.len() == sound { absence(from, until, stand_in, faults) } else { was };
        Particulars { manager, born, hours, teaches, absence, leaving_date }
    }

    fn hours(&self, before: &WeeklyTimes, faults: &mut Vec<ParticularsFault>) -> WeeklyTimes {
        let Some(text) = self.0.get(HOURS) else { return before.clone() };
        text.parse().unwrap_or_else(|wrong: domain::WeeklyTimesError| {
            let mend = "write days and times, such as 'mon-thu 08:30-16:00; fri 08:30-12:00'";
            faults.push(ParticularsFault { column: HOURS, message: wrong.to_string(), mend });
            before.clone()
        })
    }

    fn day(&self, column: &'static str, before: Option<Date>, faults: &mut Vec<ParticularsFault>) -> Option<Date> {
        match self.0.get(column).map(String::as_str) {
            None => before,
            Some("") => None,
            Some(text) => {
                let day = text.parse::<Date>().ok();
                if day.is_none() {
                    let message = format!("'{text}' is not a day");
                    faults.push(ParticularsFault {
                        column,
                        message,
                        mend: "write the year, the month and the day: 2026-05-12",
                    });
                }
                day
            }
        }
    }

    fn somebody(
        &self,
        column: &'static str,
        before: Option<PersonId>,
        own: PersonId,
        find: &impl Fn(&str) -> Option<(PersonId, PersonStatus)>,
        faults: &mut Vec<ParticularsFault>,
    ) -> Option<PersonId> {
        let username = match self.0.get(column).map(String::as_str) {
            None => return before,
            Some("") => return None,
            Some(text) => text.to_lowercase(),
        };
        // Whoever is on record there stays though they have left: nothing is changed.
        let stands = |(id, status): &(PersonId, PersonStatus)| *status == PersonStatus::Here || Some(*id) == before;
        let found = find(&username).filter(stands).map(|(id, _)| id);
        if found.is_none() {
            let message = format!("nobody on the list or in the records has the username '{username}'");
            faults.push(ParticularsFault { column, message, mend: "write the username of somebody who is here" });
        } else if found == Some(own) {
            let message = "nobody manages themselves or stands in for themselves".to_owned();
            faults.push(ParticularsFault { column, message, mend: "write somebody else's username" });
        }
        found
    }
}

/// Classes or groups parted by semicolons.
pub(crate) fn groups(text: &str) -> Vec<Group> {
    let names = text.split(';').map(str::trim).filter(|name| !name.is_empty());
    let mut groups: Vec<Group> = names.map(|name| Group(name.to_owned())).collect();
    groups.sort();
    groups.dedup();
    groups
}

fn absence(
    from: Option<Date>,
    until: Option<Date>,
    stand_in: Option<PersonId>,
    faults: &mut Vec<ParticularsFault>,
) -> Option<Absence> {
    let mut fault =
        |column, message: &str, mend| faults.push(ParticularsFault { column, message: message.to_owned(), mend });
    match (from, until) {
        (Some(from), Some(until)) => {
            if until < from {
                fault(ABSENT_UNTIL, "the absence ends before it begins", "write a day that is not before its first");
            }
            Some(Absence { from, until, stand_in })
        }
        (None, None) if stand_in.is_none() => None,
        (None, None) => {
            fault(STAND_IN, "there is a stand-in and no absence", "write the days of the absence, or take it out");
            None
        }
        (None, Some(_)) => {
            fault(ABSENT_FROM, "the absence has no first day", "write its first day, or take its last day out");
            None
        }
        (Some(_), None) => {
            fault(ABSENT_UNTIL, "the absence has no last day", "write its last day, or take its first day out");
            None
        }
    }
}
