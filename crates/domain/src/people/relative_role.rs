//! Roles that somebody holds towards one request or report and no other: the asker's line manager, a teacher of the group.

use jiff::civil::Date;

use crate::people::particulars::are_all_absent;
use crate::{Audience, Case, Lesson, Person, PersonId, PersonStatus, Recipient, Role, RoleSet, Timetable};

crate::names::vocabulary! {
    /// A role that follows from who asks and for whom. Nobody is given one, and a policy names it like any other.
    RelativeRole, "relative role" {
        LineManagerOfAsker = "line-manager-of:asker", "the asker’s line manager";
        TeacherOfGroup = "teacher-of:group", "a teacher of the group";
        TeacherOfLesson = "teacher-of:lesson", "the teacher of the lesson";
        TeacherOfPupil = "teacher-of:pupil", "a teacher of the pupil";
        ParentOfPupil = "parent-of:pupil", "a parent of the pupil";
        PersonConcerned = "person-concerned", "the person concerned";
    }
}

/// Whom a request is from and for; or a report, which is for whoever it is about.
#[derive(Debug, Clone, Copy)]
pub struct RequestParties<'a> {
    /// `None`: somebody who was not signed in.
    pub asker: Option<&'a Person>,
    pub recipient: &'a Recipient,
    /// The person for whom it is, where it is for one.
    pub named: Option<&'a Person>,
    /// The one person whom a request is about ([`crate::Request::concerned`]).
    pub concerned: Option<PersonId>,
    /// Whoever takes the lesson that it concerns, by the timetable ([`Timetable::lesson_on`]).
    pub lesson_teacher: Option<PersonId>,
}

impl<'a> RequestParties<'a> {
    /// Those of a case: the reporter, and the pupil from whom its relative roles follow. Who took the lesson that it concerns
    /// is not among them.
    pub fn of_case(case: &Case, find: impl Fn(PersonId) -> Option<&'a Person>) -> RequestParties<'a> {
        let (asker, named) = (case.reporter.and_then(&find), named_by_case(case, &find));
        RequestParties { asker, recipient: &Recipient::Everyone, named, concerned: None, lesson_teacher: None }
    }

    /// The lesson that a case concerns: the one that the pupil's class had when it was reported.
    pub fn lesson_of_case<'t>(
        case: &Case,
        timetable: &'t Timetable,
        find: impl Fn(PersonId) -> Option<&'a Person>,
    ) -> Option<&'t Lesson> {
        let named = named_by_case(case, &find);
        let classes = named.map(|named| named.groups.as_slice()).unwrap_or_default();
        timetable.lesson_on(&case.opened_at.to_zoned(timetable.time_zone.clone()), None, classes)
    }
}

/// The pupil who reported; else the first pupil whom a case was said to be about, or whoever reported where it is about none.
/// That somebody says later that it is about another pupil too moves it to nobody else's teachers or parents.
fn named_by_case<'a>(case: &Case, find: impl Fn(PersonId) -> Option<&'a Person>) -> Option<&'a Person> {
    let is_pupil = |person: &&Person| person.audience == Audience::Pupil;
    let reporter = case.reporter.and_then(&find);
    let about = || case.about.iter().filter_map(|person| find(*person)).find(is_pupil);
    reporter.filter(is_pupil).or_else(about).or(reporter)
}

impl RelativeRole {
    pub fn role(self) -> Role {
        Role::relative(self)
    }

    /// The relative role that a role is; `None` for one of the catalogue.
    pub fn of(role: Role) -> Option<RelativeRole> {
        RelativeRole::ALL.iter().copied().find(|relative| relative.name() == role.name())
    }

    /// Whether a person holds it towards a request.
    pub fn is_held(self, person: &Person, parties: RequestParties<'_>) -> bool {
        let pupil = parties.named.filter(|named| named.audience == Audience::Pupil);
        match self {
            RelativeRole::LineManagerOfAsker => {
                parties.asker.is_some_and(|asker| asker.particulars.manager == Some(person.id))
            }
            RelativeRole::TeacherOfGroup => match parties.recipient {
                Recipient::Group(group) => person.particulars.teaches.contains(group),
                _ => false,
            },
            RelativeRole::TeacherOfLesson => parties.lesson_teacher == Some(person.id),
            RelativeRole::TeacherOfPupil => {
                pupil.is_some_and(|pupil| person.particulars.teaches.iter().any(|taught| pupil.groups.contains(taught)))
            }
            RelativeRole::ParentOfPupil => pupil.is_some_and(|pupil| person.children.contains(&pupil.id)),
            RelativeRole::PersonConcerned => parties.concerned == Some(person.id),
        }
    }

