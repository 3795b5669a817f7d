//! One client's connection, as the requests on it share it.

use std::net::IpAddr;

use domain::PersonId;
use gate::{ConnectionSlot, Gate};
use parking_lot::Mutex;

use crate::accept::client_stream::Finding;

pub(crate) struct Client {
    pub address: IpAddr,
    pub finding: Finding,
    slot: Mutex<Option<ConnectionSlot<PersonId>>>,
}

impl Client {
    pub fn new(address: IpAddr, finding: Finding) -> Client {
        Client { address, finding, slot: Mutex::default() }
    }

    /// Counts the connection as this person's, unless they have too many.
    pub fn slot_for(&self, person: PersonId, gate: &Gate) -> bool {
        let mut slot = self.slot.lock();
        if slot.as_ref().is_some_and(|slot| slot.key == person) {
            return true;
        }
        *slot = gate.people.take(person);
        slot.is_some()
    }
}
