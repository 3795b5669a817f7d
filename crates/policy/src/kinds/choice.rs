//! One of several, of which the school has taken one.

use domain::Roles;

use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Id, join};

kind! {
    /// Which of several options the school has taken.
    Choice, "choice": "Which of several options the school has taken. It is part of the policy's text, so that a version, its approval and its signatures hold it.", r#"id      = "pictures-off-site"
options = ["never", "on encrypted memory", "by another secure means"]
taken   = ["on encrypted memory"]"# {
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        options "options": Vec<String>, required: "What there was to choose from."
            => Acts::Shows("the policy's page", |_| true);
        taken "taken": Vec<String>, required: "What the school has taken: of the options, to the letter."
            => Acts::Shows("the policy's page", |_| true);
    }
}

impl Sentences for Choice {
    fn sentences(&self, _: &Roles) -> Vec<String> {
        let quoted = |texts: &[String]| texts.iter().map(|text| format!("'{text}'")).collect();
        vec![format!(
            "Of {}, the school has chosen {}.",
            join(quoted(&self.options), "and"),
            join(quoted(&self.taken), "and")
        )]
    }
}
