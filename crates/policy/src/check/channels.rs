//! A channel that speaks of an exception which it does not have, one whose register those who reach others can't write in,
//! and one of whose ways the gate would do nothing, or something else than the clauses say.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Audience, RoleSet};

use super::line;
use crate::document::{Clause, Document};
use crate::kinds::{Channel, Register, Rule};
use crate::problem::Problem;
use crate::rules::channels::{self, WayAtTheGate};
use crate::rules::registers;
use crate::somebody::Somebody;
use crate::value::Who;

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    for (clause, rule) in document.rules() {
        let Rule::Channel(channel) = rule else { continue };
        let mut problem = |(message, mend): (String, String)| {
            problems.push(Problem::new(&document.file, text, line(text, clause.line), message, mend));
        };
        if channel.prefer.is_some() && channel.except.is_none() {
            problem((
                format!("'prefer' of the channel in '{}' speaks of an exception, and there is none", clause.id),
                "say in 'except' what the exception is, or take 'prefer' out".to_owned(),
            ));
        }
        if let Some((_, register)) = channels::log(document, channel)
            && !all_write(document, channel, register)
        {
            problem((
                format!(
                    "'log' of the channel in '{}' is '{}', in which not all of 'from' may write",
                    clause.id, register.id
                ),
                format!("give '{}' declared-by = \"self\" and all of 'from' in its 'for'", register.id),
            ));
        }
        wrong_sites(clause, channel).into_iter().for_each(&mut problem);
        contradicted(document, clause, channel).into_iter().for_each(problem);
    }
}

/// What is wrong with the ways that are sites, and how to mend it: the gate does nothing about any of them, or it closes one whose
/// name is misspelt.
fn wrong_sites(clause: &Clause, channel: &Channel) -> Vec<(String, String)> {
    let ways: Vec<_> = channels::ways_at_the_gate(channel).collect();
    if !ways.is_empty() && ways.iter().all(|(_, _, at_the_gate)| *at_the_gate == WayAtTheGate::AsElsewhere) {
        return vec![(
            format!(
                "'sites' of the channel in '{}' names only ways of 'prefer' or 'except', about which the gate does nothing",
                clause.id
            ),
            "name a way of 'by', or one that is not approved, or take 'sites' out".to_owned(),
        )];
    }
    let closed = ways.iter().filter(|(_, _, at_the_gate)| *at_the_gate == WayAtTheGate::Closed);
    let misspelt = closed.filter_map(|(way, _, _)| Some((way, channels::named_alike(channel, way)?)));
    let told = misspelt.map(|(way, named)| {
        (
            format!(
                "'sites' of the channel in '{}' closes '{way}', which is written almost as its way '{named}'",
                clause.id
            ),
            format!("write '{named}', or call what is closed by a name that can't be taken for it"),
        )
    });
    told.collect()
}

/// The ways that the gate opens by a channel and that another clause does not approve for the same people, and how to mend that.
fn contradicted(document: &Document, clause: &Clause, channel: &Channel) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    each_of(&channel.from, |somebody| {
        let all = channels::contradictions(document, somebody).into_iter();
        let of_it = all.filter(|(_, opening, _)| std::ptr::eq(*opening, channel));
        found.extend(of_it.map(|(way, _, other)| (way, other.id.as_str())));
    });
    let told = found.into_iter().map(|(way, other)| {
        (
            format!(
                "the gate would open '{way}' by the channel in '{}', and '{other}' does not approve it for the same people",
                clause.id
            ),
            format!("approve '{way}' in '{other}' too, or take it out of 'sites'"),
        )
    });
    told.collect()
}

/// Whether everybody whom 'from' names may write in a register.
fn all_write(document: &Document, channel: &Channel, register: &Register) -> bool {
    let mut all = true;
    each_of(&channel.from, |somebody| all = all && registers::may_enter(document, register, somebody));
    all
}

/// Shows somebody of each audience, role and group that is named.
fn each_of(who: &Who, mut see: impl FnMut(Somebody<'_>)) {
    let nobody = Somebody::unidentified();
    for audience in Audience::ALL.iter().filter(|audience| who.everyone || who.audiences.contains(audience)) {
        see(Somebody { audience: *audience, ..nobody });
    }
    for role in &who.roles {
        see(Somebody { roles: &RoleSet::from_iter([*role]), ..nobody });
    }
    for group in &who.groups {
        see(Somebody { groups: std::slice::from_ref(group), ..nobody });
    }
}
