//! What a person still has to sign, worked out from what is published and what was signed. Nothing of it is stored, so
//! it can't be out of step.

use std::collections::HashMap;

use domain::{OnBehalf, ParentsAsked, PersonId, PolicyId, Timetable, Unsigned, Version};
use jiff::Timestamp;
use policy::kinds::{Agreement, How};
use policy::rules::signing::{self, Bound, Given, Owed};
use records::{AgreementRecord, PersonRecord};

use crate::known::open_signing::{OwedPolicy, ToAccept};
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::{PublishedPolicies, Text};

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
    /// A parent's alone is missing: how they were asked.
    pub parents_asked: Option<ParentsAsked>,
    /// When the child last asked their parents again.
    pub asked_again: Option<Timestamp>,
}

impl SigningTask {
    /// Whether the signature is missing that somebody gives for themselves, or for this child.
    pub(crate) fn asks(&self, on_behalf: OnBehalf) -> bool {
        match on_behalf {
            OnBehalf::Own => self.by_self,
            OnBehalf::Child(_) => self.by_parent,
        }
    }
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

    /// Those that bind a person, taken out.
    pub(crate) fn take(&mut self, person: PersonId) -> Vec<AgreementRecord> {
        self.0.remove(&person).unwrap_or_default()
    }
}

pub(crate) struct SigningTasks<'a> {
    pub published_policies: &'a PublishedPolicies,
    pub people_index: &'a PeopleIndex,
    pub timetable: &'a Timetable,
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
        let policy = self.published_policies.in_force(text);
        let owed = signing::owed(policy, bound(record), &values(signatures), self.now, self.timetable)?;
        Some(self.task(text, record, owed))
    }

    /// What each policy still asks of a person, without what only lists of it show.
    pub(crate) fn owed(&self, record: &PersonRecord, signatures: &[AgreementRecord]) -> Vec<OwedPolicy> {
        let signatures = values(signatures);
        let owed = self.published_policies.currents().filter_map(|text| {
            let policy = self.published_policies.in_force(text);
            let owed = signing::owed(policy, bound(record), &signatures, self.now, self.timetable)?;
            Some(OwedPolicy { policy: text.record.policy.clone(), owed })
        });
        owed.collect()
    }

    /// Those of the signatures that the school has still to accept, by the clauses that they answer.
    pub(crate) fn to_accept(&self, signatures: &[AgreementRecord]) -> Vec<ToAccept> {
        let open = signatures.iter().filter_map(|record| {
            let policy = self.published_policies.current(&record.agreement.policy);
            let given = Given {
                policy: policy.map(|text| self.published_policies.in_force(text)),
                agreement: rule_of(self.published_policies, self.people_index, record),
                signature: &record.agreement,
            };
            let awaited = signing::awaited_roles(given, self.now, self.timetable);
            (!awaited.is_empty()).then(|| ToAccept { awaited: awaited.to_vec(), record: record.clone() })
        });
        open.collect()
    }

    pub(crate) fn task(&self, text: &Text, record: &PersonRecord, owed: Owed) -> SigningTask {
        let no_parent_on_record = owed.by_parent && self.people_index.parents_of(record.person.id).next().is_none();
        let asked_again = record.parents_asked.get(&text.record.policy).copied().filter(|at| owed.since <= *at);
        let asked = ParentsAsked { at: asked_again.unwrap_or(owed.since), on_record: !no_parent_on_record };
        SigningTask {
            policy: text.record.policy.clone(),
            title: text.document.title.clone(),
            version: text.version(),
            clause: owed.clause,
            manner: owed.how.into(),
            bars_access: owed.bars_access,
            since: owed.since,
            due: owed.due,
            by_self: owed.by_self,
            by_parent: owed.by_parent,
            no_parent_on_record,
            parents_asked: (owed.by_parent && !owed.by_self).then_some(asked),
            asked_again,
        }
    }

    /// When time alone next changes what is owed, or whether it bars access.
    pub(crate) fn next_change(&self, record: &PersonRecord, signatures: &[AgreementRecord]) -> Option<Timestamp> {
        let policies = self.published_policies.currents().map(|text| self.published_policies.in_force(text));
        let values = values(signatures);
        let changes = policies
            .filter_map(|policy| signing::next_change(policy, bound(record), &values, self.now, self.timetable));
        changes.min()
    }

    /// What a person must still sign, or have accepted, before the gate lets them out. What they can do themselves comes
    /// first.
    pub(crate) fn unsigned(&self, record: &PersonRecord, signatures: &[AgreementRecord]) -> Vec<Unsigned> {
        let policies = self.published_policies.currents().map(|text| self.published_policies.in_force(text));
        let mut unsigned = signing::unsigned(policies, bound(record), &values(signatures), self.now, self.timetable);
        for unsigned in &mut unsigned {
            let text = self.published_policies.current(&unsigned.policy);
            let owed = text.and_then(|text| self.of_policy(text, record, signatures));
            unsigned.parents = owed.filter(|owed| owed.clause == unsigned.clause).and_then(|owed| owed.parents_asked);
        }
        unsigned.sort_by_key(|unsigned| unsigned.parents.is_some());
        unsigned
    }
}

/// The agreement rule that a signature answers, in the version that was signed.
pub(crate) fn rule_of<'b>(
    published_policies: &'b PublishedPolicies,
    people_index: &PeopleIndex,
    record: &AgreementRecord,
) -> Option<&'b Agreement> {
    let text = published_policies.version(&record.agreement.policy, record.agreement.version)?;
    let bound = people_index.person(record.agreement.binds())?;
    signing::answered(&text.document, &record.clause, bound.into())
}

pub(crate) fn bound(record: &PersonRecord) -> Bound<'_> {
    Bound { id: record.person.id, somebody: (&record.person).into(), joined_at: record.joined_at }
}

pub(crate) fn values(signatures: &[AgreementRecord]) -> Vec<&domain::Agreement> {
    signatures.iter().map(|record| &record.agreement).collect()
}

impl From<How> for Manner {
    fn from(how: How) -> Manner {
        match how {
            How::Sign => Manner::Sign,
            How::Shown => Manner::Shown,
        }
    }
}
