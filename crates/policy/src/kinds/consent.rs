//! What needs a yes, and from whom.

use domain::{Roles, Span, Unit};

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
            span => match Span::word(span, roles)? {
                // The school's calendar has no terms beyond those that are set, and a consent without an end would not end.
                Span { unit: Unit::Term, .. } => Err((
                    format!("a consent does not end in terms, as '{span}' has it"),
                    "write it in weeks, months or years, or \"end of year\"".to_owned(),
                )),
                span => Ok(ConsentEnd::Span(span)),
            },
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

choices! {
    /// How often a consent is asked.
    AskedConsent, "way of asking", "ways of asking" {
        Once = "once", "once, and what was said then stands";
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
veto    = ["pupil"]
asked   = "once""# {
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
            => Acts::Depends("rules::standing_consents, where it is asked once", Consent::weight_once);
        silence "silence": Option<Silence>, optional: "What it means when nobody answers. Left out: a no too."
            => Acts::Shows("the pages of the request and of the consents", |_| true);
        expires "expires": Option<ConsentEnd>, optional: "When it ends. Left out: when it is taken back."
            => Acts::Depends("rules::standing_consents", Consent::weight);
        veto "veto": Option<Who>, optional: "Whose no is enough, whatever others say."
            => Acts::Depends("rules::consents", Consent::weight);
        asked "asked": Option<AskedConsent>, optional: "How often it is asked: `\"once\"`, and what was said stands until it ends or is taken back. Left out: anew for each request that needs it."
            => Acts::Depends("rules::standing_consents", Consent::weight_once);
    }
}

impl Consent {
    /// Whether what was said stands, instead of being asked anew for each request.
    pub(crate) fn is_asked_once(&self) -> bool {
        self.asked.is_some()
    }

    /// What only a consent that is asked once has.
    fn weight_once(&self, document: &Document) -> State {
        if self.is_asked_once() { self.weight(document) } else { State::Word }
    }

    /// A consent holds a yes back where a request that needs it names people; one that is asked once is kept on record.
    fn weight(&self, document: &Document) -> State {
        let holds_back = document.rules().any(|(_, rule)| match rule {
            Rule::Permission(permission) => {
                permission.consents.as_ref().is_some_and(|ids| ids.contains(&self.id)) && permission.names_people()
            }
            _ => false,
        });
        if holds_back {
            State::Enforced
        } else if self.is_asked_once() {
            State::Recorded
        } else {
            State::Word
        }
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
        if let Some(asked) = self.asked {
            sentences.push(format!("It is asked {}.", asked.words()));
        }
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
