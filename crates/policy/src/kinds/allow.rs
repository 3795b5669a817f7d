//! What the gate opens.

use domain::{PeriodSet, Roles};

use crate::kinds::block::at_the_gate;
use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Sites, Who};
use crate::wording::{self, upper_first};

kind! {
    /// Opens sites at the gate that another clause of this policy would close.
    Allow, "allow": "Opens sites at the gate that another clause of this policy would close.", r#"sites = ["reddit.com/r/chemistry"]
for   = ["pupil", "group:9B"]"# {
        sites "sites": Sites, required: "What is open."
            => Acts::Enforced("the gate's verdict");
        who "for": Who, or Who::everyone(), "everyone": "For whom it is open."
            => Acts::Enforced("the gate's verdict");
        except "except": Who, or Who::nobody(), "nobody": "Who is left out."
            => Acts::Enforced("the gate's verdict");
        during "during": Option<PeriodSet>, optional: "When it is open. Left out: always."
            => Acts::Depends("the gate's verdict", |allow, _| at_the_gate(allow.during));
    }
}

impl Sentences for Allow {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let who = wording::who_except(catalogue, &self.who, &self.except);
        let when = wording::during(self.during);
        vec![format!("{} may open {}{when}.", upper_first(&who), wording::sites(&self.sites, "and"))]
    }
}
