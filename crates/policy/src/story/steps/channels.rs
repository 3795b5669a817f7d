//! Reaching somebody, and writing down how.

use super::allowed;
use crate::example::{EntryForm, Whom, WrittenWay, reach};
use crate::rules::{channels, registers};
use crate::story::play::{Scene, StepAnswer};

impl Scene<'_> {
    pub(super) fn reaches(&self, who: usize, whom: &Whom, how: &WrittenWay) -> StepAnswer {
        let (words, clauses) = reach::standing(self.records.document, self.person(who).into(), whom, how);
        StepAnswer::of(words, clauses)
    }

    /// Writes an entry in the register to which the first clause leads that has one for them.
    pub(super) fn writes_down(&mut self, who: usize, whom: &Whom) -> StepAnswer {
        let (document, from) = (self.records.document, self.person(who).into());
        let said = reach::said(document, from, whom);
        let led = said.iter().find_map(|(clause, channel)| {
            let (_, register) = channels::written_down_in(document, channel, from)?;
            Some((clause.id.clone(), registers::id(register).to_owned()))
        });
        let Some((clause, register)) = led else {
            return allowed(false, said.iter().map(|(clause, _)| clause.id.clone()).collect());
        };
        let entered = self.enters(who, &EntryForm { register, typed: Vec::new(), beside: None });
        StepAnswer::of(entered.words, vec![clause])
    }
}
