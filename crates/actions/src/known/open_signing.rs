//! What is still open of everybody's signing, kept up as people sign, so that no list of it reads every signature.

use std::sync::Arc;

use domain::{PersonId, PolicyId};
use imbl::HashMap;
use policy::rules::signing::Owed;
use records::AgreementRecord;

/// What one policy still asks of somebody.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OwedPolicy {
    pub policy: PolicyId,
    pub owed: Owed,
}

/// By the person whom the signature binds. Nobody who has left is here.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OpenSigning {
    owed: HashMap<PersonId, Arc<[OwedPolicy]>>,
    to_accept: HashMap<PersonId, Arc<[AgreementRecord]>>,
}

impl OpenSigning {
    /// Puts in what a person owes, and what the school has still to accept of the signatures that bind them.
    pub(crate) fn put(&mut self, person: PersonId, owed: Vec<OwedPolicy>, to_accept: Vec<AgreementRecord>) {
        put(&mut self.owed, person, owed);
        put(&mut self.to_accept, person, to_accept);
    }

    /// What a person owes, by policy.
    pub(crate) fn owed_by(&self, person: PersonId) -> &[OwedPolicy] {
        self.owed.get(&person).map_or(&[], |owed| &**owed)
    }

    /// How many people owe a signature for a policy.
    pub(crate) fn count_owing(&self, policy: &PolicyId) -> usize {
        self.owed.values().filter(|owed| owed.iter().any(|owed| owed.policy == *policy)).count()
    }

    /// Every signature that somebody may have to accept for the school, in no order.
    pub(crate) fn to_accept(&self) -> impl Iterator<Item = &AgreementRecord> {
        self.to_accept.values().flat_map(|records| records.iter())
    }
}

fn put<T: Clone>(all: &mut HashMap<PersonId, Arc<[T]>>, person: PersonId, own: Vec<T>) {
    if own.is_empty() {
        all.remove(&person);
    } else {
        all.insert(person, own.into());
    }
}
