//! Who must sign.

use domain::{Role, Roles, Span};

use crate::kinds::{Sentences, choices, kind};
use crate::value::{Every, Who, join};
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
        by "by": Vec<Signer>, required: "Whose signatures are needed.";
        who "for": Option<Who>, optional: "Who must sign. Left out: the audiences that the policy speaks to.";
        how "how": How, or How::Sign, "sign": "Whether a signature is asked for, or the text is shown and that is noted.";
        before "before": Option<Before>, optional: "What waits until it is signed. Left out: nothing waits.";
        again "again": Option<Every>, optional: "How often it is signed anew. Left out: once for each new version.";
        grace "grace": Option<Span>, optional: "How long after the signature falls due nothing is withheld yet.";
        countersign "countersign": Option<Vec<Role>>, optional: "Which roles may accept the signature for the school.";
        needs "needs": Option<Vec<String>>, optional: "Fields that the form prints: `name`, `role`, `date`.";
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
        if let Some(needs) = &self.needs {
            sentences.push(format!("The form prints {}.", wording::fields(needs)));
        }
        sentences
    }
}
