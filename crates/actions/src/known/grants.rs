//! The grants that hold.

use std::collections::{BTreeSet, HashMap as StdHashMap};

use domain::{Grant, GrantId, Person, PersonId, PolicyId, Recipient, RequestId};
use imbl::{HashMap, OrdSet};
use policy::rules::consents;
use records::{GrantRecord, RequestRecord};

use crate::known::published_policies::PublishedPolicies;

/// Grants that hold, by whom they are for, and those that rest on somebody's consent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Grants {
    by_recipient: HashMap<Recipient, Vec<Grant>>,
    /// Those of permissions that need consents, by each person about whom one may be needed, and by each who answered one
    /// for its request alone.
    resting: HashMap<PersonId, OrdSet<GrantId>>,
    /// The same, by policy.
    resting_in: HashMap<PolicyId, OrdSet<GrantId>>,
}

/// Whether a grant is of a permission that needs consents, as its policy stands.
pub(crate) fn may_rest(grant: &Grant, published_policies: &PublishedPolicies) -> bool {
    let named = published_policies.permission(&grant.policy, &grant.permission);
    named.is_some_and(|(text, _, permission)| consents::of_permission(&text.document, permission).next().is_some())
}

impl Grants {
    /// From the open grants, and the requests of those that [`may_rest`] on consents.
    pub(crate) fn new(
        open: Vec<GrantRecord>,
        requests: &StdHashMap<RequestId, RequestRecord>,
        now: jiff::Timestamp,
    ) -> Grants {
        let mut grants = Grants::default();
        for record in open {
            let request = requests.get(&record.grant.request);
            grants.put(record, request, now);
        }
        grants
    }

    /// Puts a grant in while it holds, and takes it out when it no longer does. With the request that it came of where it
    /// [`may_rest`] on consents.
    pub(crate) fn put(&mut self, record: GrantRecord, request: Option<&RequestRecord>, now: jiff::Timestamp) {
        let GrantRecord { grant, ended_at, .. } = record;
        let holds = ended_at.is_none() && grant.revoked_at.is_none() && grant.until.is_none_or(|until| now < until);
        if let Some(request) = request {
            let named = consents::people_named(&request.request, &request.answers).into_iter();
            for person in named.chain(request.consents.iter().map(|answer| answer.by)) {
                put_or_take(&mut self.resting, person, grant.id, holds);
            }
            put_or_take(&mut self.resting_in, grant.policy.clone(), grant.id, holds);
        }
        let mut live = self.by_recipient.get(&grant.recipient).cloned().unwrap_or_default();
        live.retain(|known| known.id != grant.id);
        if holds {
            live.push(grant.clone());
            live.sort_by_key(|grant| (grant.from, grant.id));
        }
        if live.is_empty() {
            self.by_recipient.remove(&grant.recipient);
        } else {
            self.by_recipient.insert(grant.recipient, live);
        }
    }

    /// Those that are for this recipient itself.
    pub(crate) fn for_recipient(&self, recipient: &Recipient) -> &[Grant] {
        self.by_recipient.get(recipient).map_or(&[], Vec::as_slice)
    }

    /// Those that concern a person: their own, their groups', their audience's, everybody's.
    pub(crate) fn of(&self, person: &Person) -> impl Iterator<Item = &Grant> {
        let groups = person.groups.iter().map(|group| Recipient::Group(group.clone()));
        let recipients = std::iter::once(Recipient::Person(person.id)).chain(groups);
        let recipients = recipients.chain([Recipient::Audience(person.audience), Recipient::Everyone]);
        recipients.filter_map(|recipient| self.by_recipient.get(&recipient)).flatten().collect::<Vec<_>>().into_iter()
    }

    /// Those that may rest on a consent about one of these people, or on the answer of one of them to a single request.
    pub(crate) fn resting_on(&self, about: impl Fn(PersonId) -> bool) -> BTreeSet<GrantId> {
        self.resting.iter().filter(|(person, _)| about(**person)).flat_map(|(_, grants)| grants).copied().collect()
    }

    /// Those of a policy that may rest on consents.
    pub(crate) fn resting_in(&self, policy: &PolicyId) -> BTreeSet<GrantId> {
        self.resting_in.get(policy).into_iter().flatten().copied().collect()
    }
}

fn put_or_take<K: std::hash::Hash + Eq + Clone>(
    under: &mut HashMap<K, OrdSet<GrantId>>,
    key: K,
    grant: GrantId,
    holds: bool,
) {
    let mut known = under.get(&key).cloned().unwrap_or_default();
    if holds {
        known.insert(grant);
    } else {
        known.remove(&grant);
    }
    if known.is_empty() {
        under.remove(&key);
    } else {
        under.insert(key, known);
    }
}
