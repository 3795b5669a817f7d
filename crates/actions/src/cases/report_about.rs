//! Whom a report is about: those to whom it may come, of whom its form lets the reporter say so, and the pupil.

use domain::{Duty, Person, PersonId, Recipient, RelativeRole, RequestParties, Role, RoleSet};
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
    pub(crate) fn about_whom(&self, by: &Authorised, about: &ReportAbout, pupil: Option<PersonId>) -> AboutWhom {
        let people_index = self.people_index(by);
        let mut people: Vec<PersonId> = match about {
            ReportAbout::Nobody => Vec::new(),
            ReportAbout::Person(person) => people_index.here(*person).map(|person| person.id).into_iter().collect(),
            ReportAbout::HoldersOf(role) => {
                // Not their stand-ins, of whom nothing was said, nor whoever reports.
                let roles = std::slice::from_ref(role);
                let parties = ReportPeople::new(self, by, &people_index, pupil, roles).parties;
                let holders = people_index.own_holders(roles, parties).map(|person| person.id);
                holders.filter(|person| *person != by.person).collect()
            }
        };
        let held =
            people.iter().filter_map(|person| people_index.person(*person)).flat_map(|person| person.roles.iter());
        let roles = match about {
            ReportAbout::HoldersOf(role) => [*role].into_iter().collect(),
            _ => held.collect(),
        };
        // Relative roles follow from the pupil who is named first.
        if let Some(pupil) = pupil.filter(|pupil| people_index.here(*pupil).is_some()) {
            people.retain(|person| *person != pupil);
            people.insert(0, pupil);
        }
        AboutWhom { people, roles }
    }
}

/// The people of the school as they stand towards a report that somebody makes now.
pub(crate) struct ReportPeople<'a> {
    desk: &'a Desk,
    by: &'a Authorised,
    people_index: &'a PeopleIndex,
    parties: RequestParties<'a>,
}

impl<'a> ReportPeople<'a> {
    /// Relative roles follow from the reporter, and from the pupil whom the report is about, where one is named. The
    /// timetable is walked only if `roles`, about which it is asked, have the teacher of the lesson among them.
    pub(crate) fn new(
        desk: &'a Desk,
        by: &'a Authorised,
        people_index: &'a PeopleIndex,
        pupil: Option<PersonId>,
        roles: &[Role],
    ) -> ReportPeople<'a> {
        let asker = people_index.here(by.person);
        let named = pupil.and_then(|pupil| people_index.here(pupil)).or(asker);
        let classes = named.map(|named| named.groups.as_slice()).unwrap_or_default();
        let lesson = if roles.contains(&RelativeRole::TeacherOfLesson.role()) {
            desk.timetable().lesson_on(&desk.now().to_zoned(desk.time_zone().clone()), None, classes)
        } else {
            None
        };
        let lesson_teacher = lesson.and_then(|lesson| people_index.teacher_of(lesson));
        let parties = RequestParties { asker, recipient: &Recipient::Everyone, named, concerned: None, lesson_teacher };
        ReportPeople { desk, by, people_index, parties }
    }

    /// Those to whom a report may come that may come to these roles: by their names where the reporter is signed in and they
    /// are few, else by role. Who follows from the pupil whom the form asks for is known when it is sent.
    pub(crate) fn may_be_about(&self, may_come_to: &[Role], asks_pupil: bool) -> Vec<(ReportAbout, String)> {
        let follows_from_pupil = |role: &Role| asks_pupil && reporting::follows_from_pupil(&[*role]);
        let (from_pupil, others): (Vec<Role>, Vec<Role>) =
            self.with_last_resort(may_come_to).into_iter().partition(follows_from_pupil);
        let mut about = self.by_name(&others).unwrap_or_else(|| self.by_role(&others));
        let catalogue = self.desk.roles();
        about.extend(from_pupil.into_iter().map(|role| (ReportAbout::HoldersOf(role), catalogue.in_sentence(role))));
        about
    }

    /// Whether somebody holds one of these roles today, themselves or for somebody who is absent.
    fn holds(&self, person: &Person, roles: &[Role]) -> bool {
        person.roles.contains_any(roles) || self.desk.candidate(self.by, person, self.parties).roles.contains_any(roles)
    }

    fn holders(&self, role: Role) -> impl Iterator<Item = &'a Person> {
        let possible = self.people_index.possible_holders(&[role], self.parties, self.desk.today());
        possible.into_iter().filter(move |person| self.holds(person, &[role]))
    }

    /// These roles, and of those who receive what nobody else is there to receive the first that bring in somebody else.
    fn with_last_resort(&self, roles: &[Role]) -> Vec<Role> {
        let catalogue = self.desk.roles();
        let mut duty = catalogue.carrying(Duty::ReceiveReports).map(|entry| entry.role);
        let next = duty.find(|role| self.holders(*role).any(|person| !self.holds(person, roles)));
        roles.iter().copied().chain(next).collect()
    }

    /// `None` where the reporter is not signed in, and where there are too many to name.
    fn by_name(&self, roles: &[Role]) -> Option<Vec<(ReportAbout, String)>> {
        // The reporter may be one of them, and is not named.
        let are_many = |role: &Role| self.people_index.holders_here(*role).nth(MOST_NAMED + 1).is_some();
        if !self.by.is_person() || roles.iter().any(are_many) {
            return None;
        }
        let catalogue = self.desk.roles();
        let mut people: Vec<(PersonId, String)> = Vec::new();
        for role in roles {
            for holder in self.holders(*role).map(|holder| holder.id).filter(|holder| *holder != self.by.person) {
                if people.iter().all(|(known, _)| *known != holder) {
                    let name = self.people_index.line(holder).name;
                    people.push((holder, format!("{name} ({})", catalogue.title(*role))));
                }
            }
        }
        let named = people.into_iter().map(|(person, words)| (ReportAbout::Person(person), words));
        (named.len() <= MOST_NAMED).then(|| named.collect())
    }

    fn by_role(&self, roles: &[Role]) -> Vec<(ReportAbout, String)> {
        let catalogue = self.desk.roles();
        let is_held =
            |role: Role| self.people_index.holders_here(role).next().is_some() || self.holders(role).next().is_some();
        let held = roles.iter().copied().filter(|role| is_held(*role));
        held.map(|role| (ReportAbout::HoldersOf(role), catalogue.in_sentence(role))).collect()
    }
}
