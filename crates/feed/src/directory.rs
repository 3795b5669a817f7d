//! The people as the gate knows them.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{ClosedSite, Host, ListedDevice, PersonId, Standing};
use imbl::HashMap;
use serde::{Deserialize, Serialize};

/// Everybody who may be identified at the gate. It holds no names, only what a verdict needs. Cloning it is cheap, and a
/// clone that differs in one person shares the rest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    people: HashMap<PersonId, Arc<DirectoryEntry>>,
    by_username: HashMap<String, PersonId>,
    /// Everybody who is signed in at the desk from an address, in the order of their identifiers.
    by_address: HashMap<IpAddr, Vec<PersonId>>,
    /// What lists the device at an address, in the order of its entries.
    devices: HashMap<IpAddr, Vec<ListedDevice>>,
    /// The school's own list of closed sites, by their hosts.
    closed_sites: HashMap<Host, Vec<ClosedSite>>,
}

#[derive(Debug, PartialEq)]
struct DirectoryEntry {
    username: String,
    member: Member,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub standing: Standing,
    /// The password's hash as a PHC string (argon2id). `None`: no sign-in by password.
    pub password: Option<String>,
}

impl Directory {
    /// Puts a person in, or in the place of what was known of them.
    pub fn insert(&mut self, person: PersonId, username: &str, member: Member) {
        let username = username.to_lowercase();
        let before = self.people.insert(person, Arc::new(DirectoryEntry { username: username.clone(), member }));
        self.forget_username(before, person);
        self.by_username.insert(username, person);
    }

    /// Takes a person out; they are identified by nothing any more.
    pub fn remove(&mut self, person: PersonId) {
        let before = self.people.remove(&person);
        self.forget_username(before, person);
    }

    /// A username may have passed to somebody else in the meantime, who keeps it.
    fn forget_username(&mut self, before: Option<Arc<DirectoryEntry>>, person: PersonId) {
        if let Some(before) = before.filter(|before| self.by_username.get(&before.username) == Some(&person)) {
            self.by_username.remove(&before.username);
        }
    }

    /// This person is signed in at the desk from `address`.
    pub fn sign_in(&mut self, address: IpAddr, person: PersonId) {
        let mut here = self.at(address).to_vec();
        here.push(person);
        self.set_address(address, here);
    }

    /// Who is signed in at the desk from `address`, all of them.
    pub fn set_address(&mut self, address: IpAddr, mut people: Vec<PersonId>) {
        people.sort_unstable();
        people.dedup();
        if people.is_empty() {
            self.by_address.remove(&address.to_canonical());
        } else {
            self.by_address.insert(address.to_canonical(), people);
        }
    }

    /// Everybody who is signed in at the desk from `address`.
    pub fn at(&self, address: IpAddr) -> &[PersonId] {
        self.by_address.get(&address.to_canonical()).map_or(&[], Vec::as_slice)
    }

    /// What lists the device at `address`, all of it.
    pub fn set_device(&mut self, address: IpAddr, mut listed: Vec<ListedDevice>) {
        listed.sort_unstable_by_key(|device| device.entry);
        if listed.is_empty() {
            self.devices.remove(&address.to_canonical());
        } else {
            self.devices.insert(address.to_canonical(), listed);
        }
    }

    /// What lists the device at `address`.
    pub fn device_at(&self, address: IpAddr) -> &[ListedDevice] {
        self.devices.get(&address.to_canonical()).map_or(&[], Vec::as_slice)
    }

    /// What the school's own list says of `host` itself, all of it.
    pub fn set_closed(&mut self, host: Host, mut closed: Vec<ClosedSite>) {
        closed.sort_unstable();
        if closed.is_empty() {
            self.closed_sites.remove(&host);
        } else {
            self.closed_sites.insert(host, closed);
        }
    }

    /// What the school's own list says of a host and of those that it lies under.
    pub fn closed_of(&self, host: &Host) -> Vec<ClosedSite> {
        if self.closed_sites.is_empty() {
            return Vec::new();
        }
        host.and_parents().filter_map(|name| self.closed_sites.get(name)).flatten().cloned().collect()
    }

