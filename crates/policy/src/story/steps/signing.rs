//! Signing, accepting a signature for the school, and what is still owed.

use domain::{Countersignature, OnBehalf};

use super::allowed;
use crate::example::Actor;
use crate::kinds::{How, Signer};
use crate::rules::signing;
use crate::somebody::Somebody;
use crate::story::play::{Answer, Scene};

impl Scene<'_> {
    pub(super) fn signs(&mut self, who: usize, child: Option<&Actor>, ticks: bool) -> Answer {
        let bound = child.map_or(who, |child| self.records.somebody(child));
        let signer = if child.is_some() { Signer::Parent } else { Signer::Own };
        let asked = signing::agreement_for(self.records.document, self.person(bound).into(), signer);
        let clauses = asked.map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let (by, now) = (self.id(who), self.at());
        let is_complete = asked.is_some_and(|(_, agreement)| {
            let ticked = agreement.ticks.clone().filter(|_| ticks).unwrap_or_default();
            signing::unticked(agreement, &ticked).is_none()
        });
        if is_complete {
            let on_behalf = if child.is_some() { OnBehalf::Child(self.id(bound)) } else { OnBehalf::Own };
            self.records.sign(by, on_behalf, now, None);
        }
        allowed(is_complete, clauses)
    }

    pub(super) fn accepts(&mut self, who: usize, of: &Actor) -> Answer {
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

    pub(super) fn owes(&self, who: usize) -> Answer {
        let (policy, bound) = (self.records.in_force(), self.records.bound(who));
        let signatures = self.records.binding(bound.id);
        let at = self.records.worked_out_at(who, self.at());
        if let Some(owed) = signing::owed(policy, bound, &signatures, at, self.records.timetable) {
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
}
