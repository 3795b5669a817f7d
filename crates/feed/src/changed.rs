//! What differs between one directory and the next.

use std::collections::BTreeSet;
use std::net::IpAddr;

use domain::{Host, PersonId};

/// The people, addresses, devices and sites of which something else is known than before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    pub people: BTreeSet<PersonId>,
    pub addresses: BTreeSet<IpAddr>,
    /// The addresses of devices.
    pub devices: BTreeSet<IpAddr>,
    /// The hosts of sites that were closed or opened again.
    pub sites: BTreeSet<Host>,
    /// The directory was made anew: anything may differ.
    pub everything: bool,
}

impl Changed {
    pub fn everything() -> Changed {
        Changed { everything: true, ..Changed::default() }
    }

    pub fn is_empty(&self) -> bool {
        !self.everything
            && self.people.is_empty()
            && self.addresses.is_empty()
            && self.devices.is_empty()
            && self.sites.is_empty()
    }

    /// What differs after both changes.
    pub fn join(&mut self, other: Changed) {
        self.everything |= other.everything;
        self.people.extend(other.people);
        self.addresses.extend(other.addresses);
        self.devices.extend(other.devices);
        self.sites.extend(other.sites);
    }
}
