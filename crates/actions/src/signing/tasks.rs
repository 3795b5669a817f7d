//! What a person still has to sign, worked out from what is published and what was signed. Nothing of it is stored, so
//! it can't be out of step.

use std::collections::HashMap;

use domain::{PersonId, PolicyId, Version};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use policy::kinds::{Agreement, How, Signer};
use records::{AgreementRecord, PersonRecord};

use crate::people::people_index::PeopleIndex;
use crate::policies::published_policies::{PublishedPolicies, Text};

/// How somebody agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// By typing their name.
    Sign,
    /// The text is shown to them, and that is noted.
    Shown,
}

/// A signature that is still owed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SigningTask {
    pub policy: PolicyId,
    pub title: String,
    pub version: Version,
    /// The clause that asks for it.
    pub clause: String,
    pub manner: Manner,
    /// Whether the web is closed to the person until it is given.
    pub bars_access: bool,
    /// Since when it is owed.
    pub since: Timestamp,
    /// The end of the time of grace, where there is one.
    pub due: Option<Timestamp>,
    /// Whether the person's own is missing, and whether a parent's is.
    pub by_self: bool,
    pub by_parent: bool,
    /// A parent's is missing, and no parent is on record to give it.
    pub no_parent_on_record: bool,
}

/// Everybody's signatures, by the person whom they bind.
#[derive(Debug, Default)]
pub(crate) struct Signatures(HashMap<PersonId, Vec<AgreementRecord>>);

impl Signatures {
    pub(crate) fn new(all: Vec<AgreementRecord>) -> Signatures {
        let mut by_bound: HashMap<PersonId, Vec<AgreementRecord>> = HashMap::new();
        for record in all {
            by_bound.entry(record.agreement.binds()).or_default().push(record);
        }
        Signatures(by_bound)
    }

    pub(crate) fn binding(&self, person: PersonId) -> &[AgreementRecord] {
        self.0.get(&person).map_or(&[], Vec::as_slice)
    }
}

/// When a signature stops counting: where the clause asks for it again after some time.
pub(crate) fn lapses(agreement: &Agreement, signed_at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    agreement.again.map(|every| every.0.after(&signed_at.to_zoned(zone.clone())).timestamp())
}

pub(crate) struct SigningTasks<'a> {
    pub published_policies: &'a PublishedPolicies,
    pub people_index: &'a PeopleIndex,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

impl SigningTasks<'_> {
    /// Every signature that a person owes, by policy.
    pub(crate) fn of(&self, record: &PersonRecord, signatures: &[AgreementRecord]) -> Vec<SigningTask> {
        self.published_policies.currents().filter_map(|text| self.of_policy(text, record, signatures)).collect()
    }

    /// What one policy still asks of a person: one signature answers all of its clauses.
    pub(crate) fn of_policy(
        &self,
        text: &Text,
        record: &PersonRecord,
        signatures: &[AgreementRecord],
    ) -> Option<SigningTask> {
        PublishedPolicies::agreements_of(text, &record.person)
            .filter_map(|(clause, agreement)| self.of_clause(text, &clause.id, agreement, record, signatures))
            .reduce(|one, other| if other.bars_access && !one.bars_access { other } else { one })
    }

    /// The clauses that bar access until a signature that was given is accepted for the school.
    pub(crate) fn awaiting_countersignature(
        &self,
        record: &PersonRecord,
        signatures: &[AgreementRecord],
    ) -> Vec<(PolicyId, String)> {
        let awaits = |text: &Text| {
            let clause = PublishedPolicies::agreements_of(text, &record.person)
                .find(|(_, agreement)| {
                    agreement.before.is_some() && agreement.grace.is_none() && agreement.countersign.is_some()
                })
                .map(|(clause, _)| clause.id.clone())?;
            let of_this = |signed: &&AgreementRecord| signed.agreement.policy == text.record.policy;
            let latest = signatures.iter().filter(of_this).max_by_key(|signed| signed.agreement.signed_at)?;
            latest.agreement.countersigned.is_none().then(|| (text.record.policy.clone(), clause))
        };
        self.published_policies.currents().filter_map(awaits).collect()
    }

    fn of_clause(
        &self,
        text: &Text,
        clause: &str,
        agreement: &Agreement,
        record: &PersonRecord,
        signatures: &[AgreementRecord],
    ) -> Option<SigningTask> {
        let person = &record.person;
        let policy = &text.record.policy;
        let base = self.published_policies.base(policy)?;
        let counting: Vec<_> = signatures
            .iter()
            .filter(|signed| signed.agreement.policy == *policy && signed.agreement.version >= base.version())
            .collect();
        let lapse = |signed: &&&AgreementRecord| lapses(agreement, signed.agreement.signed_at, self.zone);
        let stands = |by_parent: bool| {
            counting
                .iter()
                .filter(|signed| (signed.agreement.signer != person.id) == by_parent)
                .any(|signed| lapse(&signed).is_none_or(|lapse| self.now < lapse))
        };
        let by_self = agreement.by.contains(&Signer::Own) && !stands(false);
        let by_parent = agreement.by.contains(&Signer::Parent) && !stands(true);
        if !by_self && !by_parent {
            return None;
        }
        // A signature that lapsed is owed from then on; otherwise from the day when person and version first met.
        let since = counting
            .iter()
            .filter_map(|signed| lapse(&signed))
            .max()
            .filter(|lapse| *lapse <= self.now)
            .unwrap_or_else(|| base.published_at().max(record.joined_at));
        let due = agreement.grace.map(|grace| grace.after(&since.to_zoned(self.zone.clone())).timestamp());
        Some(SigningTask {
            policy: policy.clone(),
            title: text.document.title.clone(),
            version: text.version(),
            clause: clause.to_owned(),
            manner: manner(agreement),
            bars_access: agreement.before.is_some() && due.is_none_or(|due| due <= self.now),
            since,
            due,
            by_self,
            by_parent,
            no_parent_on_record: by_parent && self.people_index.parents_of(person.id).next().is_none(),
        })
    }
}

pub(crate) fn manner(agreement: &Agreement) -> Manner {
    match agreement.how {
        How::Sign => Manner::Sign,
        How::Shown => Manner::Shown,
    }
}
