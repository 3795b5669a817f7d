//! Who must sign what, what is owed given the signatures that are held, and who accepts a signature for the school.

use std::cmp::Reverse;
use std::collections::HashMap;

use domain::{Agreement as Signature, OnBehalf, PersonId, PolicyId, Role, Timetable, Unsigned, Version};
use jiff::Timestamp;

use crate::document::{Clause, Document};
use crate::kinds::{Agreement, Before, How, Rule, Signer};
use crate::somebody::Somebody;

/// A policy that is in force, as signatures are counted against it.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    pub document: &'a Document,
    /// The oldest version whose signatures still count: later ones were minor corrections.
    pub counts_from: Version,
    /// When that version was published.
    pub since: Timestamp,
}

/// Somebody who is bound, with what tells when a signature of theirs falls due.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    pub id: PersonId,
    pub somebody: Somebody<'a>,
    pub joined_at: Timestamp,
}

/// A signature that is still owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The clause that asks for it.
    pub clause: String,
    pub how: How,
    /// Whether the web is closed to the person until it is given.
    pub bars_access: bool,
    /// Since when it is owed.
    pub since: Timestamp,
    /// The end of the time of grace, where there is one.
    pub due: Option<Timestamp>,
    /// Whether the person's own is missing, and whether a parent's is.
    pub by_self: bool,
    pub by_parent: bool,
}

/// Why somebody may not sign a policy for themselves, or for a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNotSign {
    /// They don't answer for this child.
    NotYourChild,
    /// The policy does not ask it of them.
    NotAsked,
}

/// Why somebody may not accept a signature for the school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotAccept {
    /// The agreement asks for no acceptance.
    NotAsked,
    /// It is for these roles.
    For(Vec<Role>),
    /// They gave the signature, or are bound by it.
    OwnSignature,
    Accepted,
}

/// A signature with what tells whether the school has still to accept it.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The policy as it is in force; `None` where it is no longer.
    pub policy: Option<InForce<'a>>,
    /// The agreement that it answers, as it was worded then; `None` where that can't be found any more.
    pub agreement: Option<&'a Agreement>,
    pub signature: &'a Signature,
}

/// The agreements that a policy asks of somebody, the one that asks most first: a signature before a text that is only
/// shown, then one that something waits for, then the one with more signers. One signature answers them all.
pub fn agreements<'a>(document: &'a Document, somebody: Somebody<'_>) -> Vec<(&'a Clause, &'a Agreement)> {
    let mut all: Vec<(&Clause, &Agreement)> = document
        .rules()
        .filter_map(|(clause, rule)| match rule {
            Rule::Agreement(agreement) => asks(document, agreement, somebody).then_some((clause, agreement)),
            _ => None,
        })
        .collect();
    all.sort_by_key(|(_, agreement)| {
        let signs = agreement.how == How::Sign;
        Reverse((signs, agreement.before.is_some(), agreement.by.len(), agreement.countersign.is_some()))
    });
    all
}

/// Whether an agreement is asked of somebody.
pub fn asks(document: &Document, agreement: &Agreement, somebody: Somebody<'_>) -> bool {
    match &agreement.who {
        Some(who) => document.concerns(who, somebody).is_some(),
        None => document.audiences.contains(&somebody.audience),
    }
}

/// The clause and rule by which `signer` signs for somebody.
pub fn agreement_for<'a>(
    document: &'a Document,
    somebody: Somebody<'_>,
    signer: Signer,
) -> Option<(&'a Clause, &'a Agreement)> {
    agreements(document, somebody).into_iter().find(|(_, agreement)| agreement.by.contains(&signer))
}

/// The clause and rule by which somebody who answers for `children` signs for whom it would bind: for themselves, or for
/// one of the children.
///
/// # Errors
/// Why they may not.
pub fn may_sign_for<'a>(
    document: &'a Document,
    children: &[PersonId],
    on_behalf: OnBehalf,
    bound: Somebody<'_>,
) -> Result<(&'a Clause, &'a Agreement), WhyNotSign> {
    let signer = match on_behalf {
        OnBehalf::Own => Signer::Own,
        OnBehalf::Child(child) if children.contains(&child) => Signer::Parent,
        OnBehalf::Child(_) => return Err(WhyNotSign::NotYourChild),
    };
    agreement_for(document, bound, signer).ok_or(WhyNotSign::NotAsked)
}

