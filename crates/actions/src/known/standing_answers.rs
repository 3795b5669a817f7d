//! What was said of consents that are asked once, about everybody.

use std::sync::Arc;

use domain::{PersonId, StandingAnswer};
use imbl::HashMap;

/// Answers by whom they are about, each in the order in which they were given.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StandingAnswers(HashMap<PersonId, Arc<[StandingAnswer]>>);

impl StandingAnswers {
    pub(crate) fn new(all: Vec<StandingAnswer>) -> StandingAnswers {
        let mut by_person: HashMap<PersonId, Vec<StandingAnswer>> = HashMap::new();
        for answer in all {
            by_person.entry(answer.about).or_default().push(answer);
        }
        StandingAnswers(by_person.into_iter().map(|(about, answers)| (about, answers.into())).collect())
    }

    /// Puts in anew what was said about a person.
    pub(crate) fn put(&mut self, about: PersonId, answers: Vec<StandingAnswer>) {
        self.0.insert(about, answers.into());
    }

    pub(crate) fn about(&self, person: PersonId) -> &[StandingAnswer] {
        self.0.get(&person).map_or(&[], |answers| &**answers)
    }
}
