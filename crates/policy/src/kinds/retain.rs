//! How long things are kept.

use domain::{Roles, Span};

use crate::kinds::{Acts, Sentences, choices, kind};
use crate::value::{Word, value_of_word};
use crate::wording;

choices! {
    /// What happens when the time is up.
    Then, "end", "ends" {
        Delete = "delete", "deleted";
        Review = "review", "looked at again";
        Anonymise = "anonymise", "made anonymous";
    }
}

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepFor {
    Span(Span),
    /// As the school's retention schedule says.
    Schedule,
}

impl Word for KeepFor {
    const WRITTEN: &'static str = "a length of time, or `\"as the retention schedule says\"`";
    const SEVERAL: &'static str = "lengths of time";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        match text.trim() {
            "as the retention schedule says" => Ok(KeepFor::Schedule),
            span => Span::word(span, roles).map(KeepFor::Span),
        }
    }
}

value_of_word!(KeepFor);

kind! {
    /// How long things are kept, and what happens then.
    Retain, "retain": "How long things are kept, and what happens then.", r#"what = ["the record of web use"]
for  = "12 months"
then = "delete""# {
        what "what": Vec<String>, required: "What is kept."
            => Acts::Nothing;
        time "for": KeepFor, required: "How long."
            => Acts::Nothing;
        from "from": Option<String>, optional: "From when it counts. Left out: from when it was written."
            => Acts::Nothing;
        then "then": Then, required: "What happens when the time is up."
            => Acts::Nothing;
        unless_held "unless-held": bool, or true, "true": "Whether a hold keeps it longer."
            => Acts::Nothing;
    }
}

impl Sentences for Retain {
    fn sentences(&self, _: &Roles) -> Vec<String> {
        let time = match self.time {
            KeepFor::Span(span) => format!("for {span}"),
            KeepFor::Schedule => "as long as the retention schedule says".to_owned(),
        };
        let held = if self.unless_held { ", unless a hold keeps it" } else { "" };
        // Nothing in the software goes by it: the sentence says what the policy asks for, and no more.
        let what = wording::list(&self.what);
        let from = self.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        vec![format!("The policy asks for {what} to be kept {time}{from}, then {}{held}.", self.then.words())]
    }
}
