//! What a rule does: one of three states, computed from what the software does with each of its fields.

use serde::Serialize;

use crate::document::{Class, Clause, Document};
use crate::kinds::Rule;

/// What stands behind a rule, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing follows; it rests on each person's word.
    Word,
    /// People act; the software gives them the form, the entry, what falls due and the evidence.
    Recorded,
    /// The software does it or prevents its opposite, whoever wants otherwise.
    Enforced,
}

impl State {
    pub const ALL: [State; 3] = [State::Enforced, State::Recorded, State::Word];

    /// The word that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            State::Enforced => "enforced",
            State::Recorded => "recorded",
            State::Word => "word",
        }
    }

    /// The label that people read beside a clause.
    pub const fn label(self) -> &'static str {
        match self {
            State::Enforced => "Enforced",
            State::Recorded => "Recorded",
            State::Word => "On your word",
        }
    }
}

impl Rule {
    /// The state of a rule of this document: that of its weakest field.
    pub fn state(&self, document: &Document) -> State {
        self.states(document).into_iter().map(|(_, state)| state).min().unwrap_or(State::Word)
    }

    /// What the software does with each field that is written. Safe search locks every engine for everybody where nothing
    /// else is written.
    fn states(&self, document: &Document) -> Vec<(&'static str, State)> {
        let states = self.field_states(document);
        match self {
            Rule::SafeSearch(_) if states.is_empty() => vec![("engines", State::Enforced)],
            _ => states,
        }
    }

    /// Whether the software does anything by it, however little.
    pub fn acts(&self, document: &Document) -> bool {
        self.states(document).into_iter().any(|(_, state)| state != State::Word)
    }

    /// The fields that rest on each person's word.
    pub fn on_word(&self, document: &Document) -> Vec<&'static str> {
        let states = self.field_states(document).into_iter();
        states.filter(|(_, state)| *state == State::Word).map(|(field, _)| field).collect()
    }

    /// The rule without each field that the software acts on and that may be left out, by the field's name: what shows
    /// whether an example or a story rests on the field.
    pub fn without_each_field(&self, document: &Document) -> Vec<(&'static str, State, Rule)> {
        let acting = self.field_states(document).into_iter().filter(|(_, state)| *state != State::Word);
        acting.filter_map(|(field, state)| Some((field, state, self.without(field)?))).collect()
    }
}

impl Clause {
    /// The state of a clause of this document: that of its weakest rule. A clause without a rule rests on each person's
    /// word; `None` for prose, which asks nothing.
    pub fn state(&self, document: &Document) -> Option<State> {
        if self.is(Class::Prose) {
            return None;
        }
        Some(self.rules.iter().map(|rule| rule.state(document)).min().unwrap_or(State::Word))
    }
}
