//! The answers in the fields of a clause's form: read as what they are, and shown as people read them.

use std::collections::BTreeMap;

use domain::{FieldProblem, FormAnswers, FormChecks, FormField, Group, read_answers};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;

impl Desk {
    /// Everything that is wrong with what was typed into a form, in the order of its fields.
    ///
    /// # Errors
    /// Somebody who may ask for nothing.
    pub fn wrong_answers(
        &self,
        actor: &Actor,
        form: &[FormField],
        typed: &BTreeMap<String, String>,
    ) -> Result<Vec<FieldProblem>, ReadError> {
        let actor = self.authorise(actor, Verb::Ask)?;
        Ok(self.read_answers(&actor, form, typed).err().unwrap_or_default())
    }

    pub(crate) fn read_answers(
        &self,
        actor: &Authorised,
        form: &[FormField],
        typed: &BTreeMap<String, String>,
    ) -> Result<FormAnswers, Vec<FieldProblem>> {
        let people_index = self.people_index(actor);
        let person = |username: &str| {
            let found = people_index.here(people_index.named(username)?.person.id)?;
            Some((found.id, found.audience))
        };
        let is_group = |group: &Group| people_index.members_of(group).next().is_some();
        let checks =
            FormChecks { limits: self.text_limits(), zone: self.time_zone(), person: &person, is_group: &is_group };
        read_answers(form, typed, &checks)
    }

    /// The answers of a form, each with its field's name, as people read them.
    pub(crate) fn answer_words(&self, actor: &Authorised, answers: &FormAnswers) -> Vec<(String, String)> {
        let people_index = self.people_index(actor);
        let words = answers.iter().map(|(field, answer)| {
            let words = answer.words(self.time_zone(), |person| people_index.line(person).name);
            (FormField::text(field.as_str()).label(), words)
        });
        words.collect()
    }
}

/// Problems as one sentence after another.
pub(crate) fn join(problems: &[FieldProblem]) -> String {
    let sentences: Vec<String> = problems.iter().map(|problem| problem.wrong.to_string()).collect();
    sentences.join(" ")
}
