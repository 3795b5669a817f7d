//! Which sites a rule has the gate open or close, and what opens again what it closes.

use crate::document::Document;
use crate::kinds::{Permission, Rule};
use crate::rules::channels::{self, WayAtTheGate};
use crate::value::Sites;

/// The sites that a rule names for the gate; none where it is of a kind of which the gate does nothing.
pub(crate) fn sites(rule: &Rule) -> Vec<&Sites> {
    match rule {
        Rule::Block(block) => vec![&block.sites],
        Rule::Allow(allow) => vec![&allow.sites],
        Rule::Channel(channel) => channels::ways_at_the_gate(channel).map(|(_, sites, _)| sites).collect(),
        _ => Vec::new(),
    }
}

/// The permissions any of which opens what a rule closes: those that a block names, and the exceptions of a clause that closes
/// a way.
pub(crate) fn openers<'a>(document: &'a Document, rule: &'a Rule) -> Vec<&'a Permission> {
    match rule {
        Rule::Block(block) => {
            let ids = block.unless.iter().flat_map(|ids| ids.iter());
            ids.filter_map(|id| document.permission(&id.0)).map(|(_, permission)| permission).collect()
        }
        Rule::Channel(channel) => {
            let closes = channels::ways_at_the_gate(channel).any(|(_, _, way)| way == WayAtTheGate::Closed);
            channels::excepted(document, channel).filter(|_| closes).collect()
        }
        _ => Vec::new(),
    }
}
