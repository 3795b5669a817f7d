//! What is still open of everybody's signing, kept up as people sign, so that no list of it reads every signature.

use std::sync::Arc;

use domain::{AgreementId, PersonId, PolicyId, Role};
use imbl::{HashMap, OrdMap, OrdSet};
use jiff::Timestamp;
use policy::Somebody;
use policy::rules::signing::{self, Owed};
use records::AgreementRecord;

/// What one policy still asks of somebody.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OwedPolicy {
    pub policy: PolicyId,
    pub owed: Owed,
}

/// A signature that the school has still to accept, and the roles of which one accepts it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToAccept {
    pub awaited: Vec<Role>,
    pub record: AgreementRecord,
}

/// Signatures of one policy that await the same roles.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Acceptance {
    pub policy: PolicyId,
    pub awaited: Vec<Role>,
}

/// The order in which signatures are listed: the oldest first.
type SigningOrder = (Timestamp, AgreementId);

/// Nobody who has left is here.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OpenSigning {
    /// By the person whom the signature would bind.
    owed: HashMap<PersonId, Arc<[OwedPolicy]>>,
    to_accept: HashMap<Acceptance, OrdMap<SigningOrder, Arc<AgreementRecord>>>,
    /// Where the signatures stand that bind a person, and those that they gave.
    binding: HashMap<PersonId, OrdSet<(Acceptance, SigningOrder)>>,
    given: HashMap<PersonId, OrdSet<(Acceptance, SigningOrder)>>,
}

impl OpenSigning {
    /// Puts in what a person owes, and what the school has still to accept of the signatures that bind them.
    pub(crate) fn put(&mut self, person: PersonId, owed: Vec<OwedPolicy>, to_accept: Vec<ToAccept>) {
        if owed.is_empty() {
            self.owed.remove(&person);
        } else {
            self.owed.insert(person, owed.into());
        }
        for (acceptance, place) in self.binding.remove(&person).unwrap_or_default() {
            self.take_out(&acceptance, place);
        }
        for ToAccept { awaited, record } in to_accept {
            let acceptance = Acceptance { policy: record.agreement.policy.clone(), awaited };
            let place = (record.agreement.signed_at, record.agreement.id);
            self.binding.entry(person).or_default().insert((acceptance.clone(), place));
            self.given.entry(record.agreement.signer).or_default().insert((acceptance.clone(), place));
            self.to_accept.entry(acceptance).or_default().insert(place, Arc::new(record));
        }
    }

    fn take_out(&mut self, acceptance: &Acceptance, place: SigningOrder) {
        let Some(records) = self.to_accept.get_mut(acceptance) else { return };
        let Some(record) = records.remove(&place) else { return };
        if records.is_empty() {
            self.to_accept.remove(acceptance);
        }
        let signer = record.agreement.signer;
        let Some(given) = self.given.get_mut(&signer) else { return };
        given.remove(&(acceptance.clone(), place));
        if given.is_empty() {
            self.given.remove(&signer);
        }
    }

    /// What a person owes, by policy.
    pub(crate) fn owed_by(&self, person: PersonId) -> &[OwedPolicy] {
        self.owed.get(&person).map_or(&[], |owed| &**owed)
    }

    /// How many people owe a signature for a policy.
    pub(crate) fn count_owing(&self, policy: &PolicyId) -> usize {
        self.owed.values().filter(|owed| owed.iter().any(|owed| owed.policy == *policy)).count()
    }

    /// What there is to accept for whoever holds one of the roles that are awaited, in no order.
    pub(crate) fn acceptances(&self, somebody: Somebody<'_>) -> impl Iterator<Item = &Acceptance> {
        self.to_accept.keys().filter(move |acceptance| somebody.holds_any(&acceptance.awaited))
    }

    /// Whether no signature of a policy is to be accepted but this one.
    pub(crate) fn is_last_to_accept(&self, policy: &PolicyId, agreement: AgreementId) -> bool {
        let of_policy = self.to_accept.iter().filter(|(acceptance, _)| acceptance.policy == *policy);
        let mut places = of_policy.flat_map(|(_, records)| records.keys());
        places.all(|(_, other)| *other == agreement)
    }

    /// The signatures of an acceptance that somebody is to accept, the oldest first.
    pub(crate) fn to_accept<'a>(
        &'a self,
        acceptance: &'a Acceptance,
        id: PersonId,
        somebody: Somebody<'a>,
    ) -> impl Iterator<Item = &'a Arc<AgreementRecord>> {
        let records = self.to_accept.get(acceptance).into_iter().flat_map(OrdMap::values);
        records.filter(move |record| signing::is_to_accept(&acceptance.awaited, id, somebody, &record.agreement))
    }

    /// How many signatures of an acceptance somebody is to accept. Only those are looked at that concern themselves.
    pub(crate) fn count_to_accept(&self, acceptance: &Acceptance, id: PersonId, somebody: Somebody<'_>) -> usize {
        let Some(records) = self.to_accept.get(acceptance) else { return 0 };
        let own = [&self.binding, &self.given].into_iter().filter_map(|places| places.get(&id)).flatten();
        let own: OrdSet<SigningOrder> = own.filter(|(of, _)| of == acceptance).map(|(_, place)| *place).collect();
        let own = own.iter().filter_map(|place| records.get(place));
        let not_theirs =
            own.filter(|record| !signing::is_to_accept(&acceptance.awaited, id, somebody, &record.agreement));
        records.len() - not_theirs.count()
    }
}
