//! What the gate closes.

use domain::PeriodSet;

use crate::kinds::{Sentences, kind};
use crate::value::{Id, Sites, Who};
use crate::wording::{self, upper_first};

kind! {
    /// Closes sites at the gate.
    Block, "block": "Closes sites at the gate." {
        sites "sites": Sites, required: "What is closed.";
        who "for": Who, or Who::everyone(), "everyone": "For whom it is closed.";
        except "except": Who, or Who::nobody(), "nobody": "Who is left out.";
        during "during": Option<PeriodSet>, optional: "When it is closed. Left out: always.";
        unless "unless": Option<Id>, optional: "The permission that opens it again, by its id in this policy.";
        reason "reason": Option<String>, optional: "One plain sentence for the page that a blocked person sees.";
    }
}

impl Sentences for Block {
    fn sentences(&self) -> Vec<String> {
        let who = wording::who_except(&self.who, &self.except);
        let when = wording::during(self.during);
        let mut sentences = vec![format!("{} may not open {}{when}.", upper_first(&who), wording::sites(&self.sites))];
        if let Some(unless) = &self.unless {
            sentences.push(format!("The permission '{unless}' opens it again for those who hold it."));
        }
        sentences
    }
}
