//! What needs a yes, and from whom.

use domain::{Roles, Span};

use crate::document::Document;
use crate::kinds::{Acts, Rule, Sentences, choices, kind};
use crate::state::State;
use crate::value::{Id, Who, Word, value_of_word};
use crate::wording;

/// When a consent ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentEnd {
    /// So long after it was given.
    Span(Span),
    /// At the end of the school year.
    EndOfYear,
}

impl Word for ConsentEnd {
    const WRITTEN: &'static str = "a length of time, or `\"end of year\"`";
    const SEVERAL: &'static str = "ends";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        match text.trim() {
            "end of year" => Ok(ConsentEnd::EndOfYear),
            span => Span::word(span, roles).map(ConsentEnd::Span),
        }
    }
}

value_of_word!(ConsentEnd);

choices! {
    /// What it means when nobody answers.
    Silence, "meaning of silence", "meanings of silence" {
        No = "no", "a no";
    }
}

kind! {
    /// What needs a yes, and from whom.
    Consent, "consent": "What needs a yes, and from whom.", r#"id      = "photographs"
title   = "Photographs on the website"
from    = ["parent"]
about   = ["pupil"]
for     = "showing a child's photograph on the school's website"
expires = "end of year"
veto    = ["pupil"]"# {
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        title "title": String, required: "What people read on the form."
            => Acts::Names;
        from "from": Who, required: "Whose yes is needed. `\"person-concerned\"`: of the person themselves; `\"parent\"`: of one of their parents."
            => Acts::Depends("rules::consents", Consent::weight);
        about "about": Who, required: "About whom it is."
            => Acts::Depends("rules::consents", Consent::weight);
        purpose "for": String, required: "What the yes is for."
            => Acts::Shows("the page of the request", |_| true);
        purposes "purposes": Option<Vec<String>>, optional: "Purposes to each of which a yes is given by itself."
            => Acts::Nothing;
        silence "silence": Option<Silence>, optional: "What it means when nobody answers. Left out: a no too."
            => Acts::Shows("the page of the request", |_| true);
        expires "expires": Option<ConsentEnd>, optional: "When it ends. Left out: when it is taken back."
            => Acts::Nothing;
        veto "veto": Option<Who>, optional: "Whose no is enough, whatever others say."
            => Acts::Depends("rules::consents", Consent::weight);
    }
}

impl Consent {
    /// A consent is asked for where a request that needs it names people.
    fn weight(&self, document: &Document) -> State {
        let holds_back = document.rules().any(|(_, rule)| match rule {
            Rule::Permission(permission) => {
                permission.consents.as_ref().is_some_and(|ids| ids.contains(&self.id)) && permission.names_people()
            }
            _ => false,
        });
        if holds_back { State::Enforced } else { State::Word }
    }
}

impl Sentences for Consent {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let mut sentences = vec![format!(
            "A yes from {} is needed about {} for {} ('{}').",
            wording::who(catalogue, &self.from),
            wording::who(catalogue, &self.about),
            self.purpose.trim_end_matches('.'),
            self.id,
        )];
        if let Some(purposes) = &self.purposes {
            sentences.push(format!("Each of these is asked for by itself: {}.", purposes.join("; ")));
        }
        if let Some(silence) = self.silence {
            sentences.push(format!("No answer is {}.", silence.words()));
        }
        match self.expires {
            Some(ConsentEnd::Span(span)) => sentences.push(format!("It ends after {span}.")),
            Some(ConsentEnd::EndOfYear) => sentences.push("It ends with the school year.".to_owned()),
            None => {}
        }
        if let Some(veto) = &self.veto {
            sentences.push(format!("A no from {} is enough.", wording::who(catalogue, veto)));
        }
        sentences
    }
}
