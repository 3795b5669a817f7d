//! One client's connection, as the requests on it and the tunnel that it becomes share it.

use std::net::IpAddr;
use std::sync::Arc;

use domain::PersonId;
use gate::{ConnectionSlot, Gate, Metrics};
use parking_lot::Mutex;

use crate::accept::client_stream::Finding;

/// It counts as open until the last who holds it is done: the requests, or the tunnel.
pub(crate) struct Client {
    pub address: IpAddr,
    pub finding: Finding,
    metrics: Arc<Metrics>,
    _slot: ConnectionSlot<IpAddr>,
    person: Mutex<Option<ConnectionSlot<PersonId>>>,
}

impl Client {
    pub fn new(slot: ConnectionSlot<IpAddr>, finding: Finding, metrics: Arc<Metrics>) -> Client {
        metrics.connections_open.one_more();
        Client { address: slot.key, finding, metrics, _slot: slot, person: Mutex::default() }
    }

    /// Counts the connection as this person's, unless they have too many.
    pub fn slot_for(&self, person: PersonId, gate: &Gate) -> bool {
        let mut slot = self.person.lock();
        if slot.as_ref().is_some_and(|slot| slot.key == person) {
            return true;
        }
        *slot = gate.people.take(person);
        slot.is_some()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.metrics.connections_open.one_less();
    }
}
