//! The people as the gate knows them: one value, made from the records and swapped whole.

use std::collections::HashMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{PersonId, Standing};

/// Everybody who may be identified at the gate. It is kept on disk beside the rules, so that the gate can start again
/// while the records are away; it holds no names, only what a verdict needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    people: HashMap<PersonId, Member>,
    by_username: HashMap<String, PersonId>,
    by_address: HashMap<IpAddr, PersonId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub standing: Standing,
    /// The password's hash as a PHC string (argon2id). `None`: no sign-in by password.
    pub password: Option<String>,
}

impl Directory {
    pub fn insert(&mut self, person: PersonId, username: &str, member: Member) {
        self.by_username.insert(username.to_lowercase(), person);
        self.people.insert(person, member);
    }

    /// From now on, what comes from `address` is this person's: they are signed in at the desk there.
    pub fn sign_in(&mut self, address: IpAddr, person: PersonId) {
        self.by_address.insert(address.to_canonical(), person);
    }

    /// Whoever was signed in at the desk from `address` no longer is.
    pub fn sign_out(&mut self, address: IpAddr) {
        self.by_address.remove(&address.to_canonical());
    }

    pub fn member(&self, person: PersonId) -> Option<&Member> {
        self.people.get(&person)
    }

    pub fn by_username(&self, username: &str) -> Option<(PersonId, &Member)> {
        let person = *self.by_username.get(&username.to_lowercase())?;
        Some((person, self.people.get(&person)?))
    }

    pub fn by_address(&self, address: IpAddr) -> Option<(PersonId, &Member)> {
        let person = *self.by_address.get(&address.to_canonical())?;
        Some((person, self.people.get(&person)?))
    }

    pub fn members(&self) -> impl Iterator<Item = (PersonId, &Member)> {
        self.people.iter().map(|(person, member)| (*person, member))
    }

    pub fn len(&self) -> usize {
        self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }
}
