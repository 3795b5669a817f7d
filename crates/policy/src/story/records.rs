//! What is on record in a story: its people, and what they signed, asked for and were given.

use domain::{
    Agreement, AgreementId, Assent, Case, CaseLine, ClosedSite, ConsentAnswer, Countersignature, EntryId, EntryLine,
    EntrySignature, FormAnswers, Grant, GrantScope, Host, OnBehalf, Person, PersonId, PersonStatus, Recipient,
    RegisterEntry, Request, RequestParties, Role, RoleSet, Sanction, Standing, StandingAnswer, Timetable, Version,
};
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use uuid::Uuid;

use crate::document::Document;
use crate::example::ExampleActor;
use crate::rules::deciding::{SoFar, ToDecide};
use crate::rules::pictures::PictureThere;
use crate::rules::signing::{self, Bound, Given, InForce};
use crate::rules::viewing::Stated;
use crate::rules::{grant_times, standing};
use crate::somebody::Somebody;

/// The version of the policy that is in force throughout a story.
pub(super) const VERSION: Version = Version(1);

/// Somebody in a story.
pub(super) struct Character {
    actor: ExampleActor,
    pub(super) person: Person,
    pub(super) joined_at: Timestamp,
    pub(super) session: Option<DeskSession>,
}

/// A session at the desk.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeskSession {
    pub(super) began: Timestamp,
    pub(super) last_seen: Timestamp,
}

/// A request, the role that it was handed on to, and who has agreed to it where several must.
pub(super) struct AskedRequest {
    pub(super) request: Request,
    pub(super) handed_to: Option<Role>,
    pub(super) assents: Vec<Assent>,
    pub(super) answers: FormAnswers,
    pub(super) consents: Vec<ConsentAnswer>,
    /// Its pictures.
    pub(super) added: Vec<PictureThere>,
}

impl AskedRequest {
    pub(super) fn so_far(&self) -> SoFar<'_> {
        SoFar { handed_to: self.handed_to, assents: &self.assents, escalated_to: self.request.escalated_to() }
    }

    /// How many pictures it has.
    pub(super) fn pictures_now(&self) -> usize {
        self.added.iter().filter(|picture| picture.until.is_none()).count()
    }

    pub(super) fn to_decide(&self) -> ToDecide<'_> {
        ToDecide { request: &self.request, answers: &self.answers, assents: &self.assents }
    }
}

/// A report, whether anybody has answered it, what was written down of it on forms of their own, and which site it is of.
pub(super) struct ReportedCase {
    pub(super) case: Case,
    pub(super) is_answered: bool,
    pub(super) lines: Vec<CaseLine>,
    /// The site that it is of.
    pub(super) site: Option<Host>,
}

/// A signature, and the clause that asked for it.
pub(super) struct GivenSignature {
    pub(super) clause: String,
    pub(super) agreement: Agreement,
}

/// The wish to look at monitored data.
pub(super) struct StatedViewing {
    pub(super) viewer: PersonId,
    pub(super) subject: Option<PersonId>,
    pub(super) clause: String,
    pub(super) asked_at: Timestamp,
    pub(super) seconds: Vec<Role>,
    pub(super) seconded_at: Option<Timestamp>,
    pub(super) opened_at: Option<Timestamp>,
    pub(super) untold_until: Option<Timestamp>,
}

impl StatedViewing {
    pub(super) fn stated(&self) -> Stated<'_> {
        Stated {
            viewer: self.viewer,
            subject: self.subject,
            seconds: &self.seconds,
            asked_at: self.asked_at,
            seconded_at: self.seconded_at,
        }
    }
}

/// What the school's records would hold.
pub(super) struct Records<'r> {
    pub(super) document: &'r Document,
    pub(super) timetable: Timetable,
    /// When the story begins: whoever did not join later has signed everything by then.
    pub(super) begins: Timestamp,
    pub(super) people: Vec<Character>,
    pub(super) signatures: Vec<GivenSignature>,
    pub(super) requests: Vec<AskedRequest>,
    /// What was said of consents that are asked once.
    pub(super) answers: Vec<StandingAnswer>,
    pub(super) grants: Vec<Grant>,
    pub(super) sanctions: Vec<Sanction>,
    pub(super) viewings: Vec<StatedViewing>,
    pub(super) cases: Vec<ReportedCase>,
    /// The school's own list of closed sites.
    pub(super) closed_sites: Vec<ClosedSite>,
    pub(super) entries: Vec<RegisterEntry>,
    /// What those who keep entries did with them, oldest first.
    pub(super) entry_lines: Vec<(EntryId, EntryLine)>,
    /// What was said to entries by those who sign for what they list.
    pub(super) signed_for: Vec<EntrySignature>,
    /// Which register was checked when.
    pub(super) checks: Vec<(String, Timestamp)>,
    given: u128,
}

