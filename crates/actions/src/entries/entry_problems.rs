//! Everything that is wrong with an entry, told at once.

use std::collections::BTreeMap;
use std::fmt;

use domain::{FieldProblem, FormAnswers, PersonId, RoleSet, WrongAnswer};
use policy::kinds::Register;
use policy::rules::registers::devices;
use policy::rules::registers::{self, WrongSecond};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::wording::role_words;

/// What is wrong with an entry: in its fields, in their order, and with its second person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryProblems {
    pub fields: Vec<FieldProblem>,
    pub second: Option<String>,
}

impl fmt::Display for EntryProblems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentences = self.fields.iter().map(|problem| problem.wrong.to_string()).chain(self.second.clone());
        out.write_str(&sentences.collect::<Vec<_>>().join(" "))
    }
}

/// What was typed into an entry's form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed<'a> {
    pub answers: &'a BTreeMap<String, String>,
    /// What stands in the entry that is corrected.
    pub before: &'a FormAnswers,
    /// The second person's username.
    pub second: &'a str,
    /// Whoever wrote the entry, and whoever corrects it.
    pub writers: &'a [PersonId],
}

impl Desk {
    /// What an entry is to say, and who is there as the second person, where the register lets it in.
    pub(crate) fn read_entry(
        &self,
        by: &Authorised,
        register: &Register,
        typed: Typed<'_>,
    ) -> Result<(FormAnswers, Option<PersonId>), EntryProblems> {
        let answers =
            self.check_form_again(by, typed.before, |checks| registers::answers(register, typed.answers, checks));
        let address_before = devices::known_address(register, typed.before);
        let answers = answers.and_then(|answers| match self.lost_device(by, register, &answers) {
            Some(lost) if devices::known_address(register, &answers) != address_before => Err(vec![lost]),
            Some(_) | None => Ok(answers),
        });
        let second = self.read_second(by, register, typed);
        match (answers, second) {
            (Ok(answers), Ok(second)) => Ok((answers, second)),
            (answers, second) => Err(EntryProblems { fields: answers.err().unwrap_or_default(), second: second.err() }),
        }
    }

    /// What is wrong with the address of a device that an entry says is lost or stolen: the gate would let in none with it.
    pub(crate) fn lost_device(
        &self,
        by: &Authorised,
        register: &Register,
        answers: &FormAnswers,
    ) -> Option<FieldProblem> {
        let (field, address) = devices::known_address(register, answers)?;
        let known = self.known(by);
        let is_lost = known.feed.directory.device_at(address).iter().any(|device| device.is_lost);
        let wrong = WrongAnswer::DeviceLost { answer: address.to_string() };
        is_lost.then(|| FieldProblem { field: field.to_owned(), wrong })
    }

    fn read_second(&self, by: &Authorised, register: &Register, typed: Typed<'_>) -> Result<Option<PersonId>, String> {
        let people_index = self.people_index(by);
        let (username, today) = (typed.second.trim(), self.today());
        let found = people_index.named(username).and_then(|record| people_index.here(record.person.id));
        if !username.is_empty() && found.is_none() && !registers::second_of(register).is_empty() {
            return Err(format!(
                "There is nobody with the username ‘{username}’. Ask them or the school office for it."
            ));
        }
        let roles: Option<(PersonId, RoleSet)> = found.map(|person| {
            let stood_in_for = people_index.roles_stood_in_for(person, today, &self.roles());
            (person.id, person.roles.union(&stood_in_for))
        });
        let named = roles.as_ref().map(|(person, roles)| (*person, roles));
        registers::second(register, typed.writers, named).map_err(|wrong| {
            let roles = role_words(&self.roles(), registers::second_of(register));
            match wrong {
                WrongSecond::Missing => format!("Name the second person who was there: {roles}."),
                WrongSecond::TheWriter => format!("The second person has to be somebody else: {roles}."),
                WrongSecond::NotOfRole => format!("The clause asks for somebody else to be there: {roles}."),
            }
        })
    }
}
