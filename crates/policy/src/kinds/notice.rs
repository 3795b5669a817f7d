//! What people are told again and again.

use domain::Roles;

use crate::kinds::{Acts, Sentences, choices, kind};
use crate::value::join;

choices! {
    /// When a notice is shown.
    Occasion, "occasion", "occasions" {
        SignIn = "sign-in", "on the page where people sign in to the desk";
    }
}

kind! {
    /// When the clause's text is shown as a notice.
    Notice, "notice": "When the clause's text is shown as a notice. Whoever signs in sees it, of whatever audience, and before it is known who they are.", r#"at = ["sign-in"]"# {
        at "at": Vec<Occasion>, required: "When it is shown."
            => Acts::Enforced("rules::notices");
    }
}

impl Sentences for Notice {
    fn sentences(&self, _: &Roles) -> Vec<String> {
        let at = join(self.at.iter().map(|occasion| occasion.words().to_owned()).collect(), "and");
        vec![format!("This text is shown {at}, each time.")]
    }
}
