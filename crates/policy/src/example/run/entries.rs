//! What a register lets in, and whether what it lists may leave.

use std::collections::BTreeMap;

use domain::{FormAnswers, FormChecks, PersonId, TextLimits};
use uuid::Uuid;

use super::cases::nothing;
use super::{ExampleAnswer, Run};
use crate::example::{Entering, EntryForm, ExampleActor};
use crate::kinds::Register;
use crate::rules::registers;

/// Whoever writes the entry in an example, and whoever is there as the second person.
const WRITER: PersonId = PersonId(Uuid::from_u128(1));
const SECOND: PersonId = PersonId(Uuid::from_u128(2));

impl Run<'_> {
    pub(super) fn enters(&self, who: &ExampleActor, form: &EntryForm, expected: Entering) -> ExampleAnswer {
        let Some((clause, register)) = registers::register(self.document, &form.register) else {
            return nothing(format!("no register '{}'", form.register));
        };
        let let_in = self.let_in(who, register, form);
        let leaves = let_in.as_ref().and_then(|answers| registers::may_leave(register, answers));
        let came = Entering::of(let_in.is_some(), leaves);
        ExampleAnswer { words: came.words().to_owned(), agrees: came == expected, clauses: vec![clause.id.clone()] }
    }

    fn let_in(&self, who: &ExampleActor, register: &Register, form: &EntryForm) -> Option<FormAnswers> {
        let writer = who.person(WRITER);
        if !registers::may_enter(self.document, register, (&writer).into()) {
            return None;
        }
        let beside = form.beside.as_ref().map(|beside| beside.person(SECOND));
        let beside = beside.as_ref().map(|beside| (beside.id, &beside.roles));
        registers::second(register, &[writer.id], beside).ok()?;
        self.read_entry(register, &form.filled(register))
    }

    fn read_entry(&self, register: &Register, filled: &BTreeMap<String, String>) -> Option<FormAnswers> {
        let checks = FormChecks {
            limits: TextLimits::default(),
            zone: &self.rules.timetable().time_zone,
            person: &|who| Some((PersonId(Uuid::nil()), who.parse().ok()?)),
            is_group: &|_| true,
        };
        registers::answers(register, filled, &checks).ok()
    }
}
