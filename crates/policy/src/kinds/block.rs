//! What the gate closes.

use domain::{PeriodSet, Roles};

use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Id, Sites, Who};
use crate::wording::{self, upper_first};

kind! {
    /// Closes sites at the gate.
    Block, "block": "Closes sites at the gate.", r#"sites  = ["social-networks", "reddit.com"]
for    = ["pupil"]
during = ["lessons"]
unless = "lesson-site"
reason = "Social networks wait until after lessons.""# {
        sites "sites": Sites, required: "What is closed."
            => Acts::Enforced("the gate's verdict");
        who "for": Who, or Who::everyone(), "everyone": "For whom it is closed."
            => Acts::Enforced("the gate's verdict");
        except "except": Who, or Who::nobody(), "nobody": "Who is left out."
            => Acts::Enforced("the gate's verdict");
        during "during": Option<PeriodSet>, optional: "When it is closed. Left out: always."
            => Acts::Enforced("the gate's verdict");
        unless "unless": Option<Id>, optional: "The permission that opens it again, by its id in this policy."
            => Acts::Enforced("the gate's verdict");
        reason "reason": Option<String>, optional: "One plain sentence for the page that a blocked person sees."
            => Acts::Shows("the page that says 'blocked'", |_| true);
    }
}

impl Sentences for Block {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let when = wording::during(self.during);
        let sites = wording::sites(&self.sites, "or");
        let who = if self.who.everyone && self.except.is_nobody() {
            "Nobody may open".to_owned()
        } else if self.who.everyone {
            format!("Nobody except {} may open", wording::who(catalogue, &self.except))
        } else {
            format!("{} may not open", upper_first(&wording::who_except(catalogue, &self.who, &self.except)))
        };
        let mut sentences = vec![format!("{who} {sites}{when}.")];
        if let Some(unless) = &self.unless {
            sentences.push(format!("The permission '{unless}' opens it again for those who hold it."));
        }
        sentences
    }
}
