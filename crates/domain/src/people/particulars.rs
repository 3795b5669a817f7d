//! What a school may keep of a person beyond who they are: who manages them, when they were born, when they work, whom
//! they teach, when they are away and when they leave.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{Audience, Group, Person, PersonId, PersonStatus, Role, RoleSet, WeeklyTimes};

/// What a school may keep of a person; each part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Particulars {
    /// Their line manager.
    pub manager: Option<PersonId>,
    pub born: Option<Date>,
    pub hours: WeeklyTimes,
    /// The classes that they teach, sorted, each once.
    pub teaches: Vec<Group>,
    pub absence: Option<Absence>,
    /// Their last day, where it is known ahead: they leave when it ends.
    pub leaving_date: Option<Date>,
}

/// Days on which somebody is away, both included, in the school's own time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Absence {
    pub from: Date,
    pub until: Date,
    /// Who decides requests in their place.
    pub stand_in: Option<PersonId>,
}

impl Absence {
    pub fn covers(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

impl Particulars {
    /// The age on a day, in whole years; `None` where no birth date is known or the day comes before it. Somebody born
    /// on 29 February is a year older on 1 March of a common year, as the law of England and Wales has it.
    pub fn age_on(&self, day: Date) -> Option<i16> {
        let born = self.born.filter(|born| *born <= day)?;
        let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
        Some(day.year() - born.year() - i16::from(!had_birthday))
    }

    /// When the leaving date is over: midnight after it, in the school's time zone.
    pub fn leaves_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        let next_day = self.leaving_date?.tomorrow().ok()?;
        Some(next_day.to_zoned(zone.clone()).ok()?.timestamp())
    }

    pub fn is_absent_on(&self, day: Date) -> bool {
        self.absence.is_some_and(|absence| absence.covers(day))
    }
}

/// The roles in whose place somebody decides on a day: roles of which every holder who has not left is absent, one of
/// them with this person as stand-in. `named_by` are those whose absence names the person, `all_absent` says of a role
/// whether every holder is away. A stand-in who is absent too, or has left, stands in for nobody. `may_hold` says
/// whether an audience may hold a role, so that nobody decides in the place of a role that could not be theirs.
pub fn roles_stood_in_for<'a>(
    named_by: impl IntoIterator<Item = &'a Person>,
    stand_in: &Person,
    day: Date,
    may_hold: impl Fn(Role, Audience) -> bool,
    all_absent: impl Fn(Role) -> bool,
) -> RoleSet {
    if stand_in.status == PersonStatus::Left || stand_in.particulars.is_absent_on(day) {
        return RoleSet::new();
    }
    let absent = named_by.into_iter().filter(|person| {
        let absence = person.particulars.absence.filter(|absence| absence.covers(day));
        person.status == PersonStatus::Here && absence.is_some_and(|absence| absence.stand_in == Some(stand_in.id))
    });
    absent
        .flat_map(|person| person.roles.iter())
        .filter(|role| may_hold(*role, stand_in.audience) && all_absent(*role))
        .collect()
}

