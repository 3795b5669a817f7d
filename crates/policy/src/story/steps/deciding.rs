//! Deciding a request, and what a grant comes to.

use domain::{Assent, Duty, Grant, PersonId, RequestState, Role};
use jiff::Timestamp;

use super::{allowed, at_once, overdue_at, yes};
use crate::kinds::Permission;
use crate::rules::deciding::{self, Yes};
use crate::rules::{grant_times, pictures, standing};
use crate::somebody::Somebody;
use crate::story::StoryMoment;
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::AskedRequest;

impl Scene<'_> {
    /// The newest request of a permission that waits, with those who decide it now.
    pub(super) fn waiting(&self, permission: &str) -> Option<usize> {
        let waits = |asked: &AskedRequest| {
            asked.request.permission == permission && asked.request.state == RequestState::Waiting
        };
        self.records.requests.iter().rposition(waits)
    }

    /// Whether somebody may decide a request as these roles.
    fn may_decide(&self, who: usize, asked: &AskedRequest, as_roles: &[Role]) -> bool {
        let (person, roles) = (self.person(who), self.decides_as(who, &asked.request));
        let somebody = Somebody { roles: &roles, ..Somebody::from(person) };
        deciding::why_not_decide(as_roles, person.id, somebody, asked.to_decide()).is_none()
    }

    /// Everybody who may decide a request as these roles.
    fn who_may_decide(&self, asked: &AskedRequest, as_roles: &[Role]) -> Vec<PersonId> {
        let everybody = 0..self.records.people.len();
        everybody.filter(|who| self.may_decide(*who, asked, as_roles)).map(|who| self.id(who)).collect()
    }

    /// Where requests go that nobody has decided by now, as the desk has it the moment their time is over.
    pub(super) fn escalates_requests(&mut self) {
        for place in 0..self.records.requests.len() {
            let asked = &self.records.requests[place];
            let overdue = overdue_at(&asked.request.reminders(at_once()));
            let Some(at) = overdue.filter(|at| *at <= self.at()) else { continue };
            let permission = self.records.document.permission(&asked.request.permission).map(|(_, found)| found);
            let may_decide = |roles: &[Role]| self.who_may_decide(asked, roles);
            let escalation = deciding::escalation(permission, &asked.request, asked.so_far(), &may_decide, at);
            let request = &mut self.records.requests[place].request;
            request.escalation = request.escalation.take().or(escalation);
        }
    }

    /// Whether somebody has been reminded of the newest request for a permission by now.
    pub(super) fn is_reminded_of_request(&self, who: usize, id: &str) -> StepAnswer {
        let Some((clause, permission)) = self.permission(id) else { return yes(false, Vec::new()) };
        let newest = self.records.requests.iter().rfind(|asked| asked.request.permission == id);
        let is_reminded = newest.is_some_and(|asked| {
            let roles = deciding::deciders(Some(permission), asked.so_far(), &|role| self.is_absent(role));
            let mut given = asked.request.reminders(at_once()).into_iter().filter(|(at, _)| *at <= self.at());
            given.any(|(_, reminder)| {
                let deciders = self.who_may_decide(asked, &roles);
                deciding::to_remind(&asked.request, deciders, reminder).contains(&self.id(who))
            })
        });
        yes(is_reminded, vec![clause.id.clone()])
    }

    /// The place of the newest waiting request, where somebody may decide it; and the clauses that say who may.
    fn decidable(&self, who: usize, id: &str) -> (Option<usize>, Vec<String>) {
        let Some((clause, permission)) = self.permission(id) else { return (None, Vec::new()) };
        let open = self.waiting(id).filter(|place| {
            let asked = &self.records.requests[*place];
            let deciders = deciding::deciders(Some(permission), asked.so_far(), &|role| self.is_absent(role));
            self.decides_such(who, permission, asked) && self.may_decide(who, asked, &deciders)
        });
        (open, vec![clause.id.clone()])
    }

    /// Whether the desk lets somebody decide about such requests at all: by a role that the clause names, by one that it
    /// comes to in time, or as the person concerned.
    fn decides_such(&self, who: usize, permission: &Permission, asked: &AskedRequest) -> bool {
        let (person, roles) = (self.person(who), self.decides_as(who, &asked.request));
        let somebody = Somebody { roles: &roles, ..Somebody::from(person) };
        let is_let_in = deciding::decides(permission, somebody, &|role| self.is_absent(role))
            || deciding::decides_late(permission, somebody)
            || deciding::is_decided_by_concerned(permission);
        // It stands on the Home of those alone who hold one of these roles.
        is_let_in && somebody.holds_any(&deciding::may_come_to_decide(permission, asked.request.escalated_to()))
    }

    pub(super) fn approves(&mut self, who: usize, id: &str, until: Option<StoryMoment>) -> StepAnswer {
        let (open, clauses) = self.decidable(who, id);
        let given = open.and_then(|place| self.approve(who, place, id, until));
        allowed(given.is_some(), clauses)
    }

    fn approve(&mut self, who: usize, place: usize, id: &str, until: Option<StoryMoment>) -> Option<()> {
        let (by, now) = (self.id(who), self.at());
        let chosen = until.map(|until| self.moment(until).timestamp());
        let (_, permission) = self.records.document.permission(id)?;
        let asked = &self.records.requests[place];
        let AskedRequest { request, answers, assents, .. } = asked;
        if self.is_held_back(place) || pictures::lacks(permission, answers, asked.pictures_now()) {
            return None;
        }
        let (classes, timetable) = (self.lesson_classes(request), &self.records.timetable);
        let end = grant_times::grant_end(permission, (chosen, assents), request, now, timetable, &classes).ok()?;
        let end = end.into_iter().chain(self.first_consent_end(place)).min();
        let (person, roles) = (self.person(who), self.decides_as(who, request));
        let somebody = Somebody { roles: &roles, ..Somebody::from(person) };
        if let Yes::Assent(roles) = deciding::yes(permission, assents, somebody) {
            self.records.requests[place].assents.push(Assent { by, at: now, until: chosen, roles });
            return Some(());
        }
        self.give(who, place, end)
    }

    /// The yes that a request waited for, or that it needs none.
    pub(super) fn give(&mut self, who: usize, place: usize, end: Option<Timestamp>) -> Option<()> {
        let (by, now) = (self.id(who), self.at());
        let request = self.records.requests[place].request.clone();
        let grant = self.records.new_id();
        let (request, grant) = request.approve(grant, by, now, end)?;
        if !self.write_grant(by, place, grant.id) {
            return None;
        }
        self.records.requests[place].request = request;
        self.records.grants.push(grant);
        Some(())
    }

    pub(super) fn refuses(&mut self, who: usize, id: &str) -> StepAnswer {
        let (open, clauses) = self.decidable(who, id);
        let (by, now) = (self.id(who), self.at());
        let refused = open.and_then(|place| {
            let request = self.records.requests[place].request.clone();
            self.records.requests[place].request = request.refuse(by, now, "as the story says".to_owned())?;
            Some(())
        });
        allowed(refused.is_some(), clauses)
    }

    pub(super) fn hands_on(&mut self, who: usize, id: &str, to: Role) -> StepAnswer {
        let (open, clauses) = self.decidable(who, id);
        let permission = self.records.document.permission(id).map(|(_, permission)| permission);
        let open =
            open.filter(|place| deciding::hand_to(permission, self.records.requests[*place].handed_to).contains(&to));
        if let Some(place) = open {
            self.records.requests[place].handed_to = Some(to);
        }
        allowed(open.is_some(), clauses)
    }

    pub(super) fn revokes(&mut self, who: usize, id: &str) -> StepAnswer {
        let now = self.at();
        let person = self.person(who);
        let permission = self.permission(id);
        let clauses = permission.map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let may = |grant: &Grant| {
            let asked = self.records.requests.iter().find(|asked| asked.request.id == grant.request);
            asked.is_some_and(|asked| {
                let permission = permission.map(|(_, permission)| permission);
                let (roles, is_absent) = (self.decides_as(who, &asked.request), |role| self.is_absent(role));
                let somebody = Somebody { roles: &roles, ..Somebody::from(person) };
                let sees_gate = self.records.document.roles.carry(&roles, Duty::SeeGate);
                deciding::may_revoke(permission, (person.id, somebody), grant, &asked.request, sees_gate, &is_absent)
            })
        };
        let open =
            self.records.grants.iter().rposition(|grant| grant.permission == id && !grant.has_ended(now) && may(grant));
        if let Some(place) = open {
            self.records.grants[place].revoked_at = Some(now);
        }
        allowed(open.is_some(), clauses)
    }

    pub(super) fn holds(&self, who: usize, id: &str) -> StepAnswer {
        let held = self.grants_for(who).find(|grant| grant.permission == id && grant.is_live(self.at()));
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        yes(held.is_some(), clauses)
    }

    /// The grants that are for somebody, those too that have ended.
    pub(super) fn grants_for(&self, who: usize) -> impl Iterator<Item = &Grant> {
        let person = self.person(who);
        let grants = self.records.grants.iter();
        grants.filter(move |grant| standing::is_for(&grant.recipient, person.id, person.into()))
    }
}
