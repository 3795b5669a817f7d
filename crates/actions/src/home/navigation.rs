//! What the actor's navigation leads to.

use crate::desk::actor::Actor;
use crate::desk::authorise::{Holder, Named, Verb};
use crate::desk::desk_state::Desk;

/// What the actor's navigation leads to: nothing that they can't use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MenuEntry {
    Home,
    MyAgreements,
    WhatIsWatched,
    Ask,
    Decide,
    Concerns,
    Registers,
    Gate,
    People,
    Policies,
    Reports,
}

/// Entries in the order in which they are shown, each with the verbs of which any one leads there.
const ENTRIES: &[(MenuEntry, &[Verb])] = &[
    (MenuEntry::Home, &[Verb::Home]),
    (MenuEntry::MyAgreements, &[Verb::MyAgreements]),
    (MenuEntry::Ask, &[Verb::Ask]),
    (MenuEntry::Decide, &[Verb::Decide]),
    (MenuEntry::Concerns, &[Verb::Concerns]),
    (MenuEntry::Registers, &[Verb::Registers]),
    (MenuEntry::Gate, &[Verb::LatestVerdicts]),
    (MenuEntry::People, &[Verb::People]),
    (MenuEntry::Policies, &[Verb::ReadPolicies]),
    (MenuEntry::Reports, &[Verb::SigningProgress, Verb::ViewActivity, Verb::SecondViewing, Verb::ReadLedger]),
    (MenuEntry::WhatIsWatched, &[Verb::WhatIsWatched]),
];

impl Desk {
    /// What the actor's navigation shows.
    pub fn navigation(&self, actor: &Actor) -> Vec<MenuEntry> {
        // Anybody may be the person concerned: a task leads there whoever is, and nobody else needs the entry for it.
        let leads = |holder: Holder| holder != Holder::Clause(Named::PersonConcerned);
        let may = |verbs: &[Verb]| verbs.iter().any(|verb| self.may_as(actor, *verb, leads));
        ENTRIES.iter().filter(|(_, verbs)| may(verbs)).map(|(entry, _)| *entry).collect()
    }
}
