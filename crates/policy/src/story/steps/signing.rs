//! Signing, accepting a signature for the school, and what is still owed.

use domain::{Countersignature, OnBehalf};

use super::allowed;
use crate::example::ExampleActor;
use crate::kinds::How;
use crate::rules::{shown, signing};
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::VERSION;

impl Scene<'_> {
    pub(super) fn signs(&mut self, who: usize, child: Option<&ExampleActor>, ticks: bool) -> StepAnswer {
        let child = child.map(|child| self.records.somebody(child));
        let (bound, document, by, now) = (child.unwrap_or(who), self.records.document, self.id(who), self.at());
        let on_behalf = child.map_or(OnBehalf::Own, |child| OnBehalf::Child(self.id(child)));
        let (children, person) = (&self.person(who).children, self.person(bound));
        let Ok((clause, agreement)) = signing::may_sign_for(document, children, on_behalf, person.into()) else {
            return allowed(false, Vec::new());
        };
        let ticked = if ticks { shown::agreement(agreement).ticks.to_vec() } else { Vec::new() };
        let (policy, signatures) = (self.records.in_force(), self.records.binding(person.id));
        let timetable = &self.records.timetable;
        let takes = signing::unticked(agreement, &ticked).is_none()
            && !signing::has_signed(policy, agreement, (VERSION, by), &signatures, now, timetable);
        if takes {
            self.records.sign(&clause.id, by, on_behalf, now, None);
        }
        allowed(takes, vec![clause.id.clone()])
    }

    pub(super) fn accepts(&mut self, who: usize, of: &ExampleActor) -> StepAnswer {
        let bound = self.records.somebody(of);
        let (by, at, bound_id) = (self.id(who), self.at(), self.id(bound));
        // The desk lets in whoever accepts signatures by some clause, before it asks which.
        let is_let_in = signing::accepts_some(self.records.document, self.person(who).into());
        let theirs = if is_let_in { self.records.to_accept(who, at) } else { Vec::new() };
        let mut of_theirs = self.records.signatures.iter_mut().filter(|signed| signed.agreement.binds() == bound_id);
        match of_theirs.rfind(|signed| theirs.contains(&signed.agreement.id)) {
            Some(signed) => {
                let accepted = Countersignature { by, printed_name: "accepted".to_owned(), at };
                signed.agreement.countersigned = Some(accepted);
                allowed(true, vec![signed.clause.clone()])
            }
            None => allowed(false, self.clauses_to_accept(bound)),
        }
    }

    /// The clauses by which the school accepts a signature that binds somebody.
    fn clauses_to_accept(&self, bound: usize) -> Vec<String> {
        let asked = signing::agreements(self.records.document, self.person(bound).into()).into_iter();
        let accepted = asked.filter(|(_, agreement)| !signing::accepting_roles(agreement).is_empty());
        accepted.map(|(clause, _)| clause.id.clone()).collect()
    }

    pub(super) fn owes(&self, who: usize) -> StepAnswer {
        let (policy, bound) = (self.records.in_force(), self.records.bound(who));
        let signatures = self.records.binding(bound.id);
        let at = self.records.worked_out_at(who, self.at());
        if let Some(owed) = signing::owed(policy, bound, &signatures, at, &self.records.timetable) {
            let words = match (owed.how, owed.by_self, owed.by_parent) {
                (How::Shown, ..) => "shown",
                (How::Sign, true, true) => "self and parent",
                (How::Sign, true, false) => "self",
                (How::Sign, false, _) => "parent",
            };
            return StepAnswer::of(words, vec![owed.clause]);
        }
        match signing::awaits_acceptance(policy, bound, &signatures, at, &self.records.timetable) {
            Some(clause) => StepAnswer::of("acceptance", vec![clause]),
            None => StepAnswer::of("nothing", Vec::new()),
        }
    }
}
