//! Which sites a rule has the gate open or close, and what opens again what it closes.

use crate::document::Document;
use crate::kinds::{Permission, Recipients, Rule};
use crate::rules::channels::{self, WayAtTheGate};
use crate::value::Sites;

/// The sites that a rule names for the gate; none where it is of a kind of which the gate does nothing.
pub(crate) fn sites(rule: &Rule) -> Vec<&Sites> {
    match rule {
        Rule::Block(block) => vec![&block.sites],
        Rule::Allow(allow) => vec![&allow.sites],
        Rule::Channel(channel) => {
            let ways = channels::ways_at_the_gate(channel).filter(|(_, _, way)| *way != WayAtTheGate::AsElsewhere);
            ways.map(|(_, sites, _)| sites).collect()
        }
        _ => Vec::new(),
    }
}

/// The permissions any of which opens what a rule closes: those that a block names and, of a clause that closes a way, the
/// exceptions that are given to the asker alone. Of any other, whoever is to be reached holds the grant, and not whoever reaches
/// them.
pub(crate) fn openers<'a>(document: &'a Document, rule: &'a Rule) -> Vec<&'a Permission> {
    match rule {
        Rule::Block(block) => {
            let ids = block.unless.iter().flat_map(|ids| ids.iter());
            ids.filter_map(|id| document.permission(&id.0)).map(|(_, permission)| permission).collect()
        }
        Rule::Channel(channel) => {
            let closes = channels::ways_at_the_gate(channel).any(|(_, _, way)| way == WayAtTheGate::Closed);
            let is_the_askers = |permission: &&Permission| permission.to == Recipients::Own;
            channels::excepted(document, channel).filter(|_| closes).filter(is_the_askers).collect()
        }
        _ => Vec::new(),
    }
}
