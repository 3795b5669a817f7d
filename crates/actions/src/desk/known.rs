//! What the desk knows without asking the records: one value of one moment, swapped whole. The gate's part of it, rules
//! and directory, is a value of its own inside, and is handed on in the same swap.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Grant, Person, PersonId, Recipient, Roles, SessionId};
use feed::Feed;
use imbl::HashMap;
use records::{GrantRecord, Session};

use crate::people::people_index::PeopleIndex;
use crate::policies::published_policies::PublishedPolicies;

#[derive(Clone)]
pub(crate) struct Known {
    pub roles: Arc<Roles>,
    pub published_policies: Arc<PublishedPolicies>,
    pub people_index: Arc<PeopleIndex>,
    pub grants: Grants,
    pub sessions: Sessions,
    pub feed: Arc<Feed>,
}

impl Known {
    /// What differs from `other`, in words; `None` where nothing does. The rules follow from the policies.
    pub(crate) fn differs(&self, other: &Known) -> Option<&'static str> {
        let versions =
            |known: &Known| known.published_policies.currents().map(|text| text.record.id).collect::<Vec<_>>();
        [
            ("the policies", versions(self) == versions(other)),
            ("the index of people", self.people_index == other.people_index),
            ("the grants", self.grants == other.grants),
            ("the sessions", self.sessions == other.sessions),
            ("the gate's directory", self.feed.directory == other.feed.directory),
        ]
        .into_iter()
        .find_map(|(what, same)| (!same).then_some(what))
    }
}

/// Grants that hold, by whom they are for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Grants(HashMap<Recipient, Vec<Grant>>);

impl Grants {
    pub(crate) fn new(open: Vec<GrantRecord>, now: jiff::Timestamp) -> Grants {
        let mut grants = Grants::default();
        open.into_iter().for_each(|record| grants.put(record, now));
        grants
    }

    /// Puts a grant in while it holds, and takes it out when it no longer does.
    pub(crate) fn put(&mut self, record: GrantRecord, now: jiff::Timestamp) {
        let GrantRecord { grant, ended_at, .. } = record;
        let holds = ended_at.is_none() && grant.revoked_at.is_none() && grant.until.is_none_or(|until| now < until);
        let mut live = self.0.get(&grant.recipient).cloned().unwrap_or_default();
        live.retain(|known| known.id != grant.id);
        if holds {
            live.push(grant.clone());
            live.sort_by_key(|grant| (grant.from, grant.id));
        }
        if live.is_empty() {
            self.0.remove(&grant.recipient);
        } else {
            self.0.insert(grant.recipient, live);
        }
    }

    /// Those that concern a person: their own, their groups', everybody's.
    pub(crate) fn of(&self, person: &Person) -> impl Iterator<Item = &Grant> {
        let groups = person.groups.iter().map(|group| Recipient::Group(group.clone()));
        let recipients = std::iter::once(Recipient::Person(person.id)).chain(groups);
        let recipients = recipients.chain([Recipient::Everyone]);
        recipients.filter_map(|recipient| self.0.get(&recipient)).flatten().collect::<Vec<_>>().into_iter()
    }
}

/// Who is signed in at the desk: each person's sign-ins that hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sessions(HashMap<PersonId, Vec<OpenSession>>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenSession {
    pub id: SessionId,
    pub address: Option<IpAddr>,
}

impl Sessions {
    pub(crate) fn put(&mut self, person: PersonId, live: &[Session]) {
        let mut open: Vec<OpenSession> =
            live.iter().map(|session| OpenSession { id: session.id, address: session.address }).collect();
        open.sort_by_key(|session| session.id);
        if open.is_empty() {
            self.0.remove(&person);
        } else {
            self.0.insert(person, open);
        }
    }

    /// The addresses from which a person is signed in.
    pub(crate) fn addresses_of(&self, person: PersonId) -> impl Iterator<Item = IpAddr> {
        self.0.get(&person).into_iter().flatten().filter_map(|session| session.address).map(|at| at.to_canonical())
    }
}
