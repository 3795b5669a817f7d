//! What is kept back from deletion, and by whom.

use domain::{Role, Roles};

use crate::kinds::{Acts, Sentences, kind};
use crate::value::Id;
use crate::wording::{self, upper_first};

kind! {
    /// What is kept back from deletion while something is open.
    Hold, "hold": "What is kept back from deletion while something is open.", r#"about     = "everything that a person's request to see their data covers"
opened-by = ["data-protection-lead"]"# {
        about "about": String, required: "What is kept back."
            => Acts::Nothing;
        register "register": Option<Id>, optional: "The register whose open entries hold it, by its id."
            => Acts::Nothing;
        opened_by "opened-by": Vec<Role>, required: "Who begins it and ends it."
            => Acts::Nothing;
    }
}

impl Sentences for Hold {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let until = match &self.register {
            Some(register) => format!(" while an entry of the register '{register}' is open"),
            None => String::new(),
        };
        let roles = upper_first(&wording::roles(catalogue, &self.opened_by, "or"));
        let verb = if wording::are_several(catalogue, &self.opened_by) { "begin and end" } else { "begins and ends" };
        vec![format!("Nothing of this is deleted{until}: {}. {roles} {verb} it.", self.about.trim_end_matches('.'))]
    }
}
