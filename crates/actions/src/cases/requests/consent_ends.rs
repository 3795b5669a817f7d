//! Grants end at once when a consent on which they rest stands no longer: because of what somebody says, because whoever
//! said it leaves or speaks for the child no more, or because the policy asks for something else.

use std::collections::BTreeSet;

use domain::{Grant, GrantId, PersonId, StandingAnswer, Told, VersionId};
use jiff::Timestamp;
use policy::rules::consents;
use records::{Event, PersonRecord, RequestRecord};

use crate::cases::requests::consents::needed;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::notices::Urgency;
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::turn::Turn;
use crate::known::people_index::PeopleIndex;
use crate::known::system_actors::PROGRAM;

/// Why a grant ended, as its record keeps it. Who said what is told on the page of its request, to whom it is for.
const ENDED_BECAUSE: &str = "A consent that it needs is not given.";

/// What will be known once a change is kept.
#[derive(Clone, Copy)]
pub(crate) struct Coming<'a> {
    pub people_index: &'a PeopleIndex,
    /// Answers that are being given.
    pub said: &'a [StandingAnswer],
}

impl<'a> Coming<'a> {
    /// As things stand.
    pub(crate) fn nothing(people_index: &'a PeopleIndex) -> Coming<'a> {
        Coming { people_index, said: &[] }
    }
}

/// The grants that a change ended, or has end sooner, and what the ledger says of each.
#[derive(Default)]
pub(crate) struct WithoutConsent {
    pub ended: Vec<GrantId>,
    /// Ended or shortened.
    pub changed: Vec<GrantId>,
    pub notes: Vec<LedgerNote>,
}

impl Desk {
    /// Ends the grants that rest on what these answers take away, or has them end sooner.
    pub(crate) async fn end_without_consent_said(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        said: &[StandingAnswer],
    ) -> Result<WithoutConsent, records::Error> {
        let about: BTreeSet<PersonId> = said.iter().map(|answer| answer.about).collect();
        let grants = self.known(by).grants.resting_on(|person| about.contains(&person));
        self.end_without_consent(change, by, &grants, Coming { people_index: &self.people_index(by), said }).await
    }

    /// Ends the grants that rest on the consent of somebody who, by these records, is here no longer or speaks for whomever
    /// it is about no more, or whose no counts again.
    pub(crate) async fn end_without_consent_of(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        changed: &[PersonRecord],
    ) -> Result<WithoutConsent, records::Error> {
        let known = self.known(by);
        let mut people_index = PeopleIndex::clone(&known.people_index);
        let mut concerned: BTreeSet<PersonId> = BTreeSet::new();
        for record in changed {
            let before = known.people_index.person(record.person.id);
            concerned.insert(record.person.id);
            concerned.extend(before.into_iter().chain([&record.person]).flat_map(|person| &person.children));
            people_index.put(record.clone());
        }
        let is_changed = |answer: &StandingAnswer| concerned.contains(&answer.by);
        let grants = known.grants.resting_on(|person| {
            concerned.contains(&person) || known.standing_answers.about(person).iter().any(is_changed)
        });
        self.end_without_consent(change, by, &grants, Coming::nothing(&people_index)).await
    }

    /// Ends the grants of these versions' policies that rest on a consent which stands no longer by them, as far as they are
    /// in force, or has them end sooner.
    pub(crate) async fn end_without_consent_in(
        &self,
        turn: Turn,
        versions: &[VersionId],
    ) -> Result<(Turn, WithoutConsent), Unavailable> {
        let by = Authorised::program(Verb::EndGrant);
        let (known, published_policies) = (self.known(&by), self.published_policies());
        let current = published_policies.currents().filter(|text| versions.contains(&text.record.id));
        let grants: BTreeSet<GrantId> = current.flat_map(|text| known.grants.resting_in(&text.record.policy)).collect();
        if grants.is_empty() {
            return Ok((turn, WithoutConsent::default()));
        }
        let mut change = self.begin_within(turn, &by).await?;
        let coming = Coming::nothing(&known.people_index);
        let mut without = self.end_without_consent(&mut change, &by, &grants, coming).await?;
        let mut notes = std::mem::take(&mut without.notes);
        if notes.is_empty() {
            return Ok((change.into_turn(), without));
        }
        let first = notes.remove(0);
        Ok((change.commit_all(first, notes).await?.turn, without))
    }

    /// Ends those of some grants whose consents do not stand by what is coming, and tells those who asked for them; has those
    /// end sooner whose consents do, and tells them that too.
    pub(crate) async fn end_without_consent(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        among: &BTreeSet<GrantId>,
        coming: Coming<'_>,
    ) -> Result<WithoutConsent, records::Error> {
        let mut without = WithoutConsent::default();
        for id in among {
            let Some(grant) = change.grant(*id).await?.map(|record| record.grant) else { continue };
            let Some(record) = change.request(grant.request).await? else { continue };
            match self.rests_on(by, &record, coming) {
                RestsOn::Nothing => {}
                RestsOn::Missing => self.end_grant_without(change, &grant, record.request.asker, &mut without).await?,
                RestsOn::Given { until } => {
                    // The grant itself says when it ends, so that its end needs no further step.
                    if change.shorten_grant(grant.id, until).await? {
                        let permission = grant.permission.as_str().into();
                        let event = Event::ShortenGrant { grant: grant.id, permission, until };
                        without.notes.push(LedgerNote::new(&Authorised::program(Verb::ShortenGrant), event));
                        without.changed.push(grant.id);
                        let told = Told::RequestShortened(grant.request);
                        self.tell(change, &[record.request.asker], told, Urgency::Ordinary).await?;
                    }
                }
            }
        }
        Ok(without)
    }

    /// What stands of the consents on which the grant of a request rests.
    fn rests_on(&self, by: &Authorised, record: &RequestRecord, coming: Coming<'_>) -> RestsOn {
        self.of_named(&record.request, RestsOn::Nothing, |text, permission| {
            let needed = needed(coming.people_index, text, permission, record);
            if consents::hold_back(&needed, &self.said_with(by, text, &needed, record, coming)) {
                return RestsOn::Missing;
            }
            let end = self.first_end_with(by, text, &needed, record, coming);
            end.map_or(RestsOn::Nothing, |until| RestsOn::Given { until })
        })
    }

    /// Ends a grant, and tells whoever asked for it.
    async fn end_grant_without(
        &self,
        change: &mut DeskChange,
        grant: &Grant,
        asker: PersonId,
        without: &mut WithoutConsent,
    ) -> Result<(), records::Error> {
        // The program ends it, so that neither its record nor the ledger says whose doing it was.
        if !change.end_grant_early(grant.id, PROGRAM, ENDED_BECAUSE).await? {
            return Ok(());
        }
        let permission = grant.permission.as_str().into();
        let event = Event::EndGrant { grant: grant.id, permission, until: Some(change.at()) };
        without.notes.push(LedgerNote::new(&Authorised::program(Verb::EndGrant), event));
        self.tell(change, &[asker], Told::RequestEnded(grant.request), Urgency::Ordinary).await?;
        without.ended.push(grant.id);
        without.changed.push(grant.id);
        Ok(())
    }
}

/// What stands of the consents on which a grant rests.
enum RestsOn {
    /// None is needed, or none ends by itself.
    Nothing,
    Missing,
    Given {
        /// When the first of them ends.
        until: Timestamp,
    },
}