    /// Whether an absent holder hands it to their stand-in. Nobody stands in for a parent or for the person concerned.
    fn is_handed_over(self) -> bool {
        !matches!(self, RelativeRole::ParentOfPupil | RelativeRole::PersonConcerned)
    }
}

/// The relative roles that a person may hold towards some request, but for that of the person concerned, which anybody may
/// come to be: `manages` and `stands_in` tell whether they are
/// anybody's line manager, and whether anybody names them as a stand-in; `takes_lessons`, whether the timetable does.
pub fn possible_relative_roles(person: &Person, manages: bool, stands_in: bool, takes_lessons: bool) -> RoleSet {
    let teaches = !person.particulars.teaches.is_empty();
    let possible = |relative: &RelativeRole| match relative {
        RelativeRole::LineManagerOfAsker => manages || stands_in,
        RelativeRole::TeacherOfLesson => takes_lessons || stands_in,
        RelativeRole::TeacherOfGroup | RelativeRole::TeacherOfPupil => teaches || stands_in,
        RelativeRole::ParentOfPupil => !person.children.is_empty(),
        RelativeRole::PersonConcerned => false,
    };
    RelativeRole::ALL.iter().filter(|relative| possible(relative)).map(|relative| relative.role()).collect()
}

/// The relative roles that a person holds towards a request on a day: their own, and those of absent people who name them
/// as stand-in, where every other holder is absent too. `people` are those who may be absent or hold one beside them.
pub fn relative_roles(people: &[&Person], person: &Person, parties: RequestParties<'_>, day: Date) -> RoleSet {
    let own = RelativeRole::ALL.iter().filter(|relative| relative.is_held(person, parties));
    let mut roles: RoleSet = own.map(|relative| relative.role()).collect();
    if person.status == PersonStatus::Left || person.particulars.is_absent_on(day) {
        return roles;
    }
    let here = people.iter().filter(|other| other.status == PersonStatus::Here);
    let named_by = |other: &Person| {
        let absence = other.particulars.absence.filter(|absence| absence.covers(day));
        other.audience == person.audience && absence.is_some_and(|absence| absence.stand_in == Some(person.id))
    };
    for relative in RelativeRole::ALL.iter().filter(|relative| relative.is_handed_over()) {
        let mut holders = here.clone().copied().filter(|other| relative.is_held(other, parties));
        if are_all_absent(holders.clone(), day) && holders.any(&named_by) {
            roles.insert(relative.role());
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::{Absence, Group, Particulars};

    fn id(number: u128) -> PersonId {
        PersonId(Uuid::from_u128(number))
    }

    fn person(number: u128, audience: Audience) -> Person {
        Person {
            id: id(number),
            username: format!("person-{number}"),
            name: format!("Person {number}"),
            mail: None,
            audience,
            groups: Vec::new(),
            roles: RoleSet::new(),
            children: Vec::new(),
            status: PersonStatus::Here,
            particulars: Particulars::default(),
        }
    }

    fn group(name: &str) -> Group {
        Group(name.to_owned())
    }

    fn names(roles: &RoleSet) -> Vec<&'static str> {
        roles.iter().map(Role::name).collect()
    }

    const DAY: Date = date(2026, 5, 12);

    #[test]
    fn relative_roles_follow_from_who_asks_and_for_whom() {
        let mut asker = person(1, Audience::Staff);
        asker.particulars.manager = Some(id(2));
        let mut pupil = person(3, Audience::Pupil);
        pupil.groups = vec![group("5B")];
        let mut other = person(2, Audience::Staff);
        other.particulars.teaches = vec![group("5B")];
        other.children = vec![id(3)];
        let towards = |recipient: Recipient, named| {
            let parties = RequestParties {
                asker: Some(&asker),
                recipient: &recipient,
                named,
                concerned: None,
                lesson_teacher: None,
            };
            names(&relative_roles(&[], &other, parties, DAY))
        };
        assert_eq!(towards(Recipient::Everyone, None), ["line-manager-of:asker"]);
        assert_eq!(towards(Recipient::Group(group("5B")), None), ["line-manager-of:asker", "teacher-of:group"]);
        assert_eq!(towards(Recipient::Group(group("5C")), None), ["line-manager-of:asker"]);
        let for_pupil = ["line-manager-of:asker", "parent-of:pupil", "teacher-of:pupil"];
        assert_eq!(towards(Recipient::Person(id(3)), Some(&pupil)), for_pupil);
        let all = RelativeRole::ALL.iter().map(|relative| RelativeRole::of(relative.role()));
        assert!(all.eq(RelativeRole::ALL.iter().copied().map(Some)));
    }

    #[test]
    fn the_person_concerned_is_the_one_whom_it_is_about_and_hands_that_to_nobody() {
        let (asker, mut concerned, stand_in) =
            (person(1, Audience::Pupil), person(2, Audience::Staff), person(3, Audience::Staff));
        concerned.particulars.absence = Some(Absence { from: DAY, until: DAY, stand_in: Some(id(3)) });
        let recipient = Recipient::Person(id(1));
        let parties = RequestParties {
            asker: Some(&asker),
            recipient: &recipient,
            named: None,
            concerned: Some(id(2)),
            lesson_teacher: None,
        };
        let held = |person: &Person| names(&relative_roles(&[&concerned, &stand_in], person, parties, DAY));
        assert_eq!(held(&concerned), ["person-concerned"]);
        assert_eq!((held(&asker), held(&stand_in)), (vec![], vec![]));
    }

    #[test]
    fn a_line_managers_stand_in_holds_the_role_on_the_days_of_the_absence_alone() {
        let mut asker = person(1, Audience::Staff);
        asker.particulars.manager = Some(id(2));
        let mut manager = person(2, Audience::Staff);
        let stand_in = person(3, Audience::Staff);
        manager.particulars.absence = Some(Absence { from: DAY, until: DAY, stand_in: Some(id(3)) });
        let recipient = Recipient::Everyone;
        let parties = RequestParties {
            asker: Some(&asker),
            recipient: &recipient,
            named: None,
            concerned: None,
            lesson_teacher: None,
        };
        let held = |person: &Person, day| names(&relative_roles(&[&manager, &stand_in], person, parties, day));
        assert_eq!(held(&stand_in, DAY), ["line-manager-of:asker"]);
        assert_eq!(held(&stand_in, date(2026, 5, 13)), [""; 0]);
        assert_eq!(held(&manager, DAY), ["line-manager-of:asker"], "whoever is absent may still decide");
        let pupil = Person { audience: Audience::Pupil, ..stand_in.clone() };
        assert_eq!(held(&pupil, DAY), [""; 0], "a pupil stands in for no member of staff");
    }

    #[test]
    fn a_second_teacher_who_is_here_keeps_the_role_from_the_stand_in() {
        let asker = person(1, Audience::Staff);
        let teacher = |number| {
            let mut teacher = person(number, Audience::Staff);
            teacher.particulars.teaches = vec![group("5B")];
            teacher
        };
        let (mut absent, mut second, stand_in) = (teacher(2), teacher(3), person(4, Audience::Staff));
        absent.particulars.absence = Some(Absence { from: DAY, until: DAY, stand_in: Some(id(4)) });
        let recipient = Recipient::Group(group("5B"));
        let parties = RequestParties {
            asker: Some(&asker),
            recipient: &recipient,
            named: None,
            concerned: None,
            lesson_teacher: None,
        };
        assert_eq!(names(&relative_roles(&[&absent, &second], &stand_in, parties, DAY)), [""; 0]);
        second.particulars.absence = Some(Absence { from: DAY, until: DAY, stand_in: None });
        assert_eq!(names(&relative_roles(&[&absent, &second], &stand_in, parties, DAY)), ["teacher-of:group"]);
    }

    #[test]
    fn the_teacher_of_a_lesson_hands_it_to_their_stand_in() {
        let (asker, mut teacher, stand_in) =
            (person(1, Audience::Pupil), person(2, Audience::Staff), person(3, Audience::Staff));
        teacher.particulars.absence = Some(Absence { from: DAY, until: DAY, stand_in: Some(id(3)) });
        let recipient = Recipient::Person(id(1));
        let parties = RequestParties {
            asker: Some(&asker),
            recipient: &recipient,
            named: None,
            concerned: None,
            lesson_teacher: Some(id(2)),
        };
        let held = |person: &Person, day| names(&relative_roles(&[&teacher, &stand_in], person, parties, day));
        assert_eq!(held(&teacher, date(2026, 5, 13)), ["teacher-of:lesson"]);
        assert_eq!(held(&stand_in, date(2026, 5, 13)), [""; 0]);
        assert_eq!(held(&stand_in, DAY), ["teacher-of:lesson"]);
        let possible = |takes| names(&possible_relative_roles(&stand_in, false, false, takes));
        assert_eq!((possible(true), possible(false)), (vec!["teacher-of:lesson"], vec![]));
    }
}
