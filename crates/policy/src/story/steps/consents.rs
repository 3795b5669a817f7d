//! Saying yes or no to what a request needs the consent of somebody for.

use domain::{
    ConsentAnswer, Person, PersonId, PersonStatus, Request, RequestState, Said, StandingAnswer, StandingSaid,
};
use jiff::Timestamp;

use super::{allowed, yes};
use crate::example::ExampleActor;
use crate::rules::consents::{self, ConsentDetail, MaySay, Needed, RequestStage, Whoever};
use crate::rules::pictures::{self, PictureThere};
use crate::rules::registers;
use crate::rules::registers::consent_lists::{self, WhyListed};
use crate::rules::shown;
use crate::rules::standing_consents::{self, AskedOnce, OnRecord};
use crate::somebody::Somebody;
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::VERSION;

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

    /// Says the same to each consent about which somebody may say it, of the newest request that waits, or else of the newest.
    /// A grant that rests on it then ends.
    pub(super) fn says_to_consents(&mut self, who: usize, id: &str, said: &Said) -> StepAnswer {
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let place = self.waiting(id).or_else(|| self.newest_request(id));
        let Some(place) = place else { return allowed(false, clauses) };
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
        self.end_without_consent();
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

    /// What is on record of consents that are asked once.
    fn with_record<T>(&self, what: impl FnOnce(OnRecord<'_, '_>) -> T) -> T {
        let is_here = |person: &&Person| person.status == PersonStatus::Here;
        let find = |id| self.known(id).filter(is_here);
        let (said, timetable) = (&self.records.answers, &self.records.timetable);
        what(OnRecord { said, find: &find, is_as_told: &|_| true, now: self.at(), timetable })
    }

    /// Whether a yes to the request at a place is held back.
    pub(super) fn is_held_back(&self, place: usize) -> bool {
        let needed = self.needed(place);
        let of_request = &self.records.requests[place].consents;
        let said = self.with_record(|record| {
            standing_consents::said_of_request(self.records.document, &needed, of_request, record)
        });
        consents::hold_back(&needed, &said)
    }

    /// When the first of the consents ends on which a yes to the request at a place rests.
    pub(super) fn first_consent_end(&self, place: usize) -> Option<Timestamp> {
        let needed = self.needed(place);
        let said = &self.records.requests[place].consents;
        self.with_record(|record| standing_consents::first_end(self.records.document, &needed, said, record))
    }

    /// The purposes of a consent that is asked once about somebody, and the clause that asks it.
    fn asked_once<'s>(&'s self, id: &str, about: &'s Person) -> (Vec<AskedOnce<'s>>, Vec<String>) {
        let document = self.records.document;
        let of_id = standing_consents::asked_about(document, about);
        let Some((clause, consent)) = of_id.into_iter().find(|(_, consent)| shown::consent(consent).id == id) else {
            return (Vec::new(), Vec::new());
        };
        let asked = |purpose| AskedOnce { document, consent, purpose, about };
        (standing_consents::purposes(consent).into_iter().map(asked).collect(), vec![clause.id.clone()])
    }

    /// Answers each purpose of a consent that is asked once, as far as somebody may. A grant that rests on it then ends.
    pub(super) fn answers_consent(
        &mut self,
        who: usize,
        id: &str,
        about: &ExampleActor,
        said: StandingSaid,
    ) -> StepAnswer {
        let about = self.records.somebody(about);
        let (by, now) = (self.id(who), self.at());
        let (asked, clauses) = self.asked_once(id, self.person(about));
        let may = |asked: &&AskedOnce<'_>| {
            let may = standing_consents::may_say(**asked, self.person(who));
            if said == StandingSaid::Yes { may.yes } else { may.no }
        };
        let answers: Vec<StandingAnswer> = asked
            .iter()
            .filter(may)
            .map(|asked| StandingAnswer {
                policy: self.records.document.id.clone(),
                version: VERSION,
                consent: id.to_owned(),
                purpose: asked.purpose.to_owned(),
                about: self.id(about),
                by,
                at: now,
                said,
            })
            .collect();
        let is_any = !answers.is_empty();
        self.records.answers.extend(answers);
        self.end_without_consent();
        allowed(is_any, clauses)
    }

    /// Ends the grants whose consents stand no longer.
    pub(super) fn end_without_consent(&mut self) {
        let now = self.at();
        for place in 0..self.records.requests.len() {
            if !self.is_held_back(place) {
                continue;
            }
            let request = self.records.requests[place].request.id;
            let open = self.records.grants.iter_mut().filter(|grant| grant.request == request && !grant.has_ended(now));
            open.for_each(|grant| grant.revoked_at = Some(now));
        }
    }

    /// Whether somebody is asked for a consent about somebody.
    pub(super) fn is_asked_for_consent(&mut self, who: usize, id: &str, about: &ExampleActor) -> StepAnswer {
        let about = self.records.somebody(about);
        let (asked, clauses) = self.asked_once(id, self.person(about));
        let is_asked = |asked: &AskedOnce<'_>| {
            self.with_record(|record| standing_consents::is_asked(*asked, record, self.person(who)))
        };
        yes(asked.iter().any(is_asked), clauses)
    }

    /// Why a register that follows from a consent lists somebody, as far as whoever looks reads it.
    pub(super) fn finds_listed(&mut self, who: usize, id: &str, about: &ExampleActor) -> StepAnswer {
        let about = self.records.somebody(about);
        let document = self.records.document;
        let Some((clause, register)) = registers::register(document, id) else {
            return StepAnswer::of("no", Vec::new());
        };
        let (somebody, grants) = (self.person(who).into(), self.grants_for(who));
        let reads = consent_lists::may_read(document, register, somebody, grants, self.at());
        let known = &self.records.people[about];
        let listed = self
            .with_record(|record| consent_lists::listed(document, register, (&known.person, known.joined_at), record));
        let words = match listed.first().filter(|_| reads).map(|listed| listed.why) {
            None => "no",
            Some(WhyListed::Refused) => "refused",
            Some(WhyListed::NotGiven) => "not given",
        };
        StepAnswer::of(words, vec![clause.id.clone()])
    }

    fn may(&self, who: usize, place: usize, needed: Needed<'_>, said: &Said) -> bool {
        let (by, request) = (self.person(who), &self.records.requests[place].request);
        let stage = self.stage(request);
        if matches!(said, Said::NotNeeded { .. }) {
            let permission = self.permission(&request.permission).map(|(_, permission)| permission);
            return stage == RequestStage::Waits
                && permission
                    .is_some_and(|permission| consents::may_waive(permission, request, by.id, Somebody::from(by)));
        }
        let may = self.may_say(who, place, needed).map(|may| consents::may_answer(needed, may, stage));
        may.is_some_and(|may| if *said == Said::Yes { may.yes } else { may.no })
    }

    fn stage(&self, request: &Request) -> RequestStage {
        let mut given = self.records.grants.iter().filter(|grant| grant.request == request.id);
        match request.state {
            RequestState::Waiting => RequestStage::Waits,
            _ if given.any(|grant| !grant.has_ended(self.at())) => RequestStage::Holds,
            _ => RequestStage::Over,
        }
    }

    /// Adds a picture to the newest request for a permission that waits.
    pub(super) fn adds_picture(&mut self, who: usize, id: &str) -> StepAnswer {
        let place = self.waiting(id).or_else(|| self.newest_request(id));
        let Some(((clause, permission), place)) = self.permission(id).zip(place) else {
            return allowed(false, Vec::new());
        };
        let clauses = vec![clause.id.clone()];
        let asked = &self.records.requests[place];
        let said = (asked.assents.as_slice(), asked.consents.as_slice());
        let why_not = pictures::why_not_add(permission, &asked.request, said, &asked.added, self.id(who));
        let added = PictureThere { from: self.at(), until: None };
        self.records.requests[place].added.extend(why_not.is_none().then_some(added));
        allowed(why_not.is_none(), clauses)
    }

    /// Takes a picture out of the newest request for a permission.
    pub(super) fn takes_out_picture(&mut self, who: usize, id: &str) -> StepAnswer {
        let Some(((clause, permission), place)) = self.permission(id).zip(self.newest_request(id)) else {
            return allowed(false, Vec::new());
        };
        let (clauses, by) = (vec![clause.id.clone()], self.id(who));
        let asked = &self.records.requests[place];
        let may = pictures::why_not_take_out(Some(permission), &asked.request, &asked.assents, by).is_none();
        let at = self.at();
        let newest = self.records.requests[place].added.iter_mut().rfind(|picture| picture.until.is_none());
        let newest = newest.filter(|_| may);
        allowed(newest.map(|picture| picture.until = Some(at)).is_some(), clauses)
    }

    /// Whether somebody is shown pictures of the newest request for a permission.
    pub(super) fn sees_pictures(&mut self, who: usize, id: &str) -> StepAnswer {
        let Some(((clause, permission), place)) = self.permission(id).zip(self.newest_request(id)) else {
            return yes(false, Vec::new());
        };
        let (asked, by) = (&self.records.requests[place], self.person(who));
        let (roles, is_absent) = (self.decides_as(who, &asked.request), |role| self.is_absent(role));
        let whoever =
            Whoever { id: by.id, somebody: Somebody { roles: &roles, ..Somebody::from(by) }, is_absent: &is_absent };
        let sees = pictures::may_see(permission, (&asked.request, &asked.answers), whoever, by);
        yes(asked.pictures_now() > 0 && sees, vec![clause.id.clone()])
    }

    fn newest_request(&self, id: &str) -> Option<usize> {
        self.records.requests.iter().rposition(|asked| asked.request.permission == id)
    }
}
