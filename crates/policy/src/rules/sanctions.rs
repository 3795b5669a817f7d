//! Who may withdraw somebody's access by a clause, and who may give it back.

use domain::{PersonId, PolicyId, Role};

use crate::document::{Clause, Document};
use crate::kinds::{Measure, Rule, Sanction};
use crate::somebody::Somebody;

/// Why somebody may not decide about another's access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotDecideAccess {
    /// No rule of the clause lets access be withdrawn from them.
    NoSuchClause,
    OwnAccess,
    /// It is for these roles.
    For(Vec<Role>),
}

/// The rules by which access may be withdrawn from somebody.
pub fn withdrawing<'a>(
    document: &'a Document,
    subject: Somebody<'_>,
) -> impl Iterator<Item = (&'a Clause, &'a Sanction)> {
    withdrawing_rules(document).filter(move |(_, sanction)| document.concerns(&sanction.who, subject).is_some())
}

/// Whether a rule lets access be withdrawn at all.
pub fn withdraws(sanction: &Sanction) -> bool {
    sanction.may.contains(&Measure::WithdrawAccess)
}

/// Whether somebody holds a role that decides by the rule.
pub fn decides(sanction: &Sanction, somebody: Somebody<'_>) -> bool {
    somebody.holds_any(&sanction.decides)
}

/// Whether somebody may withdraw anybody's access by some clause of a policy.
pub fn may_withdraw(document: &Document, somebody: Somebody<'_>) -> bool {
    withdrawing_rules(document).any(|(_, sanction)| decides(sanction, somebody))
}

/// Whether a person may withdraw another's access by a clause, or give it back; why not, where they may not.
pub fn may_decide(
    document: Option<&Document>,
    clause: &str,
    decider: (PersonId, Somebody<'_>),
    subject: (PersonId, Somebody<'_>),
) -> Result<(), WhyNotDecideAccess> {
    let rule = document.and_then(|document| withdrawing(document, subject.1).find(|(stands, _)| stands.id == clause));
    let (_, rule) = rule.ok_or(WhyNotDecideAccess::NoSuchClause)?;
    if decider.0 == subject.0 {
        Err(WhyNotDecideAccess::OwnAccess)
    } else if !decides(rule, decider.1) {
        Err(WhyNotDecideAccess::For(rule.decides.clone()))
    } else {
        Ok(())
    }
}

/// The measures that somebody may write down as what came of a case about these people, each with the clause that lets it
/// follow: those of the rules that are for one of them and by which they decide.
pub fn measures<'d>(
    document: &'d Document,
    decider: Somebody<'_>,
    concerned: &[Somebody<'_>],
) -> Vec<(&'d Clause, Measure)> {
    let mut found = Vec::new();
    for (clause, rule) in document.rules() {
        let Rule::Sanction(sanction) = rule else { continue };
        let is_for = |somebody: &Somebody<'_>| document.concerns(&sanction.who, *somebody).is_some();
        if !decides(sanction, decider) || !concerned.iter().any(is_for) {
            continue;
        }
        for measure in sanction.may.iter().chain(sanction.must.iter().flatten()) {
            if !found.iter().any(|(known, has): &(&Clause, Measure)| known.id == clause.id && has == measure) {
                found.push((clause, *measure));
            }
        }
    }
    found
}

/// The rules that let access be withdrawn, with the clauses that they stand in.
pub(super) fn withdrawing_rules(document: &Document) -> impl Iterator<Item = (&Clause, &Sanction)> {
    document.rules().filter_map(|(clause, rule)| match rule {
        Rule::Sanction(sanction) if withdraws(sanction) => Some((clause, sanction)),
        _ => None,
    })
}

/// The roles that may give access back that was withdrawn by a clause: those that decide by it or, where it is gone from
/// its policy, those that decide by any such clause. `policies` are those in force.
pub fn restorers<'a>(policies: impl IntoIterator<Item = &'a Document>, policy: &PolicyId, clause: &str) -> Vec<Role> {
    let (mut own, mut any) = (Vec::new(), Vec::new());
    for document in policies {
        for (stands, sanction) in withdrawing_rules(document) {
            any.extend_from_slice(&sanction.decides);
            if document.id == *policy && stands.id == clause {
                own.extend_from_slice(&sanction.decides);
            }
        }
    }
    if own.is_empty() { any } else { own }
}

/// Why a person may not give another's access back, which is for `restorers`; `None` where they may.
pub fn why_not_restore(
    restorers: &[Role],
    decider: (PersonId, Somebody<'_>),
    subject: PersonId,
) -> Option<WhyNotDecideAccess> {
    if decider.0 == subject {
        Some(WhyNotDecideAccess::OwnAccess)
    } else if !decider.1.holds_any(restorers) {
        Some(WhyNotDecideAccess::For(restorers.to_vec()))
    } else {
        None
    }
}
