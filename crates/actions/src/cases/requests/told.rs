//! Who is told of a request.

use std::collections::BTreeSet;

use domain::{PersonId, Recipient, Request, RequestId, RequestParties, Role, Told};
use policy::rules::consents::{self, ConsentState, Needed};
use policy::rules::{deciding, standing_consents};
use records::RequestRecord;

use crate::cases::requests::consents::needed;
use crate::cases::requests::roles_towards::to_decide;
use crate::desk::actor::Actor;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::notices::Urgency;
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;

impl Desk {
    /// Tells those who may decide a request, and those alone, that there is one.
    pub(crate) async fn tell_deciders(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        record: &RequestRecord,
    ) -> Result<(), records::Error> {
        let told = TaskKind::Decide { request: record.request.id }.told();
        change.take_back_notices(told).await?;
        let mut deciders = self.people_who_decide(by, record, &self.deciders(record));
        deciders.retain(|person| *person != by.person);
        self.tell(change, &deciders, told, Urgency::Ordinary).await
    }

    /// Tells those who may say yes to a consent that a request needs and that is missing, and those alone.
    pub(crate) async fn tell_asked_for_consent(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        record: &RequestRecord,
    ) -> Result<(), records::Error> {
        let asked = self.asked_for_consent(by, record, |needed| !standing_consents::is_asked_once(needed.consent));
        let told = TaskKind::AnswerConsent { request: record.request.id }.told();
        self.tell_asked(change, &asked, told).await?;
        let owed = self.asked_for_consent(by, record, |needed| standing_consents::is_asked_once(needed.consent));
        let version = self.of_named(&record.request, None, |text, _| Some(text.record.id));
        let Some(version) = version.filter(|_| !owed.is_empty()) else { return Ok(()) };
        let before = change.told_to(Told::ConsentOwed(version)).await?;
        let new: Vec<PersonId> = owed.into_iter().filter(|person| !before.contains(person)).collect();
        self.tell(change, &new, Told::ConsentOwed(version), Urgency::Ordinary).await
    }

    /// Those who may say yes to a consent that is missing. Looked at are the person whom it is about, their parents and the
    /// holders of the roles that it names, not the whole school.
    fn asked_for_consent(
        &self,
        by: &Authorised,
        record: &RequestRecord,
        which: impl Fn(&Needed<'_>) -> bool,
    ) -> Vec<PersonId> {
        let people_index = self.people_index(by);
        let (request, mut asked) = (&record.request, BTreeSet::new());
        self.of_named(request, (), |text, permission| {
            let all = needed(&people_index, text, permission, record);
            let said = self.said_to(by, text, &all, record);
            for needed in all.into_iter().filter(which) {
                let missing = consents::state(needed, &said) == ConsentState::Missing;
                let Some(about) = people_index.person(needed.about).filter(|_| missing) else { continue };
                let holders = consents::roles_that_give(needed.consent).iter();
                let holders = holders.flat_map(|role| people_index.holders_here(*role));
                let people = people_index.here(about.id).into_iter().chain(people_index.parents_of(about.id));
                let may_say_yes =
                    |person: &&domain::Person| consents::may_say(&text.document, needed, request, about, person).yes;
                asked.extend(people.chain(holders).filter(may_say_yes).map(|person| person.id));
            }
        });
        asked.into_iter().collect()
    }

    /// Tells whoever asked that it is decided, and nobody any more that it is to be.
    pub(crate) async fn tell_decided(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        request: &Request,
    ) -> Result<(), records::Error> {
        take_back_notices_to_decide(change, request.id).await?;
        let asker = (request.asker != by.person).then_some(request.asker);
        self.tell(change, asker.as_slice(), Told::RequestDecided(request.id), Urgency::Ordinary).await
    }

    /// Those who may decide a request as these roles.
    pub(crate) fn people_who_decide(&self, by: &Authorised, record: &RequestRecord, with: &[Role]) -> Vec<PersonId> {
        let request = &record.request;
        let (people_index, catalogue, today) = (self.people_index(by), self.roles(), self.today());
        let named = match &request.recipient {
            Recipient::Person(named) => people_index.person(*named),
            _ => None,
        };
        let lesson_teacher = self.lesson_teacher_of(by, request);
        let (asker, recipient) = (people_index.person(request.asker), &request.recipient);
        let parties = RequestParties { asker, recipient, named, concerned: request.concerned, lesson_teacher };
        let may_decide = |person: &&domain::Person| {
            let stood_in_for = people_index.roles_stood_in_for(person, today, &catalogue);
            let relative = people_index.relative_roles(person, parties, today);
            let own = person.roles.union(&stood_in_for).union(&relative);
            let actor = Actor::of(person, None);
            deciding::why_not_decide(with, person.id, actor.somebody_as(&own), to_decide(record)).is_none()
        };
        people_index
            .possible_holders(with, parties, today)
            .into_iter()
            .filter(may_decide)
            .map(|person| person.id)
            .collect()
    }
}

/// Tells nobody any more that a request is to be decided or a consent to be given, nor its asker that it waits.
pub(crate) async fn take_back_notices_to_decide(
    change: &mut DeskChange,
    request: RequestId,
) -> Result<(), records::Error> {
    let of_request =
        [Told::RequestCame, Told::RequestDue, Told::RequestOverdue, Told::RequestUndecided, Told::ConsentAsked];
    for told in of_request {
        change.take_back_notices(told(request)).await?;
    }
    Ok(())
}
