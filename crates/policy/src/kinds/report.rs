//! What is reported, and where it goes.

use domain::{Role, Roles, Span, Within};

use crate::kinds::watch::soon;
use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Id, Routes, Who};
use crate::wording::{self, upper_first};

kind! {
    /// What is reported, by whom, and where it goes by when.
    Report, "report": "What is reported, by whom, and where it goes by when.", r#"id    = "data-breach"
title = "Facts about people have gone astray"
to    = ["data-protection-lead"]
instead-if-about = { data-protection-lead = ["headteacher"] }
within = "at once"
clock  = "72 hours"
refer  = ["regulator"]"# {
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        title "title": String, required: "What people read on the form."
            => Acts::Names;
        who "who": Who, or Who::everyone(), "everyone": "Who may report."
            => Acts::Nothing;
        about "about": Option<String>, optional: "What the report is about."
            => Acts::Nothing;
        to "to": Vec<Role>, required: "Where it goes: to all of these roles."
            => Acts::Nothing;
        instead_if_about "instead-if-about": Option<Routes>, optional:
            "For each role, who gets the report instead where it is about a holder of that role."
            => Acts::Nothing;
        within "within": Option<Within>, optional: "How soon it must be made."
            => Acts::Nothing;
        in_confidence "in-confidence": bool, or false, "false": "Whether the reporter's name stays with those it goes to."
            => Acts::Nothing;
        clock "clock": Option<Span>, optional: "The deadline that outside law or guidance sets, counted from the report."
            => Acts::Nothing;
        refer "refer": Option<Vec<Role>>, optional: "To whom it may be passed on, outside or in."
            => Acts::Nothing;
        needs "needs": Option<Vec<String>>, optional: "Fields that the form asks for."
            => Acts::Nothing;
    }
}

impl Sentences for Report {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let within = self.within.map(soon).unwrap_or_default();
        let mut sentences = vec![format!(
            "{} may report '{}' ({}){within}. It goes to {}.",
            upper_first(&wording::who(catalogue, &self.who)),
            self.id,
            self.title,
            wording::roles(catalogue, &self.to, "and"),
        )];
        for (about, instead) in self.instead_if_about.iter().flat_map(|routes| &routes.0) {
            sentences.push(format!(
                "A report about {} goes to {} instead.",
                catalogue.in_sentence(*about),
                wording::roles(catalogue, instead, "and")
            ));
        }
        if self.in_confidence {
            sentences.push("It is kept in confidence.".to_owned());
        }
        if let Some(clock) = self.clock {
            sentences.push(format!("A clock of {clock} runs from the report."));
        }
        if let Some(refer) = &self.refer {
            sentences.push(format!("It may be passed on to {}.", wording::roles(catalogue, refer, "or")));
        }
        if let Some(needs) = &self.needs {
            sentences.push(format!("The form asks for {}.", wording::fields(needs)));
        }
        sentences
    }
}
