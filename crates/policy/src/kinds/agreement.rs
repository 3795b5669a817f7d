//! Who must sign.

use domain::{Role, Roles, Span};

use crate::document::Document;
use crate::kinds::{Acts, Sentences, choices, kind};
use crate::rules::signing;
use crate::state::State;
use crate::value::{Every, Id, Who, join};
use crate::wording;

choices! {
    /// Whose signature is asked for.
    Signer, "signer", "signers" {
        Own = "self", "the person";
        Parent = "parent", "a parent or carer";
    }
}

choices! {
    /// What is asked of the signer.
    How, "way of agreeing", "ways of agreeing" {
        Sign = "sign", "signs";
        Shown = "shown", "is shown the text";
    }
}

choices! {
    /// What waits for the signature.
    Before, "thing that waits", "things that wait" {
        Access = "access", "the web is opened";
        Account = "account", "an account is given";
    }
}

kind! {
    /// Who must sign the policy, when, for whom, and who accepts it for the school.
    Agreement, "agreement": "Who must sign the policy, when, for whom, and who accepts it for the school.", r#"by     = ["self", "parent"]
before = "access"
again  = "every 12 months""# {
        by "by": Vec<Signer>, required: "Whose signatures are needed."
            => Acts::Depends("rules::signing", Agreement::weight);
        who "for": Option<Who>, optional: "Who must sign. Left out: the audiences that the policy speaks to."
            => Acts::Depends("rules::signing", Agreement::weight);
        how "how": How, or How::Sign, "sign": "Whether a signature is asked for, or the text is shown and that is noted."
            => Acts::Depends("rules::signing", Agreement::weight);
        before "before": Option<Before>, optional: "What waits until it is signed. Left out: nothing waits."
            => Acts::Depends("rules::signing", Agreement::weight_of_before);
        again "again": Option<Every>, optional: "How often it is signed anew. Left out: once for each new version."
            => Acts::Depends("rules::signing", Agreement::weight);
        grace "grace": Option<Span>, optional: "How long after the signature falls due nothing is withheld yet."
            => Acts::Depends("rules::signing", Agreement::weight);
        countersign "countersign": Option<Vec<Role>>, optional: "Which roles may accept the signature for the school."
            => Acts::Depends("rules::signing", Agreement::weight_of_countersign);
        part "part": Option<Vec<String>>, optional:
            "The titles of the parts (headings of level 2) that these people read and sign. Left out: the whole policy."
            => Acts::Enforced("rules::signing");
        ticks "ticks": Option<Vec<String>>, optional: "Sentences that each signer ticks before they sign."
            => Acts::Depends("rules::signing", Agreement::weight);
        read_again "read-again": Option<Vec<Id>>, optional: "Other policies that signers read again when they change, by their ids."
            => Acts::Nothing;
        may_wait "may-wait": bool, or false, "false": "Whether somebody may answer 'not yet: I am taking advice'."
            => Acts::Nothing;
        needs "needs": Option<Vec<String>>, optional: "Fields that the form prints: `name`, `role`, `date`."
            => Acts::Shows("the signing page", Agreement::page_knows_needs);
    }
}

impl Agreement {
    /// What is asked before the web opens is enforced; other signatures are asked for, kept and reminded of.
    fn weight(&self, _: &Document) -> State {
        if self.before.is_some() { State::Enforced } else { State::Recorded }
    }

    /// The web waits for the signature; no account is withheld.
    fn weight_of_before(&self, _: &Document) -> State {
        match self.before {
            Some(Before::Account) => State::Word,
            _ => State::Enforced,
        }
    }

    /// The web waits for the acceptance, but not where there is a time of grace.
    fn weight_of_countersign(&self, document: &Document) -> State {
        match self.countersign {
            Some(_) if !signing::waits_for_acceptance(self) => State::Recorded,
            _ => self.weight(document),
        }
    }

    /// The page prints a role and a date and asks for a name, which is the signature; it knows no other field.
    fn page_knows_needs(&self) -> bool {
        let known = |need: &String| ["signature", "name", "role", "date"].contains(&need.as_str());
        self.needs.iter().flatten().all(known)
    }
}

impl Sentences for Agreement {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let who = self
            .who
            .as_ref()
            .map_or_else(|| "everyone whom the policy speaks to".to_owned(), |who| wording::who(catalogue, who));
        let by = join(self.by.iter().map(|signer| signer.words().to_owned()).collect(), "and");
        let mut sentences = vec![match self.how {
            How::Sign => format!("A signature is asked of {who}, given by {by}."),
            How::Shown => format!("The text is shown to {who}, and that they have seen it is noted. Nobody signs."),
        }];
        if let Some(before) = self.before {
            sentences.push(format!("It is asked for before {}.", before.words()));
        }
        if let Some(again) = self.again {
            sentences.push(format!("It is asked for again {again}, and for each new version."));
        }
        if let Some(grace) = self.grace {
            sentences.push(format!("Nothing is withheld for the first {grace}."));
        }
        if let Some(countersign) = &self.countersign {
            sentences
                .push(format!("It is accepted for the school by {}.", wording::roles(catalogue, countersign, "or")));
        }
        if let Some(part) = &self.part {
            let names = part.iter().map(|title| format!("'{title}'")).collect();
            sentences.push(format!("They read and sign the part {} alone.", join(names, "and")));
        }
        if let Some(ticks) = &self.ticks {
            let ticks = ticks.iter().map(|tick| format!("'{}'", tick.trim_end_matches('.'))).collect();
            sentences.push(format!("Before that they tick {}.", join(ticks, "and")));
        }
        if let Some(policies) = &self.read_again {
            let names = policies.iter().map(|id| format!("'{id}'")).collect();
            sentences.push(format!("They read {} again when it changes.", join(names, "and")));
        }
        if self.may_wait {
            sentences.push("They may answer 'not yet' while they take advice.".to_owned());
        }
        if let Some(needs) = &self.needs {
            sentences.push(format!("The form prints {}.", wording::fields(needs)));
        }
        sentences
    }
}
