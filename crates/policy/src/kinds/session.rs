//! Sign-out and locking.

use domain::{Roles, Span};

use crate::kinds::{Acts, Sentences, kind};
use crate::value::Who;
use crate::wording;

kind! {
    /// When a session ends by itself.
    Session, "session": "When a session ends by itself. Where several rules bind one person, the strictest holds.", r#"for        = ["staff"]
idle       = "15 minutes"
end-of-day = true"# {
        who "for": Who, or Who::everyone(), "everyone": "Whose sessions."
            => Acts::Enforced("rules::sessions");
        idle "idle": Option<Span>, optional: "After how long without use they end."
            => Acts::Enforced("rules::sessions");
        end_of_day "end-of-day": bool, or false, "false": "Whether they end with the day."
            => Acts::Enforced("rules::sessions");
    }
}

impl Sentences for Session {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let who = wording::who(catalogue, &self.who);
        let mut sentences = Vec::new();
        if let Some(idle) = self.idle {
            sentences.push(format!("A session of {who} ends after {idle} without use."));
        }
        if self.end_of_day {
            sentences.push(format!("Every session of {who} ends with the day."));
        }
        sentences
    }
}
