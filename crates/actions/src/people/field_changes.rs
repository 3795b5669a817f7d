//! What changes of somebody on record, field by field, in words: from what to what.

use domain::{Absence, Person, PersonId, Roles, day_words};
use jiff::civil::Date;

use crate::known::people_index::PeopleIndex;

/// One field that changes. A side is empty where nothing stands there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldChange {
    pub field: &'static str,
    pub from: String,
    pub to: String,
}

/// Each of `fields`, as it stands before and after.
pub(crate) fn field_changes(
    fields: &[&'static str],
    (before, after): (&Person, &Person),
    people_index: &PeopleIndex,
    roles: &Roles,
) -> Vec<FieldChange> {
    let words = |field, person| words(field, person, people_index, roles);
    fields.iter().map(|field| FieldChange { field, from: words(field, before), to: words(field, after) }).collect()
}

fn words(field: &str, person: &Person, people_index: &PeopleIndex, roles: &Roles) -> String {
    let named = |id: PersonId| people_index.line(id).name;
    let particulars = &person.particulars;
    match field {
        "name" => person.name.clone(),
        "mail" => person.mail.clone().unwrap_or_default(),
        "audience" => person.audience.title().to_owned(),
        "groups" => listed(person.groups.iter().map(|group| group.0.clone())),
        "roles" => listed(person.roles.iter().map(|role| roles.title(role).to_owned())),
        "children" => listed(person.children.iter().map(|child| named(*child))),
        "manager" => particulars.manager.map(named).unwrap_or_default(),
        "birth date" => day(particulars.born),
        "working hours" => particulars.hours.to_string(),
        "classes taught" => listed(particulars.teaches.iter().map(|class| class.0.clone())),
        "absence" => particulars.absence.map(|absence| absence_words(absence, named)).unwrap_or_default(),
        "leaving date" => day(particulars.leaving_date),
        _ => String::new(),
    }
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn day(day: Option<Date>) -> String {
    day.map(day_words).unwrap_or_default()
}

fn absence_words(absence: Absence, named: impl Fn(PersonId) -> String) -> String {
    let stand_in = absence.stand_in.map(|id| format!(", {} stands in", named(id))).unwrap_or_default();
    format!("{} to {}{stand_in}", day_words(absence.from), day_words(absence.until))
}
