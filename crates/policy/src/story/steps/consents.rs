//! Saying yes or no to what a request needs the consent of somebody for.

use domain::{ConsentAnswer, Person, PersonId, Said};

use super::allowed;
use crate::rules::consents::{self, Needed};
use crate::rules::shown;
use crate::somebody::Somebody;
use crate::story::play::{Scene, StepAnswer};

impl Scene<'_> {
    /// The consents that the request at a place needs.
    pub(super) fn needed(&self, place: usize) -> Vec<Needed<'_>> {
        let asked = &self.records.requests[place];
        let Some((_, permission)) = self.permission(&asked.request.permission) else { return Vec::new() };
        consents::needed(self.records.document, permission, &asked.request, &asked.answers, |id| self.known(id))
    }

    fn known(&self, id: PersonId) -> Option<&Person> {
        self.records.people.iter().map(|known| &known.person).find(|person| person.id == id)
    }

    /// Says the same to each consent about which somebody may say it, of the newest request that waits.
    pub(super) fn says_to_consents(&mut self, who: usize, id: &str, said: &Said) -> StepAnswer {
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let Some(place) = self.waiting(id) else { return allowed(false, clauses) };
        let now = self.at();
        let answers: Vec<ConsentAnswer> = self
            .needed(place)
            .into_iter()
            .filter(|needed| self.may(who, place, *needed, said))
            .map(|needed| ConsentAnswer {
                consent: shown::consent(needed.consent).id.to_owned(),
                about: needed.about,
                by: self.id(who),
                at: now,
                said: said.clone(),
            })
            .collect();
        let is_any = !answers.is_empty();
        for answer in answers {
            let before = std::mem::take(&mut self.records.requests[place].consents);
            self.records.requests[place].consents = consents::with_answer(before, answer);
        }
        allowed(is_any, clauses)
    }

    fn may(&self, who: usize, place: usize, needed: Needed<'_>, said: &Said) -> bool {
        let (by, request) = (self.person(who), &self.records.requests[place].request);
        if matches!(said, Said::NotNeeded { .. }) {
            let permission = self.permission(&request.permission).map(|(_, permission)| permission);
            return permission
                .is_some_and(|permission| consents::may_waive(permission, request, by.id, Somebody::from(by)));
        }
        let Some(about) = self.known(needed.about) else { return false };
        let may = consents::may_say(self.records.document, needed, request, about, by);
        if *said == Said::Yes { may.yes } else { may.no }
    }
}
