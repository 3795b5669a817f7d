//! Everybody, as the desk knows them: a persistent value, in which a change of one person shares the rest.

use std::sync::Arc;

use domain::{
    Audience, Case, GrantScope, Group, Lesson, Person, PersonId, PersonStatus, Recipient, RelativeRole, RequestParties,
    Role, RoleSet, Roles, Timetable,
};
use imbl::{HashMap, OrdMap, OrdSet};
use jiff::Timestamp;
use jiff::civil::Date;
use policy::rules::grant_times;
use records::PersonRecord;

use crate::known::system_actors::{OPERATOR, OPERATOR_NAME, PROGRAM, PROGRAM_NAME};

/// Everybody in the records, leavers too. Cloning it is cheap.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PeopleIndex {
    people: HashMap<PersonId, Arc<PersonRecord>>,
    by_username: HashMap<String, PersonId>,
    /// By name, then username: the order of every list of people.
    by_name: OrdMap<(String, String), PersonId>,
    parents: HashMap<PersonId, OrdSet<PersonId>>,
    audiences: HashMap<Audience, OrdSet<PersonId>>,
    groups: HashMap<Group, OrdSet<PersonId>>,
    holders: HashMap<Role, OrdSet<PersonId>>,
    /// By line manager: those whom they manage.
    managed: HashMap<PersonId, OrdSet<PersonId>>,
    /// By class: those who teach it.
    teachers: HashMap<Group, OrdSet<PersonId>>,
    /// By stand-in: those who name them for an absence.
    stand_ins: HashMap<PersonId, OrdSet<PersonId>>,
}

/// A person as a list shows them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PersonLine {
    pub id: PersonId,
    pub name: String,
    pub username: String,
    pub audience: Audience,
    pub groups: Vec<Group>,
}

impl PeopleIndex {
    pub(crate) fn new(people: Vec<PersonRecord>) -> PeopleIndex {
        let mut people_index = PeopleIndex::default();
        people.into_iter().for_each(|record| people_index.put(record));
        people_index
    }

