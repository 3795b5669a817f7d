//! Who is signed in.

use std::net::IpAddr;

use domain::{PersonId, SessionId};
use imbl::HashMap;
use records::Session;

/// Who is signed in at the desk: each person's sign-ins that hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sessions(HashMap<PersonId, Vec<OpenSession>>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenSession {
    pub id: SessionId,
    pub address: Option<IpAddr>,
}

impl Sessions {
    pub(crate) fn put(&mut self, person: PersonId, live: &[Session]) {
        let mut open: Vec<OpenSession> =
            live.iter().map(|session| OpenSession { id: session.id, address: session.address }).collect();
        open.sort_by_key(|session| session.id);
        if open.is_empty() {
            self.0.remove(&person);
        } else {
            self.0.insert(person, open);
        }
    }

    /// The addresses from which a person is signed in.
    pub(crate) fn addresses_of(&self, person: PersonId) -> impl Iterator<Item = IpAddr> {
        self.0.get(&person).into_iter().flatten().filter_map(|session| session.address).map(|at| at.to_canonical())
    }
}