impl<'r> Records<'r> {
    pub(super) fn new(document: &'r Document, timetable: &Timetable, begins: Timestamp) -> Records<'r> {
        Records {
            document,
            timetable: timetable.clone(),
            begins,
            people: Vec::new(),
            signatures: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            grants: Vec::new(),
            sanctions: Vec::new(),
            viewings: Vec::new(),
            cases: Vec::new(),
            closed_sites: Vec::new(),
            entries: Vec::new(),
            entry_lines: Vec::new(),
            signed_for: Vec::new(),
            checks: Vec::new(),
            given: 0,
        }
    }

    /// An identifier that nothing else in the story has.
    pub(super) fn new_id<Id: From<Uuid>>(&mut self) -> Id {
        self.given += 1;
        Id::from(Uuid::from_u128(self.given))
    }

    /// The place of somebody among the people. Somebody new has signed everything when the story begins.
    pub(super) fn somebody(&mut self, actor: &ExampleActor) -> usize {
        let same = |known: &Character| match (&known.actor.name, &actor.name) {
            (Some(known), Some(name)) => known == name,
            (None, None) => known.actor == *actor,
            _ => false,
        };
        if let Some(place) = self.people.iter().position(same) {
            return place;
        }
        let begins = self.begins;
        let place = self.joins(actor, begins);
        self.sign_everything(place);
        place
    }

    /// Somebody comes to the school, or comes anew, and has signed nothing.
    pub(super) fn joins(&mut self, actor: &ExampleActor, at: Timestamp) -> usize {
        let id: PersonId = self.new_id();
        self.people.push(Character { actor: actor.clone(), person: actor.person(id), joined_at: at, session: None });
        self.people.len() - 1
    }

    fn sign_everything(&mut self, place: usize) {
        let (id, begins, document) = (self.people[place].person.id, self.begins, self.document);
        let accepted = Some(Countersignature { by: self.new_id(), printed_name: "accepted".to_owned(), at: begins });
        let parent = self.new_id();
        for (signer, on_behalf) in [(id, OnBehalf::Own), (parent, OnBehalf::Child(id))] {
            let somebody = Somebody::from(&self.people[place].person);
            if let Ok((clause, _)) = signing::may_sign_for(document, &[id], on_behalf, somebody) {
                self.sign(&clause.id, signer, on_behalf, begins, accepted.clone());
            }
        }
    }

    fn known(&self) -> Vec<&Person> {
        self.people.iter().map(|character| &character.person).collect()
    }

    /// The roles as which somebody asks for a recipient; what they ask for begins at `at`.
    pub(super) fn asks_as(&self, place: usize, recipient: &Recipient, at: &Zoned) -> RoleSet {
        let person = &self.people[place].person;
        let lesson_teacher = self.lesson_teacher(person.id, recipient, None, at);
        person.roles.union(&self.relative_roles(person, (person.id, recipient, None), lesson_teacher, at.date()))
    }

    /// The roles as which somebody decides a request: their own, those of absent holders for whom they stand in, and the
    /// relative ones.
    pub(super) fn decides_as(&self, place: usize, request: &Request, day: Date) -> RoleSet {
        let person = &self.people[place].person;
        let at = request.begins(request.asked_at).to_zoned(self.timetable.time_zone.clone());
        let Request { asker, recipient, concerned, scope, .. } = request;
        let lesson_teacher = self.lesson_teacher(*asker, recipient, Some(scope), &at);
        let relative = self.relative_roles(person, (*asker, recipient, *concerned), lesson_teacher, day);
        self.own_roles(place, day).union(&relative)
    }

    /// The roles that somebody holds, and those of absent holders for whom they stand in.
    pub(super) fn own_roles(&self, place: usize, day: Date) -> RoleSet {
        let person = &self.people[place].person;
        let all_absent = |role| self.is_absent(role, day);
        let may_hold = |role, audience| self.document.roles.may_be_held_by(role, audience);
        person.roles.union(&domain::roles_stood_in_for(self.known(), person, day, may_hold, all_absent))
    }

    /// Whoever takes the lesson that something concerns which begins at `at`.
    pub(super) fn lesson_teacher(
        &self,
        asker: PersonId,
        recipient: &Recipient,
        scope: Option<&GrantScope>,
        at: &Zoned,
    ) -> Option<PersonId> {
        let find = |id: PersonId| self.people.iter().map(|known| &known.person).find(|person| person.id == id);
        let classes = grant_times::lesson_classes(recipient, asker, find);
        let room = match scope {
            Some(GrantScope::Words(words)) => Some(words.as_str()),
            _ => None,
        };
        self.by_username(self.timetable.lesson_on(at, room, &classes)?.teacher.as_deref()?)
    }

    fn by_username(&self, username: &str) -> Option<PersonId> {
        self.people.iter().map(|known| &known.person).find(|person| person.username == username).map(|person| person.id)
    }

    /// The roles as which somebody receives a case: as those in which they decide.
    pub(super) fn receives_as(&self, place: usize, case: &Case, day: Date) -> RoleSet {
        let (person, people) = (&self.people[place].person, self.known());
        self.own_roles(place, day).union(&domain::relative_roles(&people, person, self.parties(case), day))
    }

    /// Whom a case is by and about.
    pub(super) fn parties(&self, case: &Case) -> RequestParties<'_> {
        let find = |id: PersonId| self.people.iter().map(|known| &known.person).find(|person| person.id == id);
        let lesson = RequestParties::lesson_of_case(case, &self.timetable, find);
        let lesson_teacher = lesson.and_then(|lesson| self.by_username(lesson.teacher.as_deref()?));
        RequestParties { lesson_teacher, ..RequestParties::of_case(case, find) }
    }

