//! Whom a report is about: those to whom it may come, of whom its form lets the reporter say so, and the pupil.

use domain::{Duty, Person, PersonId, Recipient, RequestParties, Role, RoleSet};
use policy::rules::reporting;

use crate::cases::report::ReportAbout;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::known::people_index::PeopleIndex;

/// The most people whom a form names; where there are more, it names roles.
const MOST_NAMED: usize = 12;

/// The people whom a report is about, and the roles that they hold.
pub(crate) struct AboutWhom {
    pub people: Vec<PersonId>,
    pub roles: RoleSet,
}

impl Desk {
    /// Those to whom a report may come that somebody makes now and that may come to these roles: by their names where the
    /// reporter is signed in and they are few, else by role. Who follows from the pupil whom the form asks for is known when
    /// it is sent.
    pub(crate) fn may_be_about(
        &self,
        by: &Authorised,
        may_come_to: &[Role],
        asks_pupil: bool,
    ) -> Vec<(ReportAbout, String)> {
        let people_index = self.people_index(by);
        let towards = Towards::new(self, by, &people_index, None);
        let follows_from_pupil = |role: &Role| asks_pupil && reporting::follows_from_pupil(&[*role]);
        let (from_pupil, others): (Vec<Role>, Vec<Role>) =
            towards.with_last_resort(may_come_to).into_iter().partition(follows_from_pupil);
        let mut about = towards.by_name(&others).unwrap_or_else(|| towards.by_role(&others));
        let catalogue = self.roles();
        about.extend(from_pupil.into_iter().map(|role| (ReportAbout::HoldersOf(role), catalogue.in_sentence(role))));
        about
    }

    pub(crate) fn about_whom(&self, by: &Authorised, about: &ReportAbout, pupil: Option<PersonId>) -> AboutWhom {
        let people_index = self.people_index(by);
        let mut people: Vec<PersonId> = match about {
            ReportAbout::Nobody => Vec::new(),
            ReportAbout::Person(person) => people_index.here(*person).map(|person| person.id).into_iter().collect(),
            ReportAbout::HoldersOf(role) => {
                // Not their stand-ins, of whom nothing was said, nor whoever reports.
                let parties = Towards::new(self, by, &people_index, pupil).parties;
                let holders = people_index.own_holders(std::slice::from_ref(role), parties).map(|person| person.id);
                holders.filter(|person| *person != by.person).collect()
            }
        };
        let held =
            people.iter().filter_map(|person| people_index.person(*person)).flat_map(|person| person.roles.iter());
        let roles = match about {
            ReportAbout::HoldersOf(role) => [*role].into_iter().collect(),
            _ => held.collect(),
        };
        people.extend(pupil.filter(|pupil| people_index.here(*pupil).is_some() && !people.contains(pupil)));
        AboutWhom { people, roles }
    }
}

/// The people of the school as they stand towards a report that somebody makes now.
struct Towards<'a> {
    desk: &'a Desk,
    by: &'a Authorised,
    people_index: &'a PeopleIndex,
    parties: RequestParties<'a>,
}

impl<'a> Towards<'a> {
    /// Relative roles follow from the reporter, and from the pupil whom the report is about, where one is named.
    fn new(desk: &'a Desk, by: &'a Authorised, people_index: &'a PeopleIndex, pupil: Option<PersonId>) -> Towards<'a> {
        let asker = people_index.here(by.person);
        let named = pupil.and_then(|pupil| people_index.here(pupil)).or(asker);
        let classes = named.map(|named| named.groups.as_slice()).unwrap_or_default();
        let lesson = desk.timetable().lesson_on(&desk.now().to_zoned(desk.time_zone().clone()), None, classes);
        let lesson_teacher = lesson.and_then(|lesson| people_index.teacher_of(lesson));
        let parties = RequestParties { asker, recipient: &Recipient::Everyone, named, concerned: None, lesson_teacher };
        Towards { desk, by, people_index, parties }
    }

    /// Those who hold a role today, themselves or for somebody who is absent.
    fn holders(&self, role: Role) -> Vec<PersonId> {
        let possible = self.people_index.possible_holders(&[role], self.parties, self.desk.today());
        let holds = |person: &&Person| {
            person.roles.contains(role) || self.desk.candidate(self.by, person, self.parties).roles.contains(role)
        };
        possible.into_iter().filter(holds).map(|person| person.id).collect()
    }

    /// These roles, and of those who receive what nobody else is there to receive the first that bring in somebody else.
    fn with_last_resort(&self, roles: &[Role]) -> Vec<Role> {
        let catalogue = self.desk.roles();
        let known: Vec<PersonId> = roles.iter().flat_map(|role| self.holders(*role)).collect();
        let mut duty = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role);
        let next = duty.find(|role| self.holders(*role).iter().any(|person| !known.contains(person)));
        roles.iter().copied().chain(next).collect()
    }

    /// `None` where the reporter is not signed in, and where there are too many to name.
    fn by_name(&self, roles: &[Role]) -> Option<Vec<(ReportAbout, String)>> {
        if !self.by.is_person() {
            return None;
        }
        let catalogue = self.desk.roles();
        let mut people: Vec<(PersonId, String)> = Vec::new();
        for role in roles {
            for holder in self.holders(*role).into_iter().filter(|holder| *holder != self.by.person) {
                if people.iter().all(|(known, _)| *known != holder) {
                    let name = self.people_index.line(holder).name;
                    people.push((holder, format!("{name} ({})", catalogue.title(*role))));
                }
            }
            if people.len() > MOST_NAMED {
                return None;
            }
        }
        Some(people.into_iter().map(|(person, words)| (ReportAbout::Person(person), words)).collect())
    }

    fn by_role(&self, roles: &[Role]) -> Vec<(ReportAbout, String)> {
        let catalogue = self.desk.roles();
        let held = roles.iter().filter(|role| !self.holders(**role).is_empty());
        held.map(|role| (ReportAbout::HoldersOf(*role), catalogue.in_sentence(*role))).collect()
    }
}
