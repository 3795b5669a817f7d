//! Which devices a register lets into a network: those that its entries list by their network address.

use std::net::IpAddr;

use domain::{FieldAnswer, ListedDevice, PolicyId, RegisterEntry};
use jiff::Timestamp;

use crate::document::Document;
use crate::kinds::{Register, Rule};
use crate::rules::registers::{self, EntryStanding, Lasting};

/// Whether the gate knows what a register lists, and refuses what it does not list.
pub fn is_binding(register: &Register) -> bool {
    register.known_by.is_some()
}

/// The device that an entry lists, by its address, from when what it writes down begins; `None`: it holds no longer, or its
/// address is not known.
pub fn listed(
    register: &Register,
    entry: &RegisterEntry,
    from: Option<Timestamp>,
    lasting: Lasting,
    now: Timestamp,
) -> Option<(IpAddr, ListedDevice)> {
    let known_by = register.known_by.as_ref().filter(|_| is_binding(register))?;
    let Some(FieldAnswer::NetworkAddress(address)) = entry.answers.get(known_by) else { return None };
    let holds = registers::standing(register, entry, lasting, now) == EntryStanding::Holds
        && !registers::is_done(register, entry);
    let until = match lasting {
        Lasting::Until(end) => Some(end),
        Lasting::UntilClosed | Lasting::Gone => None,
    };
    let (policy, register) = (entry.policy.clone(), entry.register.clone());
    holds.then_some((*address, ListedDevice { entry: entry.id, policy, register, from, until }))
}

/// Whether a register lists a device at `now`.
pub(in crate::rules) fn lists((policy, register): (&PolicyId, &str), listed: &[ListedDevice], now: Timestamp) -> bool {
    let is_of = |device: &ListedDevice| device.policy == *policy && device.register == register;
    listed.iter().any(|device| is_of(device) && device.is_listed(now))
}

/// The permissions whose yes becomes an entry of a register.
pub(in crate::rules) fn permissions(document: &Document, register: &Register) -> Vec<String> {
    let enters = |rule: &Rule| match rule {
        Rule::Permission(permission) if permission.enforced_by.as_deref() == Some(&*register.id) => {
            Some(permission.id.0.clone())
        }
        _ => None,
    };
    document.rules().filter_map(|(_, rule)| enters(rule)).collect()
}
