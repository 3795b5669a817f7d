//! What the actor's navigation leads to.

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;

/// What the actor's navigation leads to: nothing that they can't use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    Home,
    MyAgreements,
    WhatIsWatched,
    Ask,
    Decide,
    Gate,
    People,
    Policies,
    Reports,
}

/// Entries in the order in which they are shown, each with the verbs of which any one leads there.
const ENTRIES: &[(Entry, &[Verb])] = &[
    (Entry::Home, &[Verb::Home]),
    (Entry::MyAgreements, &[Verb::MyAgreements]),
    (Entry::Ask, &[Verb::Ask]),
    (Entry::Decide, &[Verb::Decide]),
    (Entry::Gate, &[Verb::LatestVerdicts]),
    (Entry::People, &[Verb::People]),
    (Entry::Policies, &[Verb::ReadPolicies]),
    (Entry::Reports, &[Verb::SigningProgress, Verb::ViewActivity, Verb::SecondViewing, Verb::ReadLedger]),
    (Entry::WhatIsWatched, &[Verb::WhatIsWatched]),
];

impl Desk {
    /// What the actor's navigation shows.
    pub fn navigation(&self, actor: &Actor) -> Vec<Entry> {
        let may = |verbs: &[Verb]| verbs.iter().any(|verb| self.may(actor, *verb));
        ENTRIES.iter().filter(|(_, verbs)| may(verbs)).map(|(entry, _)| *entry).collect()
    }
}
