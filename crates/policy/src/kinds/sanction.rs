//! What may follow a breach.

use domain::{Role, Roles};

use crate::kinds::{Sentences, choices, kind};
use crate::value::{Id, Who, join};
use crate::wording::{self, upper_first};

choices! {
    /// What may follow a breach.
    Measure, "measure", "measures" {
        WithdrawAccess = "withdraw-access", "access to the web withdrawn";
        WithdrawMail = "withdraw-mail", "mail withdrawn";
        WithdrawPersonalUse = "withdraw-personal-use", "personal use withdrawn";
        Discipline = "discipline", "disciplinary steps";
        BehaviourPolicy = "behaviour-policy", "what the behaviour policy says";
        EndContract = "end-contract", "the end of the contract";
        ReferToPolice = "refer-to-police", "a report to the police";
        Other = "other", "something else that fits";
    }
}

kind! {
    /// What may follow a breach.
    Sanction, "sanction": "What may follow a breach.", r#"id      = "access-withdrawn"
for     = ["pupil"]
may     = ["withdraw-access", "behaviour-policy"]
decides = ["headteacher"]"# {
        id "id": Id, required: "Its name, unique in the policy.";
        who "for": Who, or Who::everyone(), "everyone": "Whose breach.";
        may "may": Vec<Measure>, required: "What may follow.";
        decides "decides": Vec<Role>, required: "Who decides: any one of these roles.";
    }
}

impl Sentences for Sanction {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let may = join(self.may.iter().map(|measure| measure.words().to_owned()).collect(), "or");
        vec![format!(
            "A breach by {} may bring {may}. {} {}.",
            wording::who(catalogue, &self.who),
            upper_first(&wording::roles(catalogue, &self.decides, "or")),
            wording::decides(catalogue, &self.decides),
        )]
    }
}
