//! When people are signed out of the desk.

use domain::{Roles, Span};

use crate::kinds::{Acts, Sentences, kind};
use crate::value::Who;
use crate::wording;

kind! {
    /// When somebody is signed out of the desk.
    Session, "session": "When people are signed out of the desk, which closes the web where that sign-in had opened it. A sign-in at the proxy with a password goes on, and no screen is locked. Where several rules bind one person, the strictest holds.", r#"for        = ["staff"]
idle       = "15 minutes"
end-of-day = true"# {
        who "for": Who, or Who::everyone(), "everyone": "Who is signed out."
            => Acts::Enforced("rules::sessions");
        idle "idle": Option<Span>, optional: "After how long without use of the desk, or of the web from where they signed in."
            => Acts::Enforced("rules::sessions");
        end_of_day "end-of-day": bool, or false, "false": "Whether at the end of the day too."
            => Acts::Enforced("rules::sessions");
    }
}

impl Sentences for Session {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let who = wording::who(catalogue, &self.who);
        let mut sentences = Vec::new();
        if let Some(idle) = self.idle {
            sentences.push(format!("The desk signs {who} out after {idle} without use."));
        }
        if self.end_of_day {
            sentences.push(format!("The desk signs {who} out at the end of the day."));
        }
        if !sentences.is_empty() {
            let rest = "A sign-in at the proxy with a password, to a computer or to another system goes on.";
            sentences.push(rest.to_owned());
        }
        sentences
    }
}
