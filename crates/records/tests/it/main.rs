//! The records on a real file.

mod exposure;
mod ledger;
mod store;

use std::path::PathBuf;

use domain::{Audience, Group, Person, PersonId, PersonStatus, RoleSet};
use jiff::Timestamp;
use records::{Entry, PersonRecord, Store};
use serde_json::json;
use uuid::Uuid;

pub struct Folder {
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

pub fn folder() -> Folder {
    let folder = tempfile::tempdir().expect("a folder");
    Folder { path: folder.path().join("records.sqlite"), _folder: folder }
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_778_000_000 + seconds).expect("a moment")
}

pub fn person(number: u128) -> PersonRecord {
    PersonRecord {
        person: Person {
            id: PersonId(Uuid::from_u128(number)),
            username: format!("person-{number}"),
            name: format!("Person {number}"),
            mail: None,
            audience: Audience::Pupil,
            groups: vec![Group("9B".to_owned())],
            roles: RoleSet::new(),
            children: Vec::new(),
            status: PersonStatus::Here,
        },
        joined_at: at(0),
        left_at: None,
    }
}

pub async fn add(store: &Store, number: u128) {
    let record = person(number);
    let mut change = store.change(at(i64::try_from(number).expect("small"))).await.expect("a change");
    change.save_person(&record).await.expect("saved");
    let entry = Entry {
        actor: record.person.id,
        verb: "add-person",
        subject: format!("person {}", record.person.id),
        details: json!({ "number": u64::try_from(number).expect("small") }),
    };
    change.commit(entry).await.expect("committed");
}
