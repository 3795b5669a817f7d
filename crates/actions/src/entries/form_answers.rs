//! The answers in the fields of a clause's form: read as what they are, and shown as people read them.

use std::collections::BTreeMap;

use domain::{FieldAnswer, FieldProblem, FormAnswers, FormChecks, FormField, Group, PersonStatus, PolicyId};
use policy::Document;
use policy::kinds::Permission;
use policy::rules::{asking, registers};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;

impl Desk {
    /// Everything that is wrong with what was typed into a permission's form, in the order of its fields.
    ///
    /// # Errors
    /// Somebody who may ask for nothing.
    pub fn wrong_answers(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        permission: &str,
        typed: &BTreeMap<String, String>,
    ) -> Result<Vec<FieldProblem>, ReadError> {
        let actor = self.authorise(actor, Verb::Ask)?;
        let published_policies = self.published_policies();
        let named = published_policies.permission(policy, permission);
        let (text, _, permission) = found(named, "permission")?;
        Ok(self.asked_answers(&actor, (&text.document, permission), typed).err().unwrap_or_default())
    }

    /// What is given in a permission's form, where the register in which a yes becomes an entry can have it.
    pub(crate) fn asked_answers(
        &self,
        actor: &Authorised,
        (document, permission): (&Document, &Permission),
        typed: &BTreeMap<String, String>,
    ) -> Result<FormAnswers, Vec<FieldProblem>> {
        let answers = self.check_form(actor, |checks| asking::answers(document, permission, typed, checks))?;
        let register = registers::of_permission(document, permission);
        match register.and_then(|(_, register)| self.lost_device(actor, register, &answers)) {
            Some(lost) => Err(vec![lost]),
            None => Ok(answers),
        }
    }

    /// Reads a form against the people and the classes of the school.
    pub(crate) fn check_form<T>(&self, actor: &Authorised, read: impl FnOnce(&FormChecks<'_>) -> T) -> T {
        self.check_form_again(actor, &FormAnswers::new(), read)
    }

    /// Reads a form that is filled in anew: people who have left, and classes that are no more, can stay in it.
    pub(crate) fn check_form_again<T>(
        &self,
        actor: &Authorised,
        before: &FormAnswers,
        read: impl FnOnce(&FormChecks<'_>) -> T,
    ) -> T {
        let people_index = self.people_index(actor);
        let person = |username: &str| {
            let found = &people_index.named(username)?.person;
            let stood_there = || before.values().flat_map(FieldAnswer::people).any(|named| *named == found.id);
            (found.status == PersonStatus::Here || stood_there()).then_some((found.id, found.audience))
        };
        let is_group = |group: &Group| {
            let stood_there = || before.values().any(|answer| *answer == FieldAnswer::Group(group.clone()));
            people_index.members_of(group).next().is_some() || stood_there()
        };
        let checks =
            FormChecks { limits: self.text_limits(), zone: self.time_zone(), person: &person, is_group: &is_group };
        read(&checks)
    }

    /// The answers of a form, each with its field's name, as people read them.
    pub(crate) fn answer_words(&self, actor: &Authorised, answers: &FormAnswers) -> Vec<(String, String)> {
        answers.iter().map(|(field, answer)| self.answer_line(actor, field, answer)).collect()
    }

    /// One answer, with its field's name, as people read it.
    pub(crate) fn answer_line(&self, actor: &Authorised, field: &str, answer: &FieldAnswer) -> (String, String) {
        let people_index = self.people_index(actor);
        let words = answer.words(self.time_zone(), |person| people_index.line(person).name);
        (FormField::text(field).label(), words)
    }

    /// The answers of a form as they would be typed.
    pub(crate) fn typed_answers(&self, actor: &Authorised, answers: &FormAnswers) -> BTreeMap<String, String> {
        let people_index = self.people_index(actor);
        let typed =
            |answer: &FieldAnswer| answer.as_typed(self.time_zone(), |person| people_index.line(person).username);
        answers.iter().map(|(field, answer)| (field.clone(), typed(answer))).collect()
    }
}

/// Problems as one sentence after another.
pub(crate) fn join(problems: &[FieldProblem]) -> String {
    let sentences: Vec<String> = problems.iter().map(|problem| problem.wrong.to_string()).collect();
    sentences.join(" ")
}
