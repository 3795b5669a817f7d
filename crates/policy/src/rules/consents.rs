//! Which consents a request needs, who gives them, and when they hold a yes back.

use std::collections::BTreeSet;

use domain::{
    Audience, ConsentAnswer, FieldAnswer, FormAnswers, Person, PersonId, Recipient, RelativeRole, Request, Role, Said,
};

use crate::document::Document;
use crate::kinds::{Consent, Permission, Recipients, Register, Rule};
use crate::rules::deciding::{IsAbsent, with_those_instead};
use crate::rules::registers;
use crate::somebody::Somebody;
use crate::value::{PERSON_CONCERNED, Who};

/// A consent that a request needs about one of the people whom it names.
#[derive(Debug, Clone, Copy)]
pub struct Needed<'a> {
    pub consent: &'a Consent,
    pub about: PersonId,
}

/// What stands about a consent that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentState {
    /// Nobody has said yes yet. No answer is a no.
    Missing,
    Given,
    /// Somebody whose no is enough said no.
    Refused,
    NotNeeded,
}

impl ConsentState {
    /// Whether it holds a yes to the request back.
    pub fn holds_back(self) -> bool {
        matches!(self, ConsentState::Missing | ConsentState::Refused)
    }
}

/// What somebody may say about a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaySay {
    pub yes: bool,
    pub no: bool,
}

/// Somebody who is shown a request, with the roles that they hold towards it.
#[derive(Clone, Copy)]
pub struct Whoever<'a> {
    pub id: PersonId,
    pub somebody: Somebody<'a>,
    pub is_absent: IsAbsent<'a>,
}

/// The consents that a request needs: those of its clause, about each person for whom it is or whom its form names. Whoever
/// asked has said yes by asking, where the yes is theirs to give.
pub fn needed<'a, 'p>(
    document: &'a Document,
    permission: &Permission,
    request: &Request,
    answers: &FormAnswers,
    find: impl Fn(PersonId) -> Option<&'p Person>,
) -> Vec<Needed<'a>> {
    // What is asked for the asker alone is about nobody, unless the form names them.
    let is_concerned = |person: &PersonId| {
        permission.to != Recipients::Own || *person != request.asker || names(answers).any(|named| named == person)
    };
    let named = people_named(request, answers).into_iter().filter(is_concerned);
    let concerned: Vec<&Person> = named.filter_map(find).collect();
    let about = |consent: &'a Consent| {
        let has_asked =
            |person: &Person| person.id == request.asker && speaks_by(document, &consent.from, person, person);
        let is_meant = |person: &&&Person| {
            document.concerns(&consent.about, Somebody::from(**person)).is_some() && !has_asked(person)
        };
        concerned.iter().filter(is_meant).map(|person| Needed { consent, about: person.id }).collect::<Vec<_>>()
    };
    of_permission(document, permission).flat_map(about).collect()
}

/// The people for whom a request is or whom its form names.
pub fn people_named(request: &Request, answers: &FormAnswers) -> BTreeSet<PersonId> {
    let recipient = match &request.recipient {
        Recipient::Person(person) => Some(*person),
        _ => None,
    };
    recipient.into_iter().chain(names(answers).copied()).collect()
}

fn names(answers: &FormAnswers) -> impl Iterator<Item = &PersonId> {
    answers.values().flat_map(FieldAnswer::people)
}

/// The consents that a permission's clause asks for.
pub fn of_permission<'a>(document: &'a Document, permission: &Permission) -> impl Iterator<Item = &'a Consent> {
    permission.consents.iter().flatten().filter_map(|id| {
        document.rules().find_map(|(_, rule)| match rule {
            Rule::Consent(consent) if consent.id == *id => Some(consent),
            _ => None,
        })
    })
}

/// The consents that a yes would have needed that becomes such an entry of a register, each once: about those whom the entry
/// names in fields for which the permission's form asks. What stands of one that is asked once, it has pages of its own for.
pub fn of_entry<'a, 'p>(
    document: &'a Document,
    register: &Register,
    answers: &FormAnswers,
    find: impl Fn(PersonId) -> Option<&'p Person>,
) -> Vec<Needed<'a>> {
    let permissions = document.rules().filter_map(|(_, rule)| match rule {
        Rule::Permission(permission) => Some(permission),
        _ => None,
    });
    let becomes_one = |permission: &&Permission| {
        registers::of_permission(document, permission).is_some_and(|(_, into)| into.id == register.id)
    };
    let mut needed: Vec<Needed<'a>> = Vec::new();
    for permission in permissions.filter(becomes_one) {
        let form = permission.form();
        let named: BTreeSet<PersonId> =
            form.iter().filter_map(|field| answers.get(&field.name)).flat_map(FieldAnswer::people).copied().collect();
        for consent in of_permission(document, permission).filter(|consent| !consent.is_asked_once()) {
            for person in named.iter().filter_map(|person| find(*person)) {
                let is_there = needed.iter().any(|known| (known.about, &known.consent.id) == (person.id, &consent.id));
                if !is_there && document.concerns(&consent.about, Somebody::from(person)).is_some() {
                    needed.push(Needed { consent, about: person.id });
                }
            }
        }
    }
    needed
}

/// The roles whose holders give a consent, whomever it is about: beside that person and their parents, those who may be
/// asked for it. What each of them may say, [`may_say`] tells.
pub fn roles_that_give(consent: &Consent) -> &[Role] {
    &consent.from.roles
}

