//! What people learn, and when.

use domain::Roles;

use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Every, Id, Who};
use crate::wording::{self, upper_first};

kind! {
    /// What people learn, and when.
    Training, "training": "What people learn, and when.", r#"id       = "online-safety"
title    = "Staying safe online"
who      = ["pupil", "staff"]
every    = "every 12 months"
at-start = true"# {
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        title "title": String, required: "What people read."
            => Acts::Names;
        who "who": Who, required: "Who takes part."
            => Acts::Nothing;
        every "every": Option<Every>, optional: "How often."
            => Acts::Nothing;
        at_start "at-start": bool, or false, "false": "Whether also when somebody starts."
            => Acts::Nothing;
    }
}

impl Sentences for Training {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let when = match (self.at_start, self.every) {
            (true, Some(every)) => format!("when they start and {every}"),
            (true, None) => "when they start".to_owned(),
            (false, Some(every)) => every.to_string(),
            (false, None) => "when it is offered".to_owned(),
        };
        vec![format!(
            "The training '{}' is for {}, {when}.",
            upper_first(&self.title),
            wording::who(catalogue, &self.who)
        )]
    }
}
