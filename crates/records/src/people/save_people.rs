//! Keeping people, one or many at once.

use domain::{Particulars, PersonId, PersonStatus};

use crate::engine::query::{SqlValue, write_rows};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::people::person_records::PersonRecord;
use crate::store::change::Change;

impl Change {
    /// Keeps a person as given: new, or in the place of what was kept under the same identifier. The children,
    /// the manager and the stand-in must be in the records already.
    ///
    /// # Errors
    /// A username that somebody else has ([`Error::is_duplicate`]).
    pub async fn save_person(&mut self, record: &PersonRecord) -> Result<(), Error> {
        self.save_people(std::slice::from_ref(record)).await
    }

    /// As [`Change::save_person`], for many at once; they may name each other. Nobody may be among them twice.
    pub async fn save_people(&mut self, records: &[PersonRecord]) -> Result<(), Error> {
        // First everybody, then whom they name: what names somebody is refused until they are there.
        let unlinked: Vec<_> = records.iter().map(|record| columns(record, false)).collect();
        write_rows(self.transaction(), SAVE_PEOPLE, &unlinked, REPLACE_PEOPLE).await?;
        let linked = records.iter().filter(|record| names_others(&record.person.particulars));
        let linked: Vec<_> = linked.map(|record| columns(record, true)).collect();
        write_rows(self.transaction(), SAVE_PEOPLE, &linked, REPLACE_PEOPLE).await?;

        let ids: Vec<[SqlValue; 1]> = records.iter().map(|record| [record.person.id.to_string().into()]).collect();
        let (mut groups, mut roles, mut children) = (Vec::new(), Vec::new(), Vec::new());
        for person in records.iter().map(|record| &record.person) {
            let row = |of: String| [person.id.to_string().into(), of.into()];
            groups.extend(person.groups.iter().map(|group| row(group.0.clone())));
            roles.extend(person.roles.iter().map(|role| row(role.name().to_owned())));
            children.extend(person.children.iter().map(|child| row(child.to_string())));
        }
        for (remove, write, rows) in [
            (
                "DELETE FROM person_groups WHERE person IN (",
                "INSERT INTO person_groups (person, group_name) VALUES",
                groups,
            ),
            ("DELETE FROM person_roles WHERE person IN (", "INSERT INTO person_roles (person, role) VALUES", roles),
            ("DELETE FROM guardianship WHERE parent IN (", "INSERT INTO guardianship (parent, child) VALUES", children),
        ] {
            write_rows(self.transaction(), remove, &ids, ")").await?;
            write_rows(self.transaction(), write, &rows, "ON CONFLICT DO NOTHING").await?;
        }
        Ok(())
    }
}

const SAVE_PEOPLE: &str = "INSERT INTO people (id, username, name, mail, audience, status, joined_at, left_at, \
     manager, born, absent_from, absent_until, stand_in, hours, teaches, leaving_date, \
     parents_asked) VALUES";
const REPLACE_PEOPLE: &str = "ON CONFLICT (id) DO UPDATE SET username = excluded.username, name = excluded.name, \
     mail = excluded.mail, audience = excluded.audience, status = excluded.status, left_at = excluded.left_at, \
     manager = excluded.manager, born = excluded.born, absent_from = excluded.absent_from, \
     absent_until = excluded.absent_until, stand_in = excluded.stand_in, hours = excluded.hours, \
     teaches = excluded.teaches, leaving_date = excluded.leaving_date, parents_asked = excluded.parents_asked";

fn names_others(particulars: &Particulars) -> bool {
    particulars.manager.is_some() || particulars.absence.is_some_and(|absence| absence.stand_in.is_some())
}

/// What is written to the columns of [`SAVE_PEOPLE`]; manager and stand-in only where they are `linked`.
fn columns(record: &PersonRecord, linked: bool) -> [SqlValue; 17] {
    let person = &record.person;
    let Particulars { manager, born, hours, teaches, absence, leaving_date } = &person.particulars;
    let somebody = |id: Option<PersonId>| id.filter(|_| linked).map(|id| id.to_string());
    [
        person.id.to_string().into(),
        person.username.to_lowercase().into(),
        (&person.name).into(),
        (&person.mail).into(),
        person.audience.name().into(),
        status(person.status).into(),
        millis(record.joined_at).into(),
        maybe_millis(record.left_at).into(),
        somebody(*manager).into(),
        born.map(|born| born.to_string()).into(),
        absence.map(|absence| absence.from.to_string()).into(),
        absence.map(|absence| absence.until.to_string()).into(),
        somebody(absence.and_then(|absence| absence.stand_in)).into(),
        (!hours.is_empty()).then(|| hours.to_string()).into(),
        json(teaches).into(),
        leaving_date.map(|day| day.to_string()).into(),
        json(&record.parents_asked).into(),
    ]
}

fn status(word: PersonStatus) -> &'static str {
    match word {
        PersonStatus::Here => "here",
        PersonStatus::Left => "left",
    }
}
