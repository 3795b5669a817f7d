//! What may follow a breach.

use domain::{Role, Roles};

use crate::document::Document;
use crate::kinds::{Acts, Sentences, choices, kind};
use crate::state::State;
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
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        who "for": Who, or Who::everyone(), "everyone": "Whose breach."
            => Acts::Depends("rules::sanctions", Sanction::weight);
        may "may": Vec<Measure>, or Vec::new(), "nothing": "What may follow."
            => Acts::Depends("rules::sanctions", Sanction::weight_of_may);
        must "must": Option<Vec<Measure>>, optional: "What follows in any case."
            => Acts::Nothing;
        by_code "by-code": Option<String>, optional: "The procedure or code of conduct by which it is decided."
            => Acts::Nothing;
        grounds "grounds": Option<Vec<String>>, optional: "For which breaches. Left out: for any."
            => Acts::Nothing;
        decides "decides": Vec<Role>, required: "Who decides: any one of these roles."
            => Acts::Depends("rules::sanctions", Sanction::weight);
    }
}

impl Sanction {
    /// Access is withdrawn at the gate; every other measure is people's.
    fn weight(&self, _: &Document) -> State {
        if self.may.contains(&Measure::WithdrawAccess) { State::Enforced } else { State::Word }
    }

    fn weight_of_may(&self, _: &Document) -> State {
        if self.may.iter().all(|measure| *measure == Measure::WithdrawAccess) { State::Enforced } else { State::Word }
    }
}

impl Sentences for Sanction {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let measures = |measures: &[Measure], conjunction| {
            join(measures.iter().map(|measure| measure.words().to_owned()).collect(), conjunction)
        };
        let may = (!self.may.is_empty()).then(|| format!("may bring {}", measures(&self.may, "or")));
        let must = self.must.as_deref().map(|must| format!("always brings {}", measures(must, "and")));
        let brings: Vec<String> = must.into_iter().chain(may).collect();
        let mut sentences = vec![format!(
            "A breach by {} {}. {} {}.",
            wording::who(catalogue, &self.who),
            brings.join(", and "),
            upper_first(&wording::roles(catalogue, &self.decides, "or")),
            wording::decides(catalogue, &self.decides),
        )];
        sentences.extend(self.by_code.as_ref().map(|code| format!("It is decided by {code}.")));
        sentences
            .extend(self.grounds.as_ref().map(|grounds| format!("It is for these breaches: {}.", grounds.join("; "))));
        sentences
    }
}