    /// Everybody, leavers too, by name.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = &PersonRecord> {
        self.by_name.values().filter_map(|id| self.record(*id))
    }

    /// Puts a person in, or in the place of what was known of them.
    pub(crate) fn put(&mut self, record: PersonRecord) {
        let person = &record.person;
        if let Some(before) = self.people.get(&person.id).cloned() {
            self.forget(&before.person);
        }
        self.by_username.insert(person.username.clone(), person.id);
        self.by_name.insert((person.name.clone(), person.username.clone()), person.id);
        for child in &person.children {
            self.parents.entry(*child).or_default().insert(person.id);
        }
        self.audiences.entry(person.audience).or_default().insert(person.id);
        for group in &person.groups {
            self.groups.entry(group.clone()).or_default().insert(person.id);
        }
        for role in person.roles.iter() {
            self.holders.entry(role).or_default().insert(person.id);
        }
        if let Some(manager) = person.particulars.manager {
            self.managed.entry(manager).or_default().insert(person.id);
        }
        for class in &person.particulars.teaches {
            self.teachers.entry(class.clone()).or_default().insert(person.id);
        }
        if let Some(stand_in) = stand_in_of(person) {
            self.stand_ins.entry(stand_in).or_default().insert(person.id);
        }
        self.people.insert(person.id, Arc::new(record));
    }

    fn forget(&mut self, person: &Person) {
        self.by_username.remove(&person.username);
        self.by_name.remove(&(person.name.clone(), person.username.clone()));
        for child in &person.children {
            take_out(&mut self.parents, child, person.id);
        }
        take_out(&mut self.audiences, &person.audience, person.id);
        for group in &person.groups {
            take_out(&mut self.groups, group, person.id);
        }
        for role in person.roles.iter() {
            take_out(&mut self.holders, &role, person.id);
        }
        if let Some(manager) = person.particulars.manager {
            take_out(&mut self.managed, &manager, person.id);
        }
        for class in &person.particulars.teaches {
            take_out(&mut self.teachers, class, person.id);
        }
        if let Some(stand_in) = stand_in_of(person) {
            take_out(&mut self.stand_ins, &stand_in, person.id);
        }
    }

    /// Those who have not left, by name.
    pub(crate) fn all_here(&self) -> impl Iterator<Item = &PersonRecord> {
        let all = self.by_name.values().filter_map(|id| self.record(*id));
        all.filter(|record| record.person.status == PersonStatus::Here)
    }

    pub(crate) fn record(&self, id: PersonId) -> Option<&PersonRecord> {
        self.people.get(&id).map(|record| &**record)
    }

    pub(crate) fn person(&self, id: PersonId) -> Option<&Person> {
        self.record(id).map(|record| &record.person)
    }

    pub(crate) fn here(&self, id: PersonId) -> Option<&Person> {
        self.person(id).filter(|person| person.status == PersonStatus::Here)
    }

    pub(crate) fn has_left(&self, id: PersonId) -> bool {
        self.person(id).is_some_and(|person| person.status == PersonStatus::Left)
    }

    pub(crate) fn named(&self, username: &str) -> Option<&PersonRecord> {
        self.record(*self.by_username.get(&username.trim().to_lowercase())?)
    }

    /// Those who are here and have a name, as it is written.
    pub(crate) fn called<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Person> {
        let from = (name.to_owned(), String::new());
        let of_name = self.by_name.range(from..).take_while(move |((known, _), _)| known == name);
        of_name.filter_map(|(_, id)| self.here(*id))
    }

    /// Whoever takes a lesson by the timetable, where they are here.
    pub(crate) fn teacher_of(&self, lesson: &Lesson) -> Option<PersonId> {
        let teacher = self.named(lesson.teacher.as_deref()?)?.person.id;
        self.here(teacher).map(|teacher| teacher.id)
    }

    /// Whom a case is by and about, and whoever took the lesson that it concerns, where one of the roles is theirs: the
    /// walk through the timetable is spared for other cases.
    pub(crate) fn parties_of(&self, case: &Case, roles: &[Role], timetable: &Timetable) -> RequestParties<'_> {
        let find = |person| self.person(person);
        let lesson = if roles.contains(&RelativeRole::TeacherOfLesson.role()) {
            RequestParties::lesson_of_case(case, timetable, find)
        } else {
            None
        };
        let lesson_teacher = lesson.and_then(|lesson| self.teacher_of(lesson));
        RequestParties { lesson_teacher, ..RequestParties::of_case(case, find) }
    }

    /// The lesson that something concerns which begins at `at`: the one in the room that is asked for, or else that of the
    /// class for which it is or of the asker.
    pub(crate) fn lesson_asked_for<'t>(
        &self,
        (asker, recipient, scope): (PersonId, &Recipient, Option<&GrantScope>),
        at: Timestamp,
        timetable: &'t Timetable,
    ) -> Option<&'t Lesson> {
        let classes = grant_times::lesson_classes(recipient, asker, |person| self.here(person));
        let room = match scope {
            Some(GrantScope::Words(words)) => Some(words.as_str()),
            _ => None,
        };
        timetable.lesson_on(&at.to_zoned(timetable.time_zone.clone()), room, &classes)
    }

    /// The people who answer for a pupil and are still here, by name.
    pub(crate) fn parents_of(&self, child: PersonId) -> impl Iterator<Item = &Person> {
        let parents = self.parents.get(&child).into_iter().flatten();
        let mut parents: Vec<&Person> = parents.filter_map(|parent| self.here(*parent)).collect();
        parents.sort_by(|one, other| (&one.name, &one.username).cmp(&(&other.name, &other.username)));
        parents.into_iter()
    }

    /// The roles in whose place somebody decides requests on a day ([`domain::roles_stood_in_for`]).
    pub(crate) fn roles_stood_in_for(&self, person: &Person, day: Date, catalogue: &Roles) -> RoleSet {
        let may_hold = |role, audience| catalogue.may_be_held_by(role, audience);
        domain::roles_stood_in_for(self.naming(person.id), person, day, may_hold, |role| self.is_absent(role, day))
    }

    /// The relative roles that a person holds towards a request on a day ([`domain::relative_roles`]).
    pub(crate) fn relative_roles(&self, person: &Person, parties: RequestParties<'_>, day: Date) -> RoleSet {
        let mut people: Vec<&Person> = self.naming(person.id).collect();
        if !people.is_empty() {
            people.extend(self.holders_towards(parties));
            people.sort_by_key(|person| person.id);
            people.dedup_by_key(|person| person.id);
        }
        domain::relative_roles(&people, person, parties, day)
    }

    /// Those who are here and name somebody as their stand-in.
    pub(crate) fn naming(&self, stand_in: PersonId) -> impl Iterator<Item = &Person> {
        self.stand_ins.get(&stand_in).into_iter().flatten().filter_map(|absent| self.here(*absent))
    }

    /// Those who hold a relative role towards a request that an absent holder hands over.
    fn holders_towards(&self, parties: RequestParties<'_>) -> impl Iterator<Item = &Person> {
        let classes = match (parties.recipient, parties.named) {
            (Recipient::Group(group), _) => std::slice::from_ref(group),
            (_, Some(named)) => named.groups.as_slice(),
            (_, None) => &[],
        };
        let teachers: OrdSet<PersonId> =
            classes.iter().filter_map(|class| self.teachers.get(class)).flatten().copied().collect();
        let manager = parties.asker.and_then(|asker| asker.particulars.manager);
        let others = parties.lesson_teacher.into_iter().chain(parties.concerned);
        manager.into_iter().chain(others).chain(teachers).filter_map(|holder| self.here(holder))
    }

    /// Those who are here and may hold one of the roles towards a request or a case: its holders, and their stand-ins.
    pub(crate) fn possible_holders(&self, roles: &[Role], parties: RequestParties<'_>, day: Date) -> Vec<&Person> {
        let mut people: Vec<&Person> = roles.iter().flat_map(|role| self.holders_of(*role, parties)).collect();
        let absent = people.iter().filter(|person| person.particulars.is_absent_on(day));
        let stand_ins: Vec<&Person> = absent.filter_map(|person| self.here(stand_in_of(person)?)).collect();
        people.extend(stand_ins);
        people.sort_by_key(|person| person.id);
        people.dedup_by_key(|person| person.id);
        people
    }

    /// Those who are here and hold one of the roles towards a request or a case themselves, absent or not.
    pub(crate) fn own_holders<'a>(
        &'a self,
        roles: &'a [Role],
        parties: RequestParties<'a>,
    ) -> impl Iterator<Item = &'a Person> {
        roles.iter().flat_map(move |role| {
            let relative = RelativeRole::of(*role);
            let holds = move |person: &&Person| relative.is_none_or(|relative| relative.is_held(person, parties));
            self.holders_of(*role, parties).into_iter().filter(holds)
        })
    }

    /// The holders of a role, or of a relative one those who may hold it towards this.
    fn holders_of<'a>(&'a self, role: Role, parties: RequestParties<'_>) -> Vec<&'a Person> {
        match RelativeRole::of(role) {
            None => self.holders_here(role).collect(),
            Some(RelativeRole::ParentOfPupil) => {
                parties.named.into_iter().flat_map(|named| self.parents_of(named.id)).collect()
            }
            Some(_) => self.holders_towards(parties).collect(),
        }
    }

    /// The relative roles that a person may hold towards some request, given whether they take lessons by the timetable.
    pub(crate) fn possible_relative_roles(&self, person: &Person, takes_lessons: bool) -> RoleSet {
        let manages = self.managed.contains_key(&person.id);
        domain::possible_relative_roles(person, manages, self.stand_ins.contains_key(&person.id), takes_lessons)
    }

    /// Those who hold a role and have not left.
    pub(crate) fn holders_here(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.holders.get(&role).into_iter().flatten().filter_map(|holder| self.here(*holder))
    }

    /// Whether a role has holders here and all of them are absent on a day.
    pub(crate) fn is_absent(&self, role: Role, day: Date) -> bool {
        domain::are_all_absent(self.holders_here(role), day)
    }

    /// Everybody who is, or was until they left, in a group.
    pub(crate) fn members_of(&self, group: &Group) -> impl Iterator<Item = PersonId> {
        self.groups.get(group).into_iter().flatten().copied()
    }

    /// Those of an audience who are here.
    pub(crate) fn of_audience(&self, audience: Audience) -> impl Iterator<Item = &Person> {
        self.audiences.get(&audience).into_iter().flatten().filter_map(|person| self.here(*person))
    }

    /// A person's line. Of somebody whom the records no longer hold, what can still be said.
    pub(crate) fn line(&self, id: PersonId) -> PersonLine {
        match self.person(id) {
            Some(person) => line_of(person),
            None if id == OPERATOR => PersonLine {
                id,
                name: OPERATOR_NAME.to_owned(),
                username: "operator".to_owned(),
                audience: Audience::Staff,
                groups: Vec::new(),
            },
            None if id == PROGRAM => PersonLine {
                id,
                name: PROGRAM_NAME.to_owned(),
                username: "program".to_owned(),
                audience: Audience::Staff,
                groups: Vec::new(),
            },
            None => PersonLine {
                id,
                name: "Somebody no longer on record".to_owned(),
                username: String::new(),
                audience: Audience::OtherAuthorised,
                groups: Vec::new(),
            },
        }
    }
}

fn stand_in_of(person: &Person) -> Option<PersonId> {
    person.particulars.absence.and_then(|absence| absence.stand_in)
}

pub(crate) fn line_of(person: &Person) -> PersonLine {
    PersonLine {
        id: person.id,
        name: person.name.clone(),
        username: person.username.clone(),
        audience: person.audience,
        groups: person.groups.clone(),
    }
}

fn take_out<K: Clone + Eq + std::hash::Hash>(sets: &mut HashMap<K, OrdSet<PersonId>>, key: &K, person: PersonId) {
    let Some(set) = sets.get_mut(key) else { return };
    set.remove(&person);
    if set.is_empty() {
        sets.remove(key);
    }
}
