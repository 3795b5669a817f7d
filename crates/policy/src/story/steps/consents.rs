//! Saying yes or no to what a request needs the consent of somebody for.

use domain::{ConsentAnswer, Person, PersonId, Said};

use super::{allowed, yes};
use crate::example::ExampleActor;
use crate::rules::consents::{self, ConsentDetail, MaySay, Needed, Whoever};
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

    /// Whether somebody is told who said what to each consent that is needed about a person.
    pub(super) fn knows_who_consented(&mut self, who: usize, id: &str, about: &ExampleActor) -> StepAnswer {
        let about = self.records.somebody(about);
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let (place, about) = (self.waiting(id), self.id(about));
        let knows = place.is_some_and(|place| {
            let mut of_person = self.needed(place).into_iter().filter(|needed| needed.about == about);
            of_person.any(|needed| self.detail(who, place, needed) == Some(ConsentDetail::WhoSaidWhat))
        });
        yes(knows, clauses)
    }

    fn detail(&self, who: usize, place: usize, needed: Needed<'_>) -> Option<ConsentDetail> {
        let (by, request) = (self.person(who), &self.records.requests[place].request);
        let (_, permission) = self.permission(&request.permission)?;
        let (roles, is_absent) = (self.decides_as(who, request), |role| self.is_absent(role));
        let somebody = Somebody { roles: &roles, ..Somebody::from(by) };
        let whoever = Whoever { id: by.id, somebody, is_absent: &is_absent };
        Some(consents::detail(permission, request, self.may_say(who, place, needed)?, whoever))
    }

    fn may_say(&self, who: usize, place: usize, needed: Needed<'_>) -> Option<MaySay> {
        let (by, request) = (self.person(who), &self.records.requests[place].request);
        let about = self.known(needed.about)?;
        Some(consents::may_say(self.records.document, needed, request, about, by))
    }

    fn may(&self, who: usize, place: usize, needed: Needed<'_>, said: &Said) -> bool {
        let (by, request) = (self.person(who), &self.records.requests[place].request);
        if matches!(said, Said::NotNeeded { .. }) {
            let permission = self.permission(&request.permission).map(|(_, permission)| permission);
            return permission
                .is_some_and(|permission| consents::may_waive(permission, request, by.id, Somebody::from(by)));
        }
        self.may_say(who, place, needed).is_some_and(|may| if *said == Said::Yes { may.yes } else { may.no })
    }
}
