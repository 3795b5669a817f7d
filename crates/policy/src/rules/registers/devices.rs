//! Which devices a register lets into a network: those that its entries list by their network address.

use std::net::IpAddr;

use domain::{FieldAnswer, FormAnswers, ListedDevice, PolicyId, RegisterEntry};
use jiff::Timestamp;

use crate::document::Document;
use crate::kinds::{Register, Rule};
use crate::rules::registers::{self, EntryStanding, Lasting};

/// Whether the gate knows what a register lists, and refuses what it does not list.
pub fn is_binding(register: &Register) -> bool {
    register.known_by.is_some()
}

/// The device that an entry lists, by its address, from when what it writes down begins, or which the entry says is lost;
/// `None`: it holds no longer, or its address is not known.
pub fn listed(
    register: &Register,
    entry: &RegisterEntry,
    from: Option<Timestamp>,
    lasting: Lasting,
    now: Timestamp,
) -> Option<(IpAddr, ListedDevice)> {
    let (_, address) = known_address(register, &entry.answers)?;
    let standing = registers::standing(register, entry, lasting, now);
    let is_lost = standing == EntryStanding::Lost;
    let holds = is_lost || standing == EntryStanding::Holds && !registers::is_done(register, entry);
    let until = match lasting {
        Lasting::Until(end) => Some(end),
        Lasting::UntilClosed | Lasting::Gone => None,
    };
    let (policy, register) = (entry.policy.clone(), entry.register.clone());
    holds.then_some((address, ListedDevice { entry: entry.id, policy, register, from, until, is_lost }))
}

/// The network address by which the gate knows what an entry lists, and the field that it stands in.
pub fn known_address<'r>(register: &'r Register, answers: &FormAnswers) -> Option<(&'r str, IpAddr)> {
    let known_by = register.known_by.as_ref().filter(|_| is_binding(register))?;
    let Some(FieldAnswer::NetworkAddress(address)) = answers.get(known_by) else { return None };
    Some((known_by, *address))
}

/// Whether a register lists a device at `now`. A device that any register says is lost is listed by none.
pub(in crate::rules) fn lists((policy, register): (&PolicyId, &str), listed: &[ListedDevice], now: Timestamp) -> bool {
    let is_of = |device: &ListedDevice| device.policy == *policy && device.register == register;
    listed.iter().all(|device| !device.is_lost) && listed.iter().any(|device| is_of(device) && device.is_listed(now))
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