/// What stands about a consent. A no counts more than any yes, and than that it was said not to be needed.
pub fn state(needed: Needed<'_>, said: &[ConsentAnswer]) -> ConsentState {
    let of_it = said.iter().filter(|answer| answer.consent == *needed.consent.id && answer.about == needed.about);
    let said: Vec<&Said> = of_it.map(|answer| &answer.said).collect();
    if said.iter().any(|said| matches!(said, Said::No)) {
        ConsentState::Refused
    } else if said.iter().any(|said| matches!(said, Said::NotNeeded { .. })) {
        ConsentState::NotNeeded
    } else if said.iter().any(|said| matches!(said, Said::Yes)) {
        ConsentState::Given
    } else {
        ConsentState::Missing
    }
}

/// Whether a yes to the request is held back: a consent is missing or refused.
pub fn hold_back(needed: &[Needed<'_>], said: &[ConsentAnswer]) -> bool {
    needed.iter().any(|needed| state(*needed, said).holds_back())
}

/// What somebody may say about a consent: the yes is for those whom the clause names in `from`, the no for those in `veto`
/// too. Whoever asked says nothing.
pub fn may_say(document: &Document, needed: Needed<'_>, request: &Request, about: &Person, by: &Person) -> MaySay {
    let is_meant = |who: &Who| request.asker != by.id && speaks_by(document, who, about, by);
    let yes = is_meant(&needed.consent.from);
    MaySay { yes, no: yes || needed.consent.veto.as_ref().is_some_and(is_meant) }
}

/// What a request has come to, as far as answers to its consents matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStage {
    /// Nobody has decided it.
    Waits,
    /// It was approved, and what was given has not ended.
    Holds,
    Over,
}

/// What somebody may answer where a request is shown: while what was given has not ended, a no alone, which ends it. To a
/// consent that is asked once, nothing: that has a page of its own.
pub fn may_answer(needed: Needed<'_>, may: MaySay, stage: RequestStage) -> MaySay {
    let waits = stage == RequestStage::Waits;
    let is_open = stage != RequestStage::Over && !needed.consent.is_asked_once();
    MaySay { yes: may.yes && waits && is_open, no: may.no && is_open }
}

/// Whether somebody is one of those who speak about a person: the person, their parents, or whoever holds a role.
pub(super) fn speaks_by(document: &Document, who: &Who, about: &Person, by: &Person) -> bool {
    if by.id == about.id {
        let is_named = who.roles.iter().any(|role| role.name() == PERSON_CONCERNED);
        return is_named || document.concerns(who, Somebody::from(by)).is_some();
    }
    let is_parent = by.children.contains(&about.id) && who.audiences.contains(&Audience::Parent);
    is_parent || by.roles.contains_any(&who.roles)
}

/// How much somebody is told of a consent who is shown the request that needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentDetail {
    /// Who said what, and why.
    WhoSaidWhat,
    WhetherGiven,
    Nothing,
}

/// How much somebody is told of a consent. Who said what is for those who may speak about the person, and for those
/// at the school who decide or may say that it is not needed; whoever asked knows whether it was given, but for a pupil or a
/// parent, who could ask about any child. What one family said is no other's business.
pub fn detail(permission: &Permission, request: &Request, may: MaySay, whoever: Whoever<'_>) -> ConsentDetail {
    if may.yes || may.no || knows_all_named(permission, request, whoever) {
        ConsentDetail::WhoSaidWhat
    } else if request.asker == whoever.id && !is_of_a_family(whoever.somebody) {
        ConsentDetail::WhetherGiven
    } else {
        ConsentDetail::Nothing
    }
}

fn is_of_a_family(somebody: Somebody<'_>) -> bool {
    matches!(somebody.audience, Audience::Pupil | Audience::Parent)
}

/// Whether somebody knows of everybody whom a request's form names: they decide it, but not as a parent or as the person
/// concerned, or they may say that no consent is needed.
pub fn knows_all_named(permission: &Permission, request: &Request, whoever: Whoever<'_>) -> bool {
    let Whoever { id, somebody, is_absent } = whoever;
    let named = with_those_instead(permission.in_absence.as_ref(), permission.named_deciders().collect(), is_absent);
    let mut deciders = named.iter().chain(request.escalated_to());
    deciders.any(|role| !speaks_for_one(*role) && somebody.roles.contains(*role))
        || may_waive(permission, request, id, somebody)
}

/// Whether a role decides for one of those whom a request names.
fn speaks_for_one(role: Role) -> bool {
    matches!(RelativeRole::of(role), Some(RelativeRole::ParentOfPupil | RelativeRole::PersonConcerned))
}

/// Whether somebody may say that a consent is not needed. Whoever asked may not.
pub fn may_waive(permission: &Permission, request: &Request, id: PersonId, somebody: Somebody<'_>) -> bool {
    request.asker != id && permission.waive.as_ref().is_some_and(|roles| somebody.holds_any(roles))
}

/// The answers with one more; it takes the place of what the same person said of the same consent before.
pub fn with_answer(mut said: Vec<ConsentAnswer>, answer: ConsentAnswer) -> Vec<ConsentAnswer> {
    let is_same = |before: &ConsentAnswer| {
        (before.by, before.about, &before.consent) == (answer.by, answer.about, &answer.consent)
    };
    said.retain(|before| !is_same(before));
    said.push(answer);
    said
}