/// Whether a role has holders and all of them are absent on a day: a role that nobody here holds is not absent. `holders`
/// are those who hold it and are here.
pub fn are_all_absent<'p>(holders: impl IntoIterator<Item = &'p Person>, day: Date) -> bool {
    let mut holders = holders.into_iter().peekable();
    holders.peek().is_some() && holders.all(|holder| holder.particulars.is_absent_on(day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    fn role(name: &str) -> Role {
        Role::named(name).unwrap()
    }

    fn person(number: u128, roles: &[&str]) -> Person {
        Person {
            id: PersonId(Uuid::from_u128(number)),
            username: format!("person-{number}"),
            name: format!("Person {number}"),
            mail: None,
            audience: Audience::Staff,
            groups: Vec::new(),
            roles: roles.iter().map(|name| role(name)).collect(),
            children: Vec::new(),
            status: PersonStatus::Here,
            particulars: Particulars::default(),
        }
    }

    fn away(mut person: Person, stand_in: u128) -> Person {
        let stand_in = Some(PersonId(Uuid::from_u128(stand_in)));
        person.particulars.absence = Some(Absence { from: date(2026, 5, 11), until: date(2026, 5, 15), stand_in });
        person
    }

    fn names(people: &[Person], stand_in: usize, day: Date) -> Vec<&'static str> {
        let all_absent = |role: Role| {
            let here = people.iter().filter(|person| person.status == PersonStatus::Here);
            here.filter(|person| person.roles.contains(role)).all(|person| person.particulars.is_absent_on(day))
        };
        roles_stood_in_for(people, &people[stand_in], day, |_, audience| audience == Audience::Staff, all_absent)
            .iter()
            .map(Role::name)
            .collect()
    }

    #[test]
    fn a_role_is_absent_while_each_of_its_holders_is_and_never_without_one() {
        let (absent, here) = (away(person(1, &[]), 3), person(2, &[]));
        let day = date(2026, 5, 12);
        assert!(are_all_absent([&absent], day) && !are_all_absent([&absent], date(2026, 5, 18)));
        assert!(!are_all_absent([&absent, &here], day) && !are_all_absent([], day));
    }

    #[test]
    fn an_age_goes_up_on_the_birthday() {
        let aged = |born, day| Particulars { born: Some(born), ..Particulars::default() }.age_on(day);
        let born = date(2010, 5, 12);
        assert_eq!(aged(born, date(2028, 5, 11)), Some(17));
        assert_eq!(aged(born, date(2028, 5, 12)), Some(18));
        assert_eq!(aged(born, date(2010, 5, 11)), None, "nobody has an age before they are born");
        assert_eq!(aged(date(2008, 2, 29), date(2026, 2, 28)), Some(17));
        assert_eq!(aged(date(2008, 2, 29), date(2026, 3, 1)), Some(18));
        assert_eq!(Particulars::default().age_on(born), None);
    }

    #[test]
    fn a_former_pupil_counts_as_a_child_until_the_eighteenth_birthday() {
        let mut pupil = Person { audience: Audience::Pupil, ..person(1, &[]) };
        pupil.particulars.born = Some(date(2010, 5, 12));
        assert!(!pupil.is_former_pupil_under_18(date(2028, 5, 11)), "they are still a pupil");
        pupil.status = PersonStatus::Left;
        assert!(pupil.is_former_pupil_under_18(date(2028, 5, 11)));
        assert!(!pupil.is_former_pupil_under_18(date(2028, 5, 12)));
        pupil.particulars.born = None;
        assert!(!pupil.is_former_pupil_under_18(date(2028, 5, 11)));
        let staff = Person { audience: Audience::Staff, status: PersonStatus::Left, ..pupil };
        assert!(!staff.is_former_pupil_under_18(date(2028, 5, 11)));
    }

    #[test]
    fn somebody_leaves_at_the_midnight_after_their_last_day() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let leaves = |day| Particulars { leaving_date: Some(day), ..Particulars::default() }.leaves_at(&zone);
        assert_eq!(leaves(date(2026, 7, 21)).unwrap().to_string(), "2026-07-21T23:00:00Z");
        assert_eq!(leaves(date(2026, 12, 31)).unwrap().to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(Particulars::default().leaves_at(&zone), None);
    }

    #[test]
    fn a_stand_in_decides_on_the_days_of_the_absence_alone() {
        let people = [away(person(1, &["it-director"]), 2), person(2, &["office"])];
        assert_eq!(names(&people, 1, date(2026, 5, 10)), [""; 0]);
        assert_eq!(names(&people, 1, date(2026, 5, 11)), ["it-director"]);
        assert_eq!(names(&people, 1, date(2026, 5, 15)), ["it-director"]);
        assert_eq!(names(&people, 1, date(2026, 5, 16)), [""; 0]);
    }

    #[test]
    fn a_holder_who_is_not_absent_keeps_the_role_from_the_stand_in() {
        let day = date(2026, 5, 12);
        let mut people = [away(person(1, &["it-staff", "slt"]), 3), person(2, &["it-staff"]), person(3, &[])];
        assert_eq!(names(&people, 2, day), ["slt"]);
        people[1].status = PersonStatus::Left;
        assert_eq!(names(&people, 2, day), ["it-staff", "slt"]);
    }

    #[test]
    fn who_could_not_hold_a_role_or_is_not_here_does_not_stand_in_for_it() {
        let day = date(2026, 5, 12);
        let mut people = [away(person(1, &["dsl"]), 2), person(2, &[])];
        people[1].audience = Audience::Pupil;
        assert_eq!(names(&people, 1, day), [""; 0]);
        people[1] = away(person(2, &[]), 1);
        assert_eq!(names(&people, 1, day), [""; 0]);
        people[1] = Person { status: PersonStatus::Left, ..person(2, &[]) };
        assert_eq!(names(&people, 1, day), [""; 0]);
    }
}