/// The agreement of one clause that is asked of somebody: a clause may hold one for pupils and another for staff.
pub fn agreement_of<'a>(clause: &'a Clause, document: &Document, somebody: Somebody<'_>) -> Option<&'a Agreement> {
    clause.rules.iter().find_map(|rule| match rule {
        Rule::Agreement(agreement) if asks(document, agreement, somebody) => Some(agreement),
        _ => None,
    })
}

/// The agreement that a signature answers which was given by a clause of this document.
pub fn answered<'a>(document: &'a Document, clause: &str, bound: Somebody<'_>) -> Option<&'a Agreement> {
    agreement_of(document.clause(clause)?, document, bound)
}

/// The first sentence that must be ticked before signing and was not.
pub fn unticked<'a>(agreement: &'a Agreement, ticked: &[String]) -> Option<&'a str> {
    agreement.ticks.iter().flatten().find(|tick| !ticked.contains(tick)).map(String::as_str)
}

/// What of a policy the people of an agreement read and sign: the parts that it names, without the rest; or the whole.
pub fn read_by(document: &Document, agreement: &Agreement) -> Document {
    let Some(named) = &agreement.part else { return document.clone() };
    let mut is_read = false;
    let mut read = document.clone();
    read.outline.retain(|outline| {
        let (level, title) = document.heading(outline);
        if level <= 2 {
            is_read = level == 2 && named.iter().any(|name| name == title);
        }
        is_read
    });
    read
}

/// Whether a clause of a policy is among what the people of an agreement read. `read` is what [`read_by`] gave: of the whole
/// policy they read clauses too that have gone from it since.
pub fn is_read(agreement: &Agreement, read: &Document, clause: &str) -> bool {
    agreement.part.is_none() || read.shows(clause)
}

/// Whether a signature lacks the name that the agreement asks for. Whoever was only shown the text types none.
pub fn lacks_name(agreement: &Agreement, printed_name: &str) -> bool {
    agreement.how == How::Sign && printed_name.trim().is_empty()
}

/// When a signature stops counting: where the clause asks for it again after some time. Where that time is counted in
/// terms or school days that the school's calendar does not have, it counts on.
pub fn lapses(agreement: &Agreement, signed_at: Timestamp, timetable: &Timetable) -> Option<Timestamp> {
    let signed_at = signed_at.to_zoned(timetable.time_zone.clone());
    Some(agreement.again?.0.after(&signed_at, &timetable.calendar).ok()?.timestamp())
}

/// Whether a signature still counts: it answers its agreement, and has not lapsed.
pub fn is_current(
    policy: InForce<'_>,
    agreement: Option<&Agreement>,
    signature: &Signature,
    now: Timestamp,
    timetable: &Timetable,
) -> bool {
    let is_of_one_that_counts = signature.policy == policy.document.id && signature.version >= policy.counts_from;
    agreement.map_or(is_of_one_that_counts, |agreement| {
        counts(policy, agreement, signature)
            && lapses(agreement, signature.signed_at, timetable).is_none_or(|lapse| now < lapse)
    })
}