    pub fn member(&self, person: PersonId) -> Option<&Member> {
        self.people.get(&person).map(|named| &named.member)
    }

    pub fn by_username(&self, username: &str) -> Option<(PersonId, &Member)> {
        let person = *self.by_username.get(&username.to_lowercase())?;
        Some((person, self.member(person)?))
    }

    /// Who is known by the address alone: whoever is signed in there at the desk, where it is one person. Where several
    /// are (a shared machine, a network behind one address), the address names nobody.
    pub fn by_address(&self, address: IpAddr) -> Option<(PersonId, &Member)> {
        let [person] = self.at(address) else { return None };
        Some((*person, self.member(*person)?))
    }

    pub fn members(&self) -> impl Iterator<Item = (PersonId, &Member)> {
        self.people.iter().map(|(person, named)| (*person, &named.member))
    }

    pub fn len(&self) -> usize {
        self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub(crate) fn named(&self, person: PersonId) -> Option<(&str, &Member)> {
        self.people.get(&person).map(|named| (named.username.as_str(), &named.member))
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = PersonId> {
        self.people.keys().copied()
    }

    pub(crate) fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.by_address.keys().copied()
    }

    pub(crate) fn devices(&self) -> impl Iterator<Item = IpAddr> {
        self.devices.keys().copied()
    }

    /// What the school's own list says of `host` itself.
    pub(crate) fn closed_at(&self, host: &Host) -> &[ClosedSite] {
        self.closed_sites.get(host).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn closed_hosts(&self) -> impl Iterator<Item = &Host> {
        self.closed_sites.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Audience;

    fn member() -> Member {
        Member { standing: Standing::of(Audience::Pupil), password: None }
    }

    fn person(number: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn an_address_from_which_two_are_signed_in_names_neither() {
        let address: IpAddr = "10.0.0.7".parse().unwrap();
        let mut directory = Directory::default();
        directory.insert(person(1), "ada", member());
        directory.insert(person(2), "bea", member());
        directory.sign_in(address, person(1));
        directory.sign_in(address, person(1));
        assert_eq!(directory.by_address(address).map(|(person, _)| person), Some(person(1)));
        directory.sign_in(address, person(2));
        assert!(directory.by_address(address).is_none());
    }

    #[test]
    fn somebody_taken_out_is_known_by_nothing_and_a_clone_keeps_them() {
        let address: IpAddr = "10.0.0.7".parse().unwrap();
        let mut directory = Directory::default();
        directory.insert(person(1), "Ada", member());
        directory.sign_in(address, person(1));
        let before = directory.clone();
        directory.remove(person(1));
        assert!(directory.by_username("ada").is_none() && directory.by_address(address).is_none());
        assert!(before.by_username("ada").is_some() && before.by_address(address).is_some());
    }

    #[test]
    fn a_username_that_passed_to_somebody_else_stays_theirs() {
        let mut directory = Directory::default();
        directory.insert(person(1), "ada", member());
        directory.insert(person(2), "bea", member());
        directory.insert(person(2), "ada", member());
        directory.insert(person(1), "bea", member());
        let known = |directory: &Directory, name: &str| directory.by_username(name).map(|(person, _)| person);
        assert_eq!((known(&directory, "ada"), known(&directory, "bea")), (Some(person(2)), Some(person(1))));
        directory.insert(person(3), "bea", member());
        directory.remove(person(1));
        assert_eq!(known(&directory, "bea"), Some(person(3)));
    }

    #[test]
    fn a_username_that_was_changed_leads_nowhere() {
        let mut directory = Directory::default();
        directory.insert(person(1), "ada", member());
        directory.insert(person(1), "ada.b", member());
        assert!(directory.by_username("ada").is_none());
        assert_eq!(directory.by_username("ADA.B").map(|(person, _)| person), Some(person(1)));
    }
}
