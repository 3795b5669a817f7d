//! Withdrawing access, and giving it back.

use domain::Sanction;

use super::allowed;
use crate::example::ExampleActor;
use crate::rules::sanctions;
use crate::story::StoryMoment;
use crate::story::play::{Scene, StepAnswer};

impl Scene<'_> {
    pub(super) fn withdraws(
        &mut self,
        who: usize,
        of: &ExampleActor,
        clause: Option<&str>,
        until: Option<StoryMoment>,
    ) -> StepAnswer {
        let subject = self.records.somebody(of);
        let (document, now) = (self.records.document, self.at());
        let (decider, person) = (self.person(who), self.person(subject));
        let by = |clause: &str| {
            let (decider, subject) = ((decider.id, decider.into()), (person.id, person.into()));
            sanctions::may_decide(Some(document), clause, decider, subject).is_ok()
        };
        // The desk lets in whoever may withdraw access by some clause, before it asks by which.
        let is_let_in = sanctions::may_withdraw(document, decider.into());
        let found = match clause {
            _ if !is_let_in => None,
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

    pub(super) fn restores(&mut self, who: usize, of: &ExampleActor) -> StepAnswer {
        let subject = self.records.somebody(of);
        let (by, subject, now) = (self.id(who), self.id(subject), self.at());
        let open = |known: &Sanction| known.person == subject && known.is_in_force(now);
        let Some(place) = self.records.sanctions.iter().position(open) else { return allowed(false, Vec::new()) };
        let sanction = self.records.sanctions[place].clone();
        let clauses = vec![sanction.clause.clone()];
        let restorers = sanctions::restorers([self.records.document], &sanction.policy, &sanction.clause);
        let may = sanctions::why_not_restore(&restorers, (by, self.person(who).into()), subject).is_none();
        match sanction.lift(by, now, "as the story says".to_owned()).filter(|_| may) {
            Some(lifted) => {
                self.records.sanctions[place] = lifted;
                allowed(true, clauses)
            }
            None => allowed(false, clauses),
        }
    }
}
