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
    /// Everybody who is signed in at the desk from an address.
    by_address: HashMap<IpAddr, Vec<PersonId>>,
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

    /// This person is signed in at the desk from `address`.
    pub fn sign_in(&mut self, address: IpAddr, person: PersonId) {
        let here = self.by_address.entry(address.to_canonical()).or_default();
        if !here.contains(&person) {
            here.push(person);
        }
    }

    pub fn member(&self, person: PersonId) -> Option<&Member> {
        self.people.get(&person)
    }

    pub fn by_username(&self, username: &str) -> Option<(PersonId, &Member)> {
        let person = *self.by_username.get(&username.to_lowercase())?;
        Some((person, self.people.get(&person)?))
    }

    /// Who is known by the address alone: whoever is signed in there at the desk, where it is one person. Where several
    /// are (a shared machine, a network behind one address), the address names nobody.
    pub fn by_address(&self, address: IpAddr) -> Option<(PersonId, &Member)> {
        let [person] = self.by_address.get(&address.to_canonical())?.as_slice() else { return None };
        Some((*person, self.people.get(person)?))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Audience;

    #[test]
    fn an_address_from_which_two_are_signed_in_names_neither() {
        let address: IpAddr = "10.0.0.7".parse().unwrap();
        let [first, second] = [1, 2].map(|number| PersonId(uuid::Uuid::from_u128(number)));
        let member = || Member { standing: Standing::of(Audience::Pupil), password: None };
        let mut directory = Directory::default();
        directory.insert(first, "ada", member());
        directory.insert(second, "bea", member());
        directory.sign_in(address, first);
        directory.sign_in(address, first);
        assert_eq!(directory.by_address(address).map(|(person, _)| person), Some(first));
        directory.sign_in(address, second);
        assert!(directory.by_address(address).is_none());
    }
}
