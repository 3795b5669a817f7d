//! What changed is told to the gate before the verb answers: the directory is made anew from the records and swapped.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Directory, Grant, Member, PersonId, Recipient, Sanction};
use policy::Rules;
use policy::rules::standing;
use records::{GrantRecord, Reading, Session};

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, OpenError};
use crate::desk::error::Unavailable;
use crate::people::people_index::PeopleIndex;
use crate::policies::published_policies::PublishedPolicies;
use crate::signing::tasks::{Signatures, SigningTasks};

impl Desk {
    /// Makes the people's directory anew from the records, and publishes it where it changed.
    pub(crate) async fn refresh(&self) -> Result<(), records::Error> {
        let _one_at_a_time = self.publishing().lock().await;
        self.publish_people().await
    }

    /// As [`Desk::refresh`], with the policies read anew first.
    pub(crate) async fn refresh_policies(&self) -> Result<(), OpenError> {
        let _one_at_a_time = self.publishing().lock().await;
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let roles = reading.roles().await?;
        let published_policies = PublishedPolicies::new(reading.published_versions().await?, &roles)?;
        drop(reading);
        let rules = Rules::compile(&published_policies.published(), self.facts());
        self.set_roles(roles);
        self.set_published_policies(published_policies);
        self.rules_sender().send_replace(Arc::new(rules));
        Ok(self.publish_people().await?)
    }

    /// Puts into force what the records say was published, or which roles there are, and the gate has not taken up, as after a publication that
    /// was cut short.
    pub(crate) async fn take_up_what_was_published(&self) -> Result<(), Unavailable> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await.map_err(Unavailable::new)?;
        let published = reading.published_versions().await.map_err(Unavailable::new)?.len();
        let roles = reading.roles().await.map_err(Unavailable::new)?;
        drop(reading);
        if published != self.published_policies().count() || *roles != *self.roles() {
            self.refresh_policies().await.map_err(Unavailable::new)?;
        }
        Ok(())
    }

    async fn publish_people(&self) -> Result<(), records::Error> {
        let mut reading = self.stores().read(&Authorised::program(Verb::InformGate)).await?;
        let people_index = Arc::new(PeopleIndex::new(reading.everybody().await?));
        self.set_people_index(people_index.clone());
        let directory = self.directory_from(&people_index, &mut reading).await?;
        self.directory_sender().send_if_modified(|current| {
            let changed = **current != directory;
            if changed {
                *current = Arc::new(directory);
            }
            changed
        });
        Ok(())
    }

    async fn directory_from(
        &self,
        people_index: &PeopleIndex,
        reading: &mut Reading,
    ) -> Result<Directory, records::Error> {
        let now = self.now();
        let published_policies = self.published_policies();
        let signatures = Signatures::new(reading.agreements().await?);
        let mut passwords = reading.password_hashes().await?;
        let grants = Grants::new(reading.open_grants().await?);
        let sanctions = by_person(reading.open_sanctions().await?);
        let owing = SigningTasks { published_policies: &published_policies, people_index, zone: self.time_zone(), now };
        let mut directory = Directory::default();
        for record in people_index.all_here() {
            let person = &record.person;
            let unsigned = owing.unsigned(record, signatures.binding(person.id));
            let sanctions = sanctions.get(&person.id).into_iter().flatten();
            let standing = standing::standing(person, unsigned, sanctions, grants.of(person), now);
            directory.insert(person.id, &person.username, Member { standing, password: passwords.remove(&person.id) });
        }
        for session in reading.open_sessions().await? {
            if let Some(address) = session.address.filter(|_| self.session_is_live(&session, people_index, now)) {
                directory.sign_in(address, session.person);
            }
        }
        Ok(directory)
    }

    /// Whether a session still holds: it has neither run out nor gone idle, and its person is here.
    pub(crate) fn session_is_live(&self, session: &Session, people_index: &PeopleIndex, now: jiff::Timestamp) -> bool {
        let Some(person) = people_index.here(session.person) else { return false };
        if session.ended_at.is_some() || session.ends_at <= now {
            return false;
        }
        let actor = crate::desk::actor::Actor::of(person, Some(session.id));
        // What the gate saw at an address counts for the one person whom the address names.
        let here = session.address.filter(|address| {
            self.directory().by_address(*address).is_some_and(|(person, _)| person == session.person)
        });
        let seen = here.and_then(|address| self.seen().get(&address).copied());
        let last_seen = seen.map_or(session.last_seen, |seen| seen.max(session.last_seen));
        self.idle_end(&actor, last_seen).is_none_or(|end| now < end)
    }

    /// Adds one sign-in to the directory without making it anew.
    pub(crate) async fn publish_sign_in(&self, address: std::net::IpAddr, person: PersonId) {
        let _one_at_a_time = self.publishing().lock().await;
        self.directory_sender().send_modify(|current| Arc::make_mut(current).sign_in(address, person));
    }
}

fn by_person(open: Vec<Sanction>) -> HashMap<PersonId, Vec<Sanction>> {
    let mut sanctions: HashMap<PersonId, Vec<Sanction>> = HashMap::new();
    for sanction in open {
        sanctions.entry(sanction.person).or_default().push(sanction);
    }
    sanctions
}

/// Open grants, by whom they are for, so that not everybody is asked about every grant.
struct Grants {
    by_person: HashMap<PersonId, Vec<Grant>>,
    by_group: HashMap<domain::Group, Vec<Grant>>,
    everyone: Vec<Grant>,
}

impl Grants {
    fn new(open: Vec<GrantRecord>) -> Grants {
        let mut grants = Grants { by_person: HashMap::new(), by_group: HashMap::new(), everyone: Vec::new() };
        for GrantRecord { grant, .. } in open {
            match grant.recipient.clone() {
                Recipient::Person(person) => grants.by_person.entry(person).or_default().push(grant),
                Recipient::Group(group) => grants.by_group.entry(group).or_default().push(grant),
                Recipient::Everyone => grants.everyone.push(grant),
            }
        }
        grants
    }

    fn of<'a>(&'a self, person: &'a domain::Person) -> impl Iterator<Item = &'a Grant> {
        let own = self.by_person.get(&person.id).into_iter().flatten();
        let groups = person.groups.iter().filter_map(|group| self.by_group.get(group)).flatten();
        own.chain(groups).chain(&self.everyone)
    }
}
