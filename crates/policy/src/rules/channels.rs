//! By which ways somebody may reach somebody, which exceptions there are, and where another way is written down.

use std::collections::BTreeSet;

use domain::{Audience, Role, RoleSet};

use crate::document::{Clause, Document};
use crate::kinds::{Channel, Permission, Register, Rule};
use crate::rules::registers;
use crate::somebody::Somebody;
use crate::value::Sites;

/// Whom somebody wants to reach.
#[derive(Debug, Clone, Copy)]
pub struct Reached<'a> {
    pub somebody: Somebody<'a>,
    /// Their age in years. Where it is not known, they count as below any age that a clause names.
    pub age: Option<u8>,
}

/// A clause about whom somebody wants to reach, with its channel.
pub type SaidOfReaching<'a> = (&'a Clause, &'a Channel);

/// What the clauses about somebody say.
fn said<'a>(document: &'a Document, from: Somebody<'_>, reached: Reached<'_>) -> Vec<SaidOfReaching<'a>> {
    let from_them = from_somebody(document, from);
    from_them.filter(|(_, channel)| is_about(document, channel, reached)).collect()
}

/// The clauses by which somebody reaches others.
fn from_somebody<'a>(document: &'a Document, from: Somebody<'_>) -> impl Iterator<Item = SaidOfReaching<'a>> {
    let channels = document.rules().filter_map(|(clause, rule)| match rule {
        Rule::Channel(channel) => Some((clause, channel)),
        _ => None,
    });
    channels.filter(move |(_, channel)| document.concerns(&channel.from, from).is_some())
}

fn is_about(document: &Document, channel: &Channel, reached: Reached<'_>) -> bool {
    let is_under = |(audience, limit): &(Audience, u8)| {
        *audience == reached.somebody.audience && reached.age.is_none_or(|age| age < *limit)
    };
    document.concerns(&channel.to.who, reached.somebody).is_some() || channel.to.under.iter().any(is_under)
}

/// Whom a choice means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReachedPeople {
    Audience(Audience),
    /// The holders of a role, whatever their audience.
    Role(Role),
}

/// Whom somebody may choose to reach: an audience or the holders of a role and, where clauses go by age, those of it
/// between two ages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reachable {
    pub named: ReachedPeople,
    /// The age in years that they have reached.
    pub from: Option<u8>,
    /// The age that they have not reached.
    pub under: Option<u8>,
}

impl Reachable {
    /// Whether somebody is meant.
    pub fn includes(self, reached: Reached<'_>) -> bool {
        let age = reached.age.unwrap_or_default();
        let is_named = match self.named {
            ReachedPeople::Audience(audience) => audience == reached.somebody.audience,
            ReachedPeople::Role(role) => reached.somebody.holds_any(&[role]),
        };
        is_named && self.from.is_none_or(|from| from <= age) && self.under.is_none_or(|under| age < under)
    }

    /// An age that stands for all of theirs; `None` where no clause goes by it.
    fn age(self) -> Option<u8> {
        self.from.or(self.under.map(|under| under.saturating_sub(1)))
    }

    /// What the clauses say of those who are meant.
    pub fn said<'a>(self, document: &'a Document, from: Somebody<'_>) -> Vec<SaidOfReaching<'a>> {
        let nobody = Somebody::unidentified();
        let age = self.age();
        match self.named {
            ReachedPeople::Audience(audience) => {
                said(document, from, Reached { somebody: Somebody { audience, ..nobody }, age })
            }
            ReachedPeople::Role(role) => {
                let roles = RoleSet::from_iter([role]);
                said(document, from, Reached { somebody: Somebody { roles: &roles, ..nobody }, age })
            }
        }
    }
}

/// Whom somebody may choose to reach: those of whom some clause speaks.
pub fn choices(document: &Document, from: Somebody<'_>) -> Vec<Reachable> {
    let channels: Vec<&Channel> = from_somebody(document, from).map(|(_, channel)| channel).collect();
    let is_named = |channel: &&Channel, audience: Audience| {
        let who = &channel.to.who;
        let is_bound = who.everyone && document.binds(audience) && audience != Audience::Unidentified;
        is_bound || who.audiences.contains(&audience) || channel.to.under.iter().any(|(of, _)| *of == audience)
    };
    let named = Audience::ALL.iter().filter(|audience| channels.iter().any(|channel| is_named(channel, **audience)));
    let roles: BTreeSet<Role> = channels.iter().flat_map(|channel| channel.to.who.roles.iter().copied()).collect();
    let roles = roles.into_iter().map(|role| Reachable { named: ReachedPeople::Role(role), from: None, under: None });
    named.flat_map(|audience| by_age(*audience, &channels)).chain(roles).collect()
}

/// An audience, in parts where clauses go by age.
fn by_age(audience: Audience, channels: &[&Channel]) -> Vec<Reachable> {
    let limits = channels.iter().flat_map(|channel| &channel.to.under).filter(|(of, _)| *of == audience);
    let limits: BTreeSet<u8> = limits.map(|(_, age)| *age).collect();
    let from = std::iter::once(None).chain(limits.iter().copied().map(Some));
    let under = limits.iter().copied().map(Some).chain([None]);
    from.zip(under).map(|(from, under)| Reachable { named: ReachedPeople::Audience(audience), from, under }).collect()
}

/// The ways that every one of the clauses approves, in the order in which the first names them.
pub fn approved<'a>(said: &[SaidOfReaching<'a>]) -> Vec<&'a str> {
    let Some(((_, first), others)) = said.split_first() else { return Vec::new() };
    let by_all = |way: &&str| others.iter().all(|(_, channel)| names(&channel.by, way));
    first.by.iter().map(String::as_str).filter(by_all).collect()
}

