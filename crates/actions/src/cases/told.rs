//! Who is told of a request.

use domain::{PersonId, Recipient, Request, RequestId, RequestParties, Role, Told};
use policy::rules::deciding;
use records::RequestRecord;

use crate::desk::actor::Actor;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::notices::Urgency;
use crate::desk::stores::Change;

impl Desk {
    /// Tells those who may decide a request, and those alone, that there is one.
    pub(crate) async fn tell_deciders(
        &self,
        change: &mut Change,
        by: &Authorised,
        record: &RequestRecord,
    ) -> Result<(), records::Error> {
        let told = Told::RequestCame(record.request.id);
        change.take_back_notices(told).await?;
        let mut deciders = self.people_who_decide(by, record, &self.deciders(record));
        deciders.retain(|person| *person != by.person);
        self.tell(change, &deciders, told, Urgency::Ordinary).await
    }

    /// Tells whoever asked that it is decided, and nobody any more that it is to be.
    pub(crate) async fn tell_decided(
        &self,
        change: &mut Change,
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
            deciding::why_not_decide(with, person.id, actor.somebody_as(&own), request, &record.assents).is_none()
        };
        people_index
            .possible_holders(with, parties, today)
            .into_iter()
            .filter(may_decide)
            .map(|person| person.id)
            .collect()
    }
}

/// Tells nobody any more that a request is to be decided, nor its asker that it waits.
pub(crate) async fn take_back_notices_to_decide(change: &mut Change, request: RequestId) -> Result<(), records::Error> {
    for told in [Told::RequestCame, Told::RequestDue, Told::RequestOverdue, Told::RequestUndecided] {
        change.take_back_notices(told(request)).await?;
    }
    Ok(())
}