    fn relative_roles(
        &self,
        person: &Person,
        (asker, recipient, concerned): (PersonId, &Recipient, Option<PersonId>),
        lesson_teacher: Option<PersonId>,
        day: Date,
    ) -> RoleSet {
        let people = self.known();
        let find = |id: PersonId| people.iter().copied().find(|person| person.id == id);
        let Some(asker) = find(asker) else { return RoleSet::new() };
        let named = match recipient {
            Recipient::Person(named) => find(*named),
            _ => None,
        };
        let parties = RequestParties { asker: Some(asker), recipient, named, concerned, lesson_teacher };
        domain::relative_roles(&people, person, parties, day)
    }

    pub(super) fn has_left(&self, person: PersonId) -> bool {
        self.people.iter().any(|known| known.person.id == person && known.person.status == PersonStatus::Left)
    }

    /// Those who are here and hold one of the roles.
    pub(super) fn holding(&self, roles: &[Role]) -> Vec<PersonId> {
        let here = self.known().into_iter().filter(|person| person.status == PersonStatus::Here);
        here.filter(|person| person.roles.contains_any(roles)).map(|person| person.id).collect()
    }

    /// Whether a role has holders in the story and all of them are absent.
    pub(super) fn is_absent(&self, role: Role, day: Date) -> bool {
        let people = self.people.iter().map(|known| &known.person);
        domain::are_all_absent(people.filter(|person| person.roles.contains(role)), day)
    }

    /// Somebody signs the version in force, as a clause asks.
    pub(super) fn sign(
        &mut self,
        clause: &str,
        signer: PersonId,
        on_behalf: OnBehalf,
        signed_at: Timestamp,
        countersigned: Option<Countersignature>,
    ) {
        let agreement = Agreement {
            id: self.new_id(),
            policy: self.document.id.clone(),
            version: VERSION,
            text_hash: String::new(),
            signer,
            on_behalf,
            printed_name: "signed".to_owned(),
            signed_at,
            countersigned,
        };
        self.signatures.push(GivenSignature { clause: clause.to_owned(), agreement });
    }

    pub(super) fn in_force(&self) -> InForce<'r> {
        InForce { document: self.document, counts_from: VERSION, since: self.begins }
    }

    pub(super) fn bound(&self, place: usize) -> Bound<'_> {
        let character = &self.people[place];
        Bound { id: character.person.id, somebody: (&character.person).into(), joined_at: character.joined_at }
    }

    /// The signatures that bind somebody.
    pub(super) fn binding(&self, id: PersonId) -> Vec<&Agreement> {
        self.signatures.iter().map(|signed| &signed.agreement).filter(|signature| signature.binds() == id).collect()
    }

    /// The signatures that the school has still to accept, as somebody is asked for it.
    pub(super) fn to_accept(&self, place: usize, now: Timestamp) -> Vec<AgreementId> {
        let person = &self.people[place].person;
        let theirs = self.signatures.iter().filter(|signed| {
            let signature = &signed.agreement;
            let bound = self.people.iter().position(|known| known.person.id == signature.binds());
            bound.is_some_and(|bound| {
                let agreement = signing::answered(self.document, &signed.clause, (&self.people[bound].person).into());
                let given = Given { policy: Some(self.in_force()), agreement, signature };
                let awaited = signing::awaited_roles(given, self.worked_out_at(bound, now), &self.timetable);
                signing::is_to_accept(awaited, person.id, person.into(), signature)
                    && signing::why_not_accept(agreement, person.id, person.into(), signature).is_none()
            })
        });
        theirs.map(|signed| signed.agreement.id).collect()
    }

    /// When it was last worked out, by `now`, what somebody owes: as they came, and each time that time alone changed it.
    /// The desk looks again at these moments and no other, so that a change which is not foreseen would go unseen there.
    pub(super) fn worked_out_at(&self, place: usize, now: Timestamp) -> Timestamp {
        let bound = self.bound(place);
        let signatures = self.binding(bound.id);
        let next = |at: &Timestamp| signing::next_change(self.in_force(), bound, &signatures, *at, &self.timetable);
        std::iter::successors(Some(bound.joined_at), next).take_while(|at| *at <= now).last().unwrap_or(now)
    }

    /// How somebody stands at the gate.
    pub(super) fn standing(&self, place: usize, now: Timestamp) -> Standing {
        let person = &self.people[place].person;
        let (signatures, bound, at) = (self.binding(person.id), self.bound(place), self.worked_out_at(place, now));
        let unsigned = signing::unsigned([self.in_force()].into_iter(), bound, &signatures, at, &self.timetable);
        standing::standing(person, unsigned, &self.sanctions, &self.grants, now)
    }
}