/// What is tried before an exception of a clause is used, in that order.
pub fn tried_first(channel: &Channel) -> &[String] {
    channel.prefer.as_deref().unwrap_or_default()
}

/// An exception of a clause.
#[derive(Debug, Clone, Copy)]
pub enum Exception<'a> {
    /// What somebody has to ask for first.
    Permission(&'a Clause, &'a Permission),
    /// What somebody may do, and writes down afterwards.
    Words(&'a str),
}

impl Exception<'_> {
    /// As the clause writes it.
    fn is(&self, written: &str) -> bool {
        match self {
            Exception::Permission(_, permission) => *permission.id == *written,
            Exception::Words(words) => is_same(words, written),
        }
    }
}

/// The exceptions of a clause, in its order.
pub fn exceptions<'a>(document: &'a Document, channel: &'a Channel) -> Vec<Exception<'a>> {
    let exception = |written: &'a String| match document.permission(written) {
        Some((clause, permission)) => Exception::Permission(clause, permission),
        None => Exception::Words(written),
    };
    channel.except.iter().flatten().map(exception).collect()
}

/// The permissions that are exceptions of a clause.
pub(crate) fn excepted<'a>(document: &'a Document, channel: &'a Channel) -> impl Iterator<Item = &'a Permission> {
    exceptions(document, channel).into_iter().filter_map(|exception| match exception {
        Exception::Permission(_, permission) => Some(permission),
        Exception::Words(_) => None,
    })
}

/// What the gate does with the sites of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayAtTheGate {
    /// It opens them: the clause approves the way.
    Open,
    /// It closes them: the clause does not.
    Closed,
    /// Neither: the way is for an exception, of which the gate does not see whether there is one.
    AsElsewhere,
}

/// The ways of a clause that are sites, and what the gate does with these for those who write or call.
pub(crate) fn ways_at_the_gate(channel: &Channel) -> impl Iterator<Item = (&str, &Sites, WayAtTheGate)> {
    let at_the_gate = |way: &str| {
        if names(&channel.by, way) {
            WayAtTheGate::Open
        } else if names(tried_first(channel), way) || names(channel.except.as_deref().unwrap_or_default(), way) {
            WayAtTheGate::AsElsewhere
        } else {
            WayAtTheGate::Closed
        }
    };
    let named = channel.sites.iter().flat_map(|ways| &ways.0);
    named.map(move |(way, sites)| (way.as_str(), sites, at_the_gate(way)))
}

/// The ways that the gate opens for somebody by one clause and that another does not approve for somebody whom both are about,
/// each with the channel that opens it and the other clause.
pub(crate) fn contradictions<'a>(
    document: &'a Document,
    from: Somebody<'_>,
) -> Vec<(&'a str, &'a Channel, &'a Clause)> {
    let mut found = Vec::new();
    for choice in choices(document, from) {
        let said = choice.said(document, from);
        for (_, opening) in said.iter().copied() {
            let open = ways_at_the_gate(opening).filter(|(_, _, at_the_gate)| *at_the_gate == WayAtTheGate::Open);
            for (way, _, _) in open {
                let other = said.iter().find(|(_, channel)| !names(&channel.by, way));
                found.extend(other.map(|(clause, _)| (way, opening, *clause)));
            }
        }
    }
    found
}

/// A way that a clause names in `by`, `prefer` or `except` almost as another is written.
pub(crate) fn named_alike<'a>(channel: &'a Channel, way: &str) -> Option<&'a str> {
    let way = way.trim().to_lowercase();
    let named = channel.by.iter().chain(tried_first(channel)).chain(channel.except.iter().flatten());
    let is_alike = |named: &&str| {
        let named = named.trim().to_lowercase();
        domain::edit_distance(&named, &way) <= named.chars().count() / 4
    };
    named.map(String::as_str).find(is_alike)
}

/// The register in which the use of an exception, and a contact in any other way, is written down.
pub(crate) fn log<'a>(document: &'a Document, channel: &Channel) -> Option<(&'a Clause, &'a Register)> {
    registers::register(document, channel.log.as_deref()?)
}

/// The register of a clause in which somebody may write down how they reached, or were reached by, somebody else.
pub fn written_down_in<'a>(
    document: &'a Document,
    channel: &Channel,
    from: Somebody<'_>,
) -> Option<(&'a Clause, &'a Register)> {
    log(document, channel).filter(|(_, register)| registers::may_enter(document, register, from))
}

/// How a way of reaching somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayStanding {
    Approved,
    /// It is tried before an exception is used.
    TriedFirst,
    NotApproved,
    /// No clause speaks of whoever is to be reached.
    NotLimited,
}

/// How a way stands by what the clauses say.
pub fn way_standing(said: &[SaidOfReaching<'_>], way: &str) -> WayStanding {
    if said.is_empty() {
        WayStanding::NotLimited
    } else if approved(said).iter().any(|approved| is_same(approved, way)) {
        WayStanding::Approved
    } else if said.iter().any(|(_, channel)| names(tried_first(channel), way)) {
        WayStanding::TriedFirst
    } else {
        WayStanding::NotApproved
    }
}

/// The clauses that have an exception, as they write it.
pub fn excepting<'a>(document: &'a Document, said: &[SaidOfReaching<'a>], written: &str) -> Vec<SaidOfReaching<'a>> {
    let has = |(_, channel): &&SaidOfReaching<'a>| {
        exceptions(document, channel).iter().any(|exception| exception.is(written))
    };
    said.iter().filter(has).copied().collect()
}

fn names(ways: &[String], way: &str) -> bool {
    ways.iter().any(|named| is_same(named, way))
}

fn is_same(named: &str, written: &str) -> bool {
    named.trim().to_lowercase() == written.trim().to_lowercase()
}