/// Whether somebody has signed this version already, and it still counts. `signatures` are those that bind the person.
pub fn has_signed(
    policy: InForce<'_>,
    agreement: &Agreement,
    (version, signer): (Version, PersonId),
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> bool {
    let own = signatures.iter().filter(|signature| signature.signer == signer && signature.version == version);
    own.into_iter().any(|signature| is_current(policy, Some(agreement), signature, now, timetable))
}

/// What one policy still asks of somebody, given the signatures that bind them. Where several clauses ask, one that
/// bars access is told of first.
pub fn owed(
    policy: InForce<'_>,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> Option<Owed> {
    each_owed(policy, bound, signatures, now, timetable)
        .reduce(|one, other| if other.bars_access && !one.bars_access { other } else { one })
}

/// What one clause of a policy still asks of somebody, as [`owed`] tells it of them all.
pub fn owed_by(
    clause: &str,
    policy: InForce<'_>,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> Option<Owed> {
    each_owed(policy, bound, signatures, now, timetable).find(|owed| owed.clause == clause)
}

fn each_owed(
    policy: InForce<'_>,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> impl Iterator<Item = Owed> {
    agreements(policy.document, bound.somebody).into_iter().filter_map(move |(clause, agreement)| {
        owed_by_clause(policy, clause, agreement, bound, signatures, now, timetable)
    })
}

/// When time alone next changes what is owed, or whether it bars access: a signature lapses, a time of grace ends. `None`
/// where time alone changes nothing.
pub fn next_change(
    policy: InForce<'_>,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> Option<Timestamp> {
    let mut next: Option<Timestamp> = None;
    for (clause, agreement) in agreements(policy.document, bound.somebody) {
        let counting = signatures.iter().filter(|signature| counts(policy, agreement, signature));
        let lapses = counting.filter_map(|signature| lapses(agreement, signature.signed_at, timetable));
        let owed = owed_by_clause(policy, clause, agreement, bound, signatures, now, timetable);
        let ends = lapses.chain(owed.and_then(|owed| owed.due)).filter(|end| now < *end);
        next = ends.chain(next).min();
    }
    next
}

fn owed_by_clause(
    policy: InForce<'_>,
    clause: &Clause,
    agreement: &Agreement,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> Option<Owed> {
    let is_given = |by_parent: bool| {
        let mut of_signer = signatures.iter().filter(|signature| (signature.signer != bound.id) == by_parent);
        of_signer.any(|signature| is_current(policy, Some(agreement), signature, now, timetable))
    };
    let by_self = agreement.by.contains(&Signer::Own) && !is_given(false);
    let by_parent = agreement.by.contains(&Signer::Parent) && !is_given(true);
    if !by_self && !by_parent {
        return None;
    }
    // A signature that lapsed is owed from then on; otherwise from the day when person and version first met.
    let counting = signatures.iter().filter(|signature| counts(policy, agreement, signature));
    let lapses = counting.filter_map(|signature| lapses(agreement, signature.signed_at, timetable));
    let lapsed = lapses.max().filter(|lapse| *lapse <= now);
    let since = lapsed.unwrap_or_else(|| policy.since.max(bound.joined_at));
    let since_here = since.to_zoned(timetable.time_zone.clone());
    let due = agreement.grace.map(|grace| grace.after(&since_here, &timetable.calendar).map(|due| due.timestamp()));
    // A time of grace whose end the calendar does not tell has not ended.
    let is_due = due.is_none_or(|due| due.is_ok_and(|due| due <= now));
    Some(Owed {
        clause: clause.id.clone(),
        how: agreement.how,
        bars_access: bars(agreement) && is_due,
        since,
        due: due.and_then(Result::ok),
        by_self,
        by_parent,
    })
}

/// Whether a signature answers an agreement: of this policy, of a version that still counts, and with a name where one
/// has to be signed.
fn counts(policy: InForce<'_>, agreement: &Agreement, signature: &Signature) -> bool {
    signature.policy == policy.document.id
        && signature.version >= policy.counts_from
        && !lacks_name(agreement, &signature.printed_name)
}

/// Whether the web waits for an agreement. One that an account waits for holds the web back too: an account is what
/// opens it.
fn bars(agreement: &Agreement) -> bool {
    matches!(agreement.before, Some(Before::Access | Before::Account))
}

/// Whether the web waits until a signature is accepted for the school. It does not where there is a time of grace: the
/// acceptance is asked for, and nothing is withheld for it.
pub fn waits_for_acceptance(agreement: &Agreement) -> bool {
    bars(agreement) && agreement.grace.is_none() && agreement.countersign.is_some()
}

/// The clause that keeps the web closed until the signatures that were given are accepted for the school: the person's own,
/// and a parent's, where the clause asks for both. One that counts no longer neither opens the web nor keeps it closed.
pub fn awaits_acceptance(
    policy: InForce<'_>,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> Option<String> {
    let asked =
        agreements(policy.document, bound.somebody).into_iter().find(|(_, agreement)| waits_for_acceptance(agreement));
    let (clause, agreement) = asked?;
    let awaits = |by_parent: bool| {
        let mut latest: HashMap<PersonId, &Signature> = HashMap::new();
        let counting = signatures.iter().filter(|given| is_current(policy, Some(agreement), given, now, timetable));
        for signature in counting.filter(|signature| (signature.signer != bound.id) == by_parent) {
            let known = latest.entry(signature.signer).or_insert(signature);
            if known.signed_at < signature.signed_at {
                *known = signature;
            }
        }
        // One parent answers for a child: so it is enough that one's signature is accepted.
        !latest.is_empty() && latest.values().all(|signature| signature.countersigned.is_none())
    };
    let asks = |signer| agreement.by.contains(&signer);
    (asks(Signer::Own) && awaits(false) || asks(Signer::Parent) && awaits(true)).then(|| clause.id.clone())
}

/// What somebody must still sign, or have accepted, before the gate lets them out.
pub fn unsigned<'a>(
    policies: impl Iterator<Item = InForce<'a>>,
    bound: Bound<'_>,
    signatures: &[&Signature],
    now: Timestamp,
    timetable: &Timetable,
) -> Vec<Unsigned> {
    let named = |policy: &PolicyId, clause| Unsigned { policy: policy.clone(), clause, parents: None };
    let mut unsigned = Vec::new();
    let mut unaccepted = Vec::new();
    for policy in policies {
        let id = &policy.document.id;
        let barring = owed(policy, bound, signatures, now, timetable).filter(|owed| owed.bars_access);
        unsigned.extend(barring.map(|owed| named(id, owed.clause)));
        unaccepted.extend(awaits_acceptance(policy, bound, signatures, now, timetable).map(|clause| named(id, clause)));
    }
    unsigned.append(&mut unaccepted);
    unsigned
}

/// The roles that accept such signatures for the school; none where nobody need accept them.
pub fn accepting_roles(agreement: &Agreement) -> &[Role] {
    agreement.countersign.as_deref().unwrap_or_default()
}

/// Whether somebody holds a role that accepts such signatures for the school.
pub fn accepts(agreement: &Agreement, somebody: Somebody<'_>) -> bool {
    somebody.holds_any(accepting_roles(agreement))
}

/// Whether somebody accepts signatures for the school by some clause of a policy.
pub fn accepts_some(document: &Document, somebody: Somebody<'_>) -> bool {
    document.rules().any(|(_, rule)| match rule {
        Rule::Agreement(agreement) => accepts(agreement, somebody),
        _ => false,
    })
}

/// Whether the school has still to accept a signature.
pub fn is_to_be_accepted(agreement: &Agreement, signature: &Signature) -> bool {
    !accepting_roles(agreement).is_empty() && signature.countersigned.is_none()
}

/// Why a person may not accept a signature for the school; `None` where they may: they hold the role, and neither gave
/// it nor are bound by it.
pub fn why_not_accept(
    agreement: Option<&Agreement>,
    id: PersonId,
    somebody: Somebody<'_>,
    signature: &Signature,
) -> Option<WhyNotAccept> {
    let roles = agreement.map(accepting_roles).unwrap_or_default();
    if roles.is_empty() {
        Some(WhyNotAccept::NotAsked)
    } else if !somebody.holds_any(roles) {
        Some(WhyNotAccept::For(roles.to_vec()))
    } else if is_party(id, signature) {
        Some(WhyNotAccept::OwnSignature)
    } else if signature.countersigned.is_some() {
        Some(WhyNotAccept::Accepted)
    } else {
        None
    }
}

/// The roles of which one is to accept a signature for the school: none where nobody need accept it, where one has, and
/// where the signature counts no longer.
pub fn awaited_roles<'a>(given: Given<'a>, now: Timestamp, timetable: &Timetable) -> &'a [Role] {
    let Given { policy, agreement, signature } = given;
    let awaits = |agreement: &&Agreement| {
        is_to_be_accepted(agreement, signature)
            && policy.is_some_and(|policy| is_current(policy, Some(agreement), signature, now, timetable))
    };
    agreement.filter(awaits).map(accepting_roles).unwrap_or_default()
}

/// Whether somebody is to accept a signature that awaits one of these roles: they hold it, and neither gave the signature
/// nor are bound by it.
pub fn is_to_accept(awaited: &[Role], id: PersonId, somebody: Somebody<'_>, signature: &Signature) -> bool {
    somebody.holds_any(awaited) && !is_party(id, signature)
}

/// Whether a person gave a signature or is bound by it.
pub fn is_party(id: PersonId, signature: &Signature) -> bool {
    signature.signer == id || signature.binds() == id
}
