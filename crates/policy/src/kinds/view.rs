//! Who may look at monitored data.

use domain::{Role, Roles};

use crate::kinds::{Sentences, choices, kind};
use crate::value::join;
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

kind! {
    /// Who may look at monitored data, and for what purposes.
    View, "view": "Who may look at monitored data, and for what purposes.", r#"what          = ["web", "sign-ins"]
who           = ["dsl"]
purposes      = ["Keeping a pupil safe", "Following up an alert"]
second-person = ["headteacher"]"# {
        what "what": Vec<Data>, required: "What may be looked at.";
        who "who": Vec<Role>, required: "Who may look.";
        purposes "purposes": Vec<String>, required: "The purposes, one of which the viewer states.";
        second_person "second-person": Option<Vec<Role>>, optional: "Of whom one must be present or agree.";
        marked_personal "marked-personal": Option<String>, optional: "What holds for what is marked as personal.";
    }
}

impl Sentences for View {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let what = join(self.what.iter().map(|data| data.words().to_owned()).collect(), "and");
        let mut sentences = vec![format!(
            "{} may look at {what}, stating why.",
            upper_first(&wording::roles(catalogue, &self.who, "and"))
        )];
        sentences.push(format!("The purposes are: {}.", self.purposes.join("; ")));
        if let Some(second) = &self.second_person {
            sentences.push(format!("A second person is needed: {}.", wording::roles(catalogue, second, "or")));
        }
        if let Some(marked) = &self.marked_personal {
            sentences.push(format!("What is marked personal: {}.", marked.trim_end_matches('.')));
        }
        sentences
    }
}
