//! Who may look at monitored data.

use std::str::FromStr;

use domain::{Role, Roles, Span};

use crate::document::Document;
use crate::kinds::{Acts, Sentences, choices, kind};
use crate::state::State;
use crate::value::{Word, join, value_of_word};
use crate::wording::{self, upper_first};

choices! {
    /// Data that may be looked at.
    Data, "kind of data", "kinds of data" {
        Web = "web", "use of the web";
        Mail = "mail", "mail";
        Files = "files", "files";
        Calls = "calls", "telephone calls";
        SignIns = "sign-ins", "sign-ins";
        Images = "images", "images";
        Registers = "registers", "registers";
        Reports = "reports", "reports";
        Other = "other", "other records";
    }
}

choices! {
    /// What somebody may do with monitored data.
    ViewAct, "act", "acts" {
        Inspect = "inspect", "inspect";
        Monitor = "monitor", "monitor";
        Intercept = "intercept", "intercept";
        Assess = "assess", "assess";
        Record = "record", "record";
        Disclose = "disclose", "disclose";
    }
}

/// When somebody whose data was looked at is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tell {
    AtOnce,
    /// So long after the purpose was stated.
    After(Span),
    /// At once, or later where the viewer says until when and why: telling can put a child at risk.
    WhenTheViewerSays,
}

impl Word for Tell {
    const WRITTEN: &'static str = "`\"at once\"`, `\"after …\"` and a length of time, or `\"when the viewer says\"`";
    const SEVERAL: &'static str = "times";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        let wrong = || {
            let mend = "write 'at once', 'after 30 days' or 'when the viewer says'".to_owned();
            (format!("'{text}' does not say when the person is told"), mend)
        };
        match text.trim() {
            "at once" => Ok(Tell::AtOnce),
            "when the viewer says" => Ok(Tell::WhenTheViewerSays),
            other => {
                let span = other.strip_prefix("after ").ok_or_else(wrong)?;
                Span::from_str(span).map(Tell::After).map_err(|_| wrong())
            }
        }
    }
}

value_of_word!(Tell);

impl Tell {
    fn sentence(self) -> String {
        match self {
            Tell::AtOnce => "The person is told at once.".to_owned(),
            Tell::After(span) => format!("The person is told {span} later."),
            Tell::WhenTheViewerSays => {
                "The person is told at once, or later where whoever looks records why telling them now would do harm."
                    .to_owned()
            }
        }
    }
}

kind! {
    /// Who may look at monitored data, and for what purposes.
    View, "view": "Who may look at monitored data, and for what purposes.", r#"what          = ["web", "sign-ins"]
who           = ["dsl"]
purposes      = ["Keeping a pupil safe", "Following up an alert"]
second-person = ["headteacher"]
tell          = "after 30 days""# {
        what "what": Vec<Data>, required: "What may be looked at."
            => Acts::Depends("rules::viewing", View::weight_of_what);
        who "who": Vec<Role>, required: "Who may look."
            => Acts::Depends("rules::viewing", View::weight);
        purposes "purposes": Vec<String>, required: "The purposes, one of which the viewer states."
            => Acts::Depends("rules::viewing", View::weight);
        second_person "second-person": Option<Vec<Role>>, optional: "Of whom one must be present or agree."
            => Acts::Depends("rules::viewing", View::weight);
        tell "tell": Tell, or Tell::WhenTheViewerSays, "when the viewer says":
            "When somebody whose use of the web was looked at is told of it."
            => Acts::Depends("rules::viewing", View::weight);
        acts "acts": Option<Vec<ViewAct>>, optional: "What those who look may do. Left out: look."
            => Acts::Nothing;
        marked_personal "marked-personal": Option<String>, optional: "What holds for what is marked as personal."
            => Acts::Nothing;
    }
}

impl View {
    /// Nobody can look at the use of the web but by such a clause; other data is not in the software's hands.
    fn weight(&self, _: &Document) -> State {
        if self.what.contains(&Data::Web) { State::Enforced } else { State::Word }
    }

    fn weight_of_what(&self, _: &Document) -> State {
        if self.what.iter().all(|what| *what == Data::Web) { State::Enforced } else { State::Word }
    }
}

impl View {
    /// What Schoolgate does by this clause, in words: who may look at the use of the web. Empty where it is about other data
    /// alone.
    pub fn what_is_done(&self, catalogue: &Roles) -> Vec<String> {
        if !self.what.contains(&Data::Web) {
            return Vec::new();
        }
        let mut sentences = self.looking(catalogue, &[Data::Web]);
        sentences.push(self.tell.sentence());
        sentences
    }

    /// What the clause says beside that, in words, and that Schoolgate does nothing about it.
    pub fn what_is_not_done(&self, catalogue: &Roles) -> Vec<String> {
        let shown = self.what.contains(&Data::Web);
        let others: Vec<Data> = self.what.iter().copied().filter(|data| *data != Data::Web).collect();
        let mut sentences = if shown { Vec::new() } else { self.looking(catalogue, &others) };
        if shown && !others.is_empty() {
            sentences.push(format!(
                "The policy lets {} look at {} too. Schoolgate shows nobody any of that by this clause.",
                wording::roles(catalogue, &self.who, "and"),
                in_words(&others)
            ));
        }
        if let Some(acts) = &self.acts {
            let acts = join(acts.iter().map(|act| act.words().to_owned()).collect(), "and");
            let shown = if shown { " Schoolgate lets them look, and no more." } else { "" };
            let who = wording::roles(catalogue, &self.who, "and");
            sentences.push(format!("The policy lets {who} {acts} what they may look at.{shown}"));
        }
        if let Some(marked) = &self.marked_personal {
            let marked = marked.trim_end_matches('.');
            let shown = if shown { " Schoolgate does not know what is marked." } else { "" };
            sentences.push(format!("What is marked personal: {marked}.{shown}"));
        }
        sentences
    }

    fn looking(&self, catalogue: &Roles, what: &[Data]) -> Vec<String> {
        let who = upper_first(&wording::roles(catalogue, &self.who, "and"));
        let mut sentences = vec![
            format!("{who} may look at {}, stating why.", in_words(what)),
            format!("The purposes are: {}.", self.purposes.join("; ")),
        ];
        if let Some(second) = &self.second_person {
            sentences.push(format!("A second person is needed: {}.", wording::roles(catalogue, second, "or")));
        }
        sentences
    }
}

fn in_words(what: &[Data]) -> String {
    join(what.iter().map(|data| data.words().to_owned()).collect(), "and")
}

impl Sentences for View {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let mut sentences = self.what_is_done(catalogue);
        sentences.extend(self.what_is_not_done(catalogue));
        sentences
    }
}
