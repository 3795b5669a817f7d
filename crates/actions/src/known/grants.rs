//! The grants that hold.

use domain::{Grant, Person, Recipient};
use imbl::HashMap;
use records::GrantRecord;

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

    /// Those that are for this recipient itself.
    pub(crate) fn for_recipient(&self, recipient: &Recipient) -> &[Grant] {
        self.0.get(recipient).map_or(&[], Vec::as_slice)
    }

    /// Those that concern a person: their own, their groups', their audience's, everybody's.
    pub(crate) fn of(&self, person: &Person) -> impl Iterator<Item = &Grant> {
        let groups = person.groups.iter().map(|group| Recipient::Group(group.clone()));
        let recipients = std::iter::once(Recipient::Person(person.id)).chain(groups);
        let recipients = recipients.chain([Recipient::Audience(person.audience), Recipient::Everyone]);
        recipients.filter_map(|recipient| self.0.get(&recipient)).flatten().collect::<Vec<_>>().into_iter()
    }
}
