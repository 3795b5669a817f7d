//! People and moments to test with.

use domain::{Audience, Group, Person, PersonStatus, Role, RoleSet};
use jiff::Timestamp;
use records::{Change, Event, LedgerEntry, PersonAuthority, PersonRecord, Store};
use uuid::Uuid;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_778_000_000 + seconds).expect("a moment")
}

pub fn id<Id: From<Uuid>>(number: u128) -> Id {
    Id::from(Uuid::from_u128(number))
}

pub fn role(name: &str) -> Role {
    Role::named(name).expect("a role's name")
}

pub fn person(number: u128) -> PersonRecord {
    PersonRecord {
        person: Person {
            id: id(number),
            username: format!("person-{number}"),
            name: format!("Person {number}"),
            mail: None,
            audience: Audience::Pupil,
            groups: vec![Group("9B".to_owned())],
            roles: RoleSet::new(),
            children: Vec::new(),
            status: PersonStatus::Here,
            particulars: domain::Particulars::default(),
        },
        joined_at: at(0),
        left_at: None,
        parents_asked: std::collections::BTreeMap::new(),
    }
}

/// The ledger's entry for something that a test did.
pub fn entry(number: u128) -> LedgerEntry {
    let person = id(number);
    let event = Event::AddPerson { person, audience: Audience::Pupil, authority: PersonAuthority::default() };
    LedgerEntry { actor: person, event }
}

pub async fn add(store: &Store, number: u128) {
    let record = person(number);
    let mut change = store.change(at(i64::try_from(number).expect("small"))).await.expect("a change");
    change.save_person(&record).await.expect("saved");
    change.commit(entry(number)).await.expect("committed");
}

/// One change, kept.
pub async fn keep(store: &Store, moment: i64, write: impl AsyncFnOnce(&mut Change)) {
    let mut change = store.change(at(moment)).await.expect("a change");
    write(&mut change).await;
    change.commit(entry(1)).await.expect("committed");
}
