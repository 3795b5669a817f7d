//! Everybody, as the desk knows them: read from the records whole, swapped whole.

use std::collections::HashMap;

use domain::{Audience, Group, Person, PersonId, PersonStatus};
use records::PersonRecord;

use crate::desk::actor::{OPERATOR, OPERATOR_NAME, PROGRAM, PROGRAM_NAME};

/// Everybody in the records, leavers too.
#[derive(Debug, Default)]
pub(crate) struct PeopleIndex {
    people: Vec<PersonRecord>,
    by_id: HashMap<PersonId, usize>,
    by_username: HashMap<String, usize>,
    parents: HashMap<PersonId, Vec<PersonId>>,
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
        for (place, record) in people.iter().enumerate() {
            people_index.by_id.insert(record.person.id, place);
            people_index.by_username.insert(record.person.username.clone(), place);
            for child in &record.person.children {
                people_index.parents.entry(*child).or_default().push(record.person.id);
            }
        }
        people_index.people = people;
        people_index
    }

    /// Everybody, leavers too, by name.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = &PersonRecord> {
        self.people.iter()
    }

    /// Those who have not left, by name.
    pub(crate) fn all_here(&self) -> impl Iterator<Item = &PersonRecord> {
        self.people.iter().filter(|record| record.person.status == PersonStatus::Here)
    }

    pub(crate) fn record(&self, id: PersonId) -> Option<&PersonRecord> {
        self.by_id.get(&id).map(|place| &self.people[*place])
    }

    pub(crate) fn person(&self, id: PersonId) -> Option<&Person> {
        self.record(id).map(|record| &record.person)
    }

    pub(crate) fn here(&self, id: PersonId) -> Option<&Person> {
        self.person(id).filter(|person| person.status == PersonStatus::Here)
    }

    pub(crate) fn named(&self, username: &str) -> Option<&PersonRecord> {
        self.by_username.get(&username.trim().to_lowercase()).map(|place| &self.people[*place])
    }

    /// The people who answer for a pupil and are still here.
    pub(crate) fn parents_of(&self, child: PersonId) -> impl Iterator<Item = &Person> {
        self.parents.get(&child).into_iter().flatten().filter_map(|parent| self.here(*parent))
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

pub(crate) fn line_of(person: &Person) -> PersonLine {
    PersonLine {
        id: person.id,
        name: person.name.clone(),
        username: person.username.clone(),
        audience: person.audience,
        groups: person.groups.clone(),
    }
}
