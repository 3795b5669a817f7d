//! Registers that follow from a consent that is asked once: whom they list, and who reads them.

use domain::{Grant, Person, PersonStatus, StandingSaid};
use jiff::Timestamp;

use crate::document::Document;
use crate::kinds::{Consent, Register, Rule};
use crate::rules::registers;
use crate::rules::standing_consents::{self, AskedOnce, OnRecord, Stands};
use crate::somebody::Somebody;

/// The fields of a register that follows from a consent; every other one is about entries, which it does not have.
const FITTING: [&str; 6] = ["id", "title", "keeper", "without-consent", "shown-to", "shown-with"];

/// Why somebody is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyListed {
    /// Somebody whose no is enough said no.
    Refused,
    /// Nobody whose yes counts has given it, or what they gave has ended or was taken back.
    NotGiven,
}

/// Somebody for whom a consent is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    /// One of the consent's purposes; empty where it has none but its own.
    pub purpose: &'a str,
    pub why: WhyListed,
    /// `None`: there was a yes that counts no longer, for another reason than that it was taken back or has ended.
    pub since: Option<Timestamp>,
}

/// Whether a register follows from a consent, so that nobody writes in it.
pub fn follows(register: &Register) -> bool {
    register.without_consent.is_some()
}

/// The fields that it has and that can't be meant; `None` where it follows from no consent.
pub(crate) fn unfit_fields(register: &Register) -> Option<Vec<&'static str>> {
    let unfit = register.written_fields().into_iter().filter(|field| !FITTING.contains(field));
    follows(register).then(|| unfit.collect())
}

/// The consent from which a register follows.
pub(crate) fn consent<'a>(document: &'a Document, register: &Register) -> Option<&'a Consent> {
    let id = register.without_consent.as_deref()?;
    document.rules().find_map(|(_, rule)| match rule {
        Rule::Consent(consent) if &*consent.id == id => Some(consent),
        _ => None,
    })
}

/// Whether somebody reads whom it lists: those who keep it, and those to whom it is shown. `grants` are those that are for them.
pub fn may_read<'g>(
    document: &Document,
    register: &Register,
    somebody: Somebody<'_>,
    grants: impl IntoIterator<Item = &'g Grant>,
    now: Timestamp,
) -> bool {
    follows(register)
        && (registers::keeps(register, somebody) || registers::is_shown(document, register, somebody, grants, now))
}

/// For which purposes somebody is listed, who has been here since a moment.
pub fn listed<'a>(
    document: &'a Document,
    register: &Register,
    (about, here_since): (&'a Person, Timestamp),
    record: OnRecord<'_, '_>,
) -> Vec<Listed<'a>> {
    let is_meant = |consent: &&Consent| document.concerns(&consent.about, Somebody::from(about)).is_some();
    let consent = consent(document, register).filter(is_meant);
    let Some(consent) = consent.filter(|_| about.status == PersonStatus::Here) else { return Vec::new() };
    let purposes = standing_consents::purposes(consent).into_iter();
    let asked = purposes.map(|purpose| AskedOnce { document, consent, purpose, about });
    asked.filter_map(|asked| not_given(asked, here_since, record)).collect()
}

fn not_given<'a>(asked: AskedOnce<'a>, here_since: Timestamp, record: OnRecord<'_, '_>) -> Option<Listed<'a>> {
    let (why, since) = match standing_consents::stands(asked, record) {
        Stands::Given { .. } => return None,
        Stands::Refused { since } => (WhyListed::Refused, Some(since)),
        Stands::Ended { at } => (WhyListed::NotGiven, Some(at)),
        Stands::Missing => {
            let last = record.said.iter().rfind(|answer| standing_consents::is_of(asked, answer));
            let since = match last {
                None => Some(here_since),
                Some(answer) => (answer.said == StandingSaid::TakenBack).then_some(answer.at),
            };
            (WhyListed::NotGiven, since)
        }
    };
    Some(Listed { purpose: asked.purpose, why, since })
}
