//! What each step does, by the functions that the desk and the gate call.

use std::collections::BTreeMap;

use domain::{
    Address, Countersignature, Grant, OnBehalf, Person, PersonId, Recipient, Request, RequestState, Role, Sanction,
};
use jiff::SignedDuration;

use super::people::{Asked, Session, VERSION, Viewing};
use super::play::{Answer, Scene};
use super::{Deed, For, Moment, Step};
use crate::document::Clause;
use crate::example::Actor;
use crate::kinds::{Data, How, Permission, Recipients, Signer};
use crate::rules::asking::Wants;
use crate::rules::{asking, deciding, sanctions, signing, standing, viewing};
use crate::somebody::Somebody;
use crate::verdict::{Says, Visit};

/// A session ends at the latest after this, as where a school has set nothing else.
const SESSION_LONGEST: SignedDuration = SignedDuration::from_hours(12);

fn allowed(is: bool, clauses: Vec<String>) -> Answer {
    Answer::of(if is { "allowed" } else { "refused" }, clauses)
}

fn yes(is: bool, clauses: Vec<String>) -> Answer {
    Answer::of(if is { "yes" } else { "no" }, clauses)
}

impl Scene<'_> {
    pub(super) fn does(&mut self, step: &Step) -> Answer {
        let now = self.at();
        if step.deed == Deed::Joins {
            self.records.joins(&step.who, now);
            return Answer::of("", Vec::new());
        }
        let who = self.records.somebody(&step.who);
        match &step.deed {
            Deed::Joins => Answer::of("", Vec::new()),
            Deed::SignsIn => {
                self.records.people[who].session = Some(Session { began: now, last_seen: now });
                Answer::of("", Vec::new())
            }
            Deed::IsActive => {
                self.is_active(who);
                Answer::of("", Vec::new())
            }
            Deed::IsSignedIn => self.is_signed_in(who),
            Deed::Opens { address } => self.opens(who, address),
            Deed::Signs { child } => self.signs(who, child.as_ref()),
            Deed::AcceptsSignature { of } => self.accepts(who, of),
            Deed::Owes => self.owes(who),
            Deed::Asks { permission, wants, recipient, until } => {
                self.asks(who, permission, wants.clone(), recipient.as_ref(), *until)
            }
            Deed::Approves { permission, until } => self.approves(who, permission, *until),
            Deed::Refuses { permission } => self.refuses(who, permission),
            Deed::HandsOn { permission, to } => self.hands_on(who, permission, *to),
            Deed::TakesBack { permission } => self.takes_back(who, permission),
            Deed::Revokes { permission } => self.revokes(who, permission),
            Deed::Holds { permission } => self.holds(who, permission),
            Deed::WithdrawsAccess { of, until } => self.withdraws(who, of, step.clause.as_deref(), *until),
            Deed::RestoresAccess { of } => self.restores(who, of),
            Deed::Views { what, purpose } => self.views(who, *what, purpose.as_deref()),
            Deed::AgreesToViewing { of } => self.agrees(who, of),
        }
    }

    fn person(&self, place: usize) -> &Person {
        &self.records.people[place].person
    }

    fn id(&self, place: usize) -> PersonId {
        self.person(place).id
    }

    /// The session's end, and the clause that set it.
    fn session_end(&self, who: usize) -> Option<(jiff::Timestamp, Vec<String>)> {
        let session = self.records.people[who].session?;
        let limits = self.rules.session_for(self.person(who).into());
        let latest = limits.latest_end(session.began, SESSION_LONGEST, &self.records.zone);
        let idle = limits.idle_end(session.last_seen, &self.records.zone);
        let clauses = limits.clause.map(|rule| self.rules.citation(rule).clause.clone()).into_iter().collect();
        Some((idle.map_or(latest, |idle| idle.min(latest)), clauses))
    }

    fn is_active(&mut self, who: usize) {
        let now = self.at();
        let is_live = self.session_end(who).is_some_and(|(end, _)| now < end);
        match &mut self.records.people[who].session {
            Some(session) if is_live => session.last_seen = now,
            session => *session = None,
        }
    }

    fn is_signed_in(&self, who: usize) -> Answer {
        match self.session_end(who) {
            Some((end, clauses)) => yes(self.at() < end, clauses),
            None => yes(false, Vec::new()),
        }
    }

    fn opens(&self, who: usize, address: &Address) -> Answer {
        let address = address.clone().seen_by_the_gate();
        let categories = (self.categories)(&address);
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories };
        let standing = self.records.standing(who, self.at());
        let verdict = self.rules.decide(&standing, visit, self.rules.moment(self.at()));
        let deciding = verdict.deciding();
        let grants = deciding.is_some_and(|evidence| matches!(evidence.says, Says::Grants(_)));
        // A grant rests on the clause that gives the permission and on the one that it opens.
        let cited = verdict.evidence.iter().take(if grants { usize::MAX } else { usize::from(deciding.is_some()) });
        let clauses = cited.map(|evidence| self.rules.citation(evidence.rule).clause.clone()).collect();
        Answer::of(if verdict.is_allowed() { "allowed" } else { "blocked" }, clauses)
    }

    fn signs(&mut self, who: usize, child: Option<&Actor>) -> Answer {
        let bound = child.map_or(who, |child| self.records.somebody(child));
        let signer = if child.is_some() { Signer::Parent } else { Signer::Own };
        let asked = signing::agreement_for(self.records.document, self.person(bound).into(), signer);
        let clauses = asked.map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let (by, now) = (self.id(who), self.at());
        if asked.is_some() {
            let on_behalf = if child.is_some() { OnBehalf::Child(self.id(bound)) } else { OnBehalf::Own };
            self.records.sign(by, on_behalf, now, None);
        }
        allowed(asked.is_some(), clauses)
    }

    fn accepts(&mut self, who: usize, of: &Actor) -> Answer {
        let bound = self.records.somebody(of);
        let (by, at, bound_id) = (self.id(who), self.at(), self.id(bound));
        let document = self.records.document;
        let asked = signing::agreements(document, self.person(bound).into());
        let Some((clause, agreement)) = asked.into_iter().find(|(_, agreement)| agreement.countersign.is_some()) else {
            return allowed(false, Vec::new());
        };
        let somebody = Somebody::from(&self.records.people[who].person);
        let latest = self.records.signatures.iter_mut().rev().find(|signature| signature.binds() == bound_id);
        let open = latest.filter(|signature| {
            signature.countersigned.is_none() && signing::may_accept(agreement, by, somebody, signature)
        });
        let is_accepted = open.is_some();
        if let Some(signature) = open {
            signature.countersigned = Some(Countersignature { by, printed_name: "accepted".to_owned(), at });
        }
        allowed(is_accepted, vec![clause.id.clone()])
    }

    fn owes(&self, who: usize) -> Answer {
        let (policy, bound) = (self.records.in_force(), self.records.bound(who));
        let signatures = self.records.binding(bound.id);
        if let Some(owed) = signing::owed(policy, bound, &signatures, self.at(), &self.records.zone) {
            let words = match (owed.how, owed.by_self, owed.by_parent) {
                (How::Shown, ..) => "shown",
                (How::Sign, true, true) => "self and parent",
                (How::Sign, true, false) => "self",
                (How::Sign, false, _) => "parent",
            };
            return Answer::of(words, vec![owed.clause]);
        }
        match signing::awaits_acceptance(policy, bound, &signatures) {
            Some(clause) => Answer::of("acceptance", vec![clause]),
            None => Answer::of("nothing", Vec::new()),
        }
    }

    fn permission(&self, id: &str) -> Option<(&'_ Clause, &'_ Permission)> {
        self.records.document.permission(id)
    }

    fn asks(
        &mut self,
        who: usize,
        id: &str,
        wants: Option<Wants>,
        recipient: Option<&For>,
        until: Option<Moment>,
    ) -> Answer {
        let document = self.records.document;
        let Some((clause, permission)) = document.permission(id) else { return allowed(false, Vec::new()) };
        let clauses = vec![clause.id.clone()];
        let Some(request) = self.request(who, clause, permission, wants, recipient, until) else {
            return allowed(false, clauses);
        };
        let decides = deciding::deciders(Some(permission), None);
        let latest = deciding::latest_end(permission, self.at(), &self.records.zone);
        self.records.requests.push(Asked { request, handed_to: None });
        Answer { deciding: Some((decides, latest)), ..allowed(true, clauses) }
    }

    /// The request as the desk would take it; `None` where it would not.
    fn request(
        &mut self,
        who: usize,
        clause: &Clause,
        permission: &Permission,
        wants: Option<Wants>,
        recipient: Option<&For>,
        until: Option<Moment>,
    ) -> Option<Request> {
        let asked_for = match recipient {
            Some(For::Somebody(actor)) => Some(self.records.somebody(actor)),
            _ => None,
        };
        let asker = self.person(who).clone();
        let somebody = Somebody::from(&asker);
        if !asking::may_ask(self.records.document, permission, somebody) {
            return None;
        }
        let recipient = match recipient {
            Some(For::Everyone) => Recipient::Everyone,
            Some(For::Group(group)) => Recipient::Group(group.clone()),
            Some(For::Somebody(_)) => Recipient::Person(self.id(asked_for?)),
            None => usual_recipient(permission, &asker)?,
        };
        let recipient = asking::recipient(permission, asker.id, somebody, recipient, |_| true).ok()?;
        let scope = asking::scope(permission, wants.unwrap_or(Wants::Words(String::new())), |address| {
            (self.categories)(address)
        });
        // Whoever asks in a story fills in the whole form.
        let filled = permission.needs.iter().flatten().map(|field| (field.clone(), "filled in".to_owned()));
        asking::needed(permission, &filled.collect::<BTreeMap<_, _>>()).ok()?;
        let until = until.map(|until| self.moment(until).timestamp());
        let until = deciding::end_within(permission, until, self.at(), &self.records.zone).ok()?;
        Some(Request {
            id: self.records.new_id(),
            policy: self.records.document.id.clone(),
            version: VERSION,
            clause: clause.id.clone(),
            permission: permission.id.to_string(),
            asker: asker.id,
            recipient,
            scope: scope.ok()?,
            reason: "as the story says".to_owned(),
            asked_at: self.at(),
            until,
            state: RequestState::Waiting,
        })
    }

    /// The newest request of a permission that waits, with those who decide it now.
    fn waiting(&self, permission: &str) -> Option<usize> {
        let waits =
            |asked: &Asked| asked.request.permission == permission && asked.request.state == RequestState::Waiting;
        self.records.requests.iter().rposition(waits)
    }

    /// The place of the newest waiting request, where somebody may decide it; and the clauses that say who may.
    fn decidable(&self, who: usize, id: &str) -> (Option<usize>, Vec<String>) {
        let Some((clause, permission)) = self.permission(id) else { return (None, Vec::new()) };
        let open = self.waiting(id).filter(|place| {
            let asked = &self.records.requests[*place];
            let deciders = deciding::deciders(Some(permission), asked.handed_to);
            let person = self.person(who);
            deciding::why_not_decide(&deciders, person.id, person.into(), &asked.request).is_none()
        });
        (open, vec![clause.id.clone()])
    }

    fn approves(&mut self, who: usize, id: &str, until: Option<Moment>) -> Answer {
        let (open, clauses) = self.decidable(who, id);
        let given = open.and_then(|place| self.approve(who, place, id, until));
        allowed(given.is_some(), clauses)
    }

    fn approve(&mut self, who: usize, place: usize, id: &str, until: Option<Moment>) -> Option<()> {
        let (by, now) = (self.id(who), self.at());
        let chosen = until.map(|until| self.moment(until).timestamp());
        let (_, permission) = self.records.document.permission(id)?;
        let request = &self.records.requests[place].request;
        let end = deciding::grant_end(permission, chosen, request, now, &self.records.zone).ok()?;
        let request = request.clone();
        let grant = self.records.new_id();
        let (request, grant) = request.approve(grant, by, now, end)?;
        self.records.requests[place].request = request;
        self.records.grants.push(grant);
        Some(())
    }

    fn refuses(&mut self, who: usize, id: &str) -> Answer {
        let (open, clauses) = self.decidable(who, id);
        let (by, now) = (self.id(who), self.at());
        let refused = open.and_then(|place| {
            let request = self.records.requests[place].request.clone();
            self.records.requests[place].request = request.refuse(by, now, "as the story says".to_owned())?;
            Some(())
        });
        allowed(refused.is_some(), clauses)
    }

    fn hands_on(&mut self, who: usize, id: &str, to: Role) -> Answer {
        let (open, clauses) = self.decidable(who, id);
        let permission = self.records.document.permission(id).map(|(_, permission)| permission);
        let open =
            open.filter(|place| deciding::hand_to(permission, self.records.requests[*place].handed_to).contains(&to));
        if let Some(place) = open {
            self.records.requests[place].handed_to = Some(to);
        }
        allowed(open.is_some(), clauses)
    }

    fn takes_back(&mut self, who: usize, id: &str) -> Answer {
        let (by, now) = (self.id(who), self.at());
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let open = self.waiting(id).filter(|place| self.records.requests[*place].request.asker == by);
        if let Some(place) = open {
            self.records.requests[place].request.state = RequestState::Withdrawn { at: now };
        }
        allowed(open.is_some(), clauses)
    }

    fn revokes(&mut self, who: usize, id: &str) -> Answer {
        let now = self.at();
        let person = self.person(who);
        let permission = self.permission(id);
        let clauses = permission.map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let may = |grant: &Grant| {
            let asked = self.records.requests.iter().find(|asked| asked.request.id == grant.request);
            asked.is_some_and(|asked| {
                let permission = permission.map(|(_, permission)| permission);
                deciding::may_revoke(permission, person.id, person.into(), grant, &asked.request)
            })
        };
        let open =
            self.records.grants.iter().rposition(|grant| grant.permission == id && grant.is_live(now) && may(grant));
        if let Some(place) = open {
            self.records.grants[place].revoked_at = Some(now);
        }
        allowed(open.is_some(), clauses)
    }

    fn holds(&self, who: usize, id: &str) -> Answer {
        let person = self.person(who);
        let held = self.records.grants.iter().find(|grant| {
            grant.permission == id
                && grant.is_live(self.at())
                && standing::is_for(&grant.recipient, person.id, person.into())
        });
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        yes(held.is_some(), clauses)
    }

    fn withdraws(&mut self, who: usize, of: &Actor, clause: Option<&str>, until: Option<Moment>) -> Answer {
        let subject = self.records.somebody(of);
        let (document, now) = (self.records.document, self.at());
        let (decider, person) = (self.person(who), self.person(subject));
        let by = |clause: &str| {
            let (decider, subject) = ((decider.id, decider.into()), (person.id, person.into()));
            sanctions::may_decide(Some(document), clause, decider, subject).is_ok()
        };
        let found = match clause {
            Some(clause) => by(clause).then(|| clause.to_owned()),
            None => {
                let mut known = sanctions::withdrawing(document, person.into()).map(|(clause, _)| clause.id.clone());
                known.find(|clause| by(clause))
            }
        };
        let is_open = !self.records.sanctions.iter().any(|known| known.person == person.id && known.is_in_force(now));
        let until = until.map(|until| self.moment(until).timestamp());
        let sanction = found.clone().filter(|_| is_open).map(|clause| Sanction {
            id: uuid::Uuid::nil().into(),
            person: person.id,
            policy: document.id.clone(),
            clause,
            reason: "as the story says".to_owned(),
            imposed_by: decider.id,
            from: now,
            until,
            lifted_at: None,
            lifted_by: None,
            lift_reason: None,
        });
        let clauses = found.into_iter().collect();
        let withdrawn = sanction.is_some();
        self.records.sanctions.extend(sanction);
        allowed(withdrawn, clauses)
    }

    fn restores(&mut self, who: usize, of: &Actor) -> Answer {
        let subject = self.records.somebody(of);
        let (by, subject, now) = (self.id(who), self.id(subject), self.at());
        let open = |known: &Sanction| known.person == subject && known.is_in_force(now);
        let Some(place) = self.records.sanctions.iter().position(open) else { return allowed(false, Vec::new()) };
        let sanction = self.records.sanctions[place].clone();
        let clauses = vec![sanction.clause.clone()];
        let roles = sanctions::restorers(self.records.document, &sanction.clause).unwrap_or_default();
        let may = by != subject && Somebody::from(self.person(who)).holds_any(&roles);
        match sanction.lift(by, now, "as the story says".to_owned()).filter(|_| may) {
            Some(lifted) => {
                self.records.sanctions[place] = lifted;
                allowed(true, clauses)
            }
            None => allowed(false, clauses),
        }
    }

    /// Looks by a purpose that was stated within the hour, or states one.
    fn views(&mut self, who: usize, what: Data, purpose: Option<&str>) -> Answer {
        let (now, document) = (self.at(), self.records.document);
        let person = self.person(who);
        let lets = viewing::views(document, what).find(|(_, view)| viewing::may_look(view, person.into()));
        let Some((clause, view)) = lets else {
            let sayers = viewing::views(document, what).map(|(clause, _)| clause.id.clone()).collect();
            return allowed(false, sayers);
        };
        let clauses = vec![clause.id.clone()];
        if purpose.is_some_and(|purpose| !viewing::is_purpose(view, purpose)) {
            return allowed(false, clauses);
        }
        let viewer = person.id;
        let is_open = |known: &&Viewing| {
            let lapses = viewing::lapses(known.asked_at, known.seconded_at);
            known.viewer == viewer && known.clause == clause.id && now < lapses
        };
        if !self.records.viewings.iter().any(|known| is_open(&known)) {
            let (seconds, clause) = (viewing::seconds(view).to_vec(), clause.id.clone());
            self.records.viewings.push(Viewing { viewer, clause, asked_at: now, seconds, seconded_at: None });
        }
        let stated = self.records.viewings.iter().rev().find(is_open);
        let waits = stated.is_some_and(|stated| !stated.seconds.is_empty() && stated.seconded_at.is_none());
        Answer::of(if waits { "waits" } else { "allowed" }, clauses)
    }

    fn agrees(&mut self, who: usize, of: &Actor) -> Answer {
        let (viewer, now) = (self.records.somebody(of), self.at());
        let (viewer, person) = (self.id(viewer), self.person(who).clone());
        let open = self.records.viewings.iter_mut().rev().find(|known| {
            known.viewer == viewer
                && known.seconded_at.is_none()
                && now < viewing::lapses(known.asked_at, None)
                && viewing::why_not_second(&known.seconds, person.id, (&person).into(), viewer, None).is_none()
        });
        match open {
            Some(stated) => {
                stated.seconded_at = Some(now);
                allowed(true, vec![stated.clause.clone()])
            }
            None => allowed(false, Vec::new()),
        }
    }
}

/// Those whom the form offers first: the asker, or their only group.
fn usual_recipient(permission: &Permission, asker: &Person) -> Option<Recipient> {
    match (permission.to, asker.groups.as_slice()) {
        (Recipients::Own | Recipients::Person, _) => Some(Recipient::Person(asker.id)),
        (Recipients::Everyone, _) => Some(Recipient::Everyone),
        (Recipients::Group, [only]) => Some(Recipient::Group(only.clone())),
        (Recipients::Group, _) => None,
    }
}
