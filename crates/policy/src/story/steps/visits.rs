//! Opening an address through the gate.

use std::net::IpAddr;

use domain::{Address, ListedDevice};

use crate::example::deciding_clauses;
use crate::rules::registers::{self, devices};
use crate::story::play::{Scene, StepAnswer};
use crate::verdict::{Visit, VisitFrom};

impl Scene<'_> {
    pub(super) fn opens(&self, who: usize, address: &Address, from: Option<IpAddr>) -> StepAnswer {
        let address = address.clone().seen_by_the_gate();
        let categories = (self.categories)(&address);
        let listed = from.map(|device| self.listed_at(device)).unwrap_or_default();
        let from = from.map_or(VisitFrom::AnyDevice, |address| VisitFrom::DeviceAt { address, listed: &listed });
        let closed = self.closed_of(&address.host);
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories, from, closed: &closed };
        let standing = self.records.standing(who, self.at());
        let verdict = self.rules.decide(&standing, visit, self.rules.moment(self.at()));
        let clauses = deciding_clauses(self.rules, &verdict);
        StepAnswer::of(if verdict.is_allowed() { "allowed" } else { "blocked" }, clauses)
    }

    /// What lists the device at an address.
    fn listed_at(&self, device: IpAddr) -> Vec<ListedDevice> {
        let listed = self.records.entries.iter().filter_map(|entry| {
            let (_, register) = registers::register(self.records.document, &entry.register)?;
            let grant = self.records.grants.iter().find(|known| Some(known.id) == entry.grant);
            let from = grant.map(|grant| grant.from);
            devices::listed(register, entry, from, self.lasting(entry.grant), self.at())
        });
        listed.filter(|(address, _)| *address == device).map(|(_, listed)| listed).collect()
    }
}
