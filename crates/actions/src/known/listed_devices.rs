//! Which entries list a device by its network address. The devices themselves stand in the gate's directory.

use std::collections::BTreeSet;
use std::net::IpAddr;

use domain::EntryId;
use feed::Directory;
use imbl::HashMap;
use jiff::Timestamp;
use policy::rules::registers::devices;
use records::EntryRecord;

use crate::known::entry_standing::lasting;
use crate::known::published_policies::PublishedPolicies;

/// The address of the device that each entry lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ListedDevices(HashMap<EntryId, IpAddr>);

impl ListedDevices {
    /// Puts the device of an entry into the directory, in the place of what the entry listed before. Hands back the addresses
    /// about which something else may be known than before.
    pub(crate) fn put(
        &mut self,
        directory: &mut Directory,
        record: &EntryRecord,
        published_policies: &PublishedPolicies,
        now: Timestamp,
    ) -> BTreeSet<IpAddr> {
        let entry = &record.entry;
        let known = published_policies.register(&entry.policy, &entry.register);
        let device =
            known.and_then(|known| devices::listed(known.register, entry, record.grant_begins, lasting(record), now));
        let before = self.0.remove(&entry.id);
        if let Some(address) = before {
            let others = directory.device_at(address).iter().filter(|listed| listed.entry != entry.id);
            directory.set_device(address, others.cloned().collect());
        }
        let after = device.as_ref().map(|(address, _)| *address);
        if let Some((address, listed)) = device {
            self.0.insert(entry.id, address);
            let others = directory.device_at(address).iter().cloned();
            directory.set_device(address, others.chain([listed]).collect());
        }
        before.into_iter().chain(after).collect()
    }
}
