//! Who signs.

use super::{Answer, Run, names, same, standing};
use crate::example::{Actor, Signing};
use crate::kinds::{Agreement, How, Signer};
use crate::rules::signing;
use crate::somebody::Somebody;
use crate::value::join;

impl Run<'_> {
    /// Without a clause named, the agreement that asks the most is the one to see.
    pub(super) fn signs(&self, who: &Actor, expected: &Signing, clause: Option<&str>) -> Answer {
        let standing = standing(who);
        let somebody = Somebody::from(&standing);
        let asked = match clause.map(|clause| self.document.clause(clause)) {
            None => signing::agreements(self.document, somebody).first().copied(),
            Some(clause) => {
                clause.and_then(|clause| Some((clause, signing::agreement_of(clause, self.document, somebody)?)))
            }
        };
        let Some((stands, agreement)) = asked else {
            let agrees = *expected == Signing::Nothing;
            return Answer {
                words: "nothing".to_owned(),
                agrees,
                clauses: clause.map(str::to_owned).into_iter().collect(),
            };
        };
        Answer {
            words: signing_words(agreement),
            agrees: is_asked(agreement, expected),
            clauses: vec![stands.id.clone()],
        }
    }
}

fn signing_words(agreement: &Agreement) -> String {
    if agreement.how == How::Shown {
        return "shown".to_owned();
    }
    let signers = agreement.by.iter().map(|signer| signer.name().to_owned()).collect();
    let mut words = join(signers, "and");
    if let Some(roles) = &agreement.countersign {
        words.push_str(&format!(" then countersigner {}", names(roles, "or")));
    }
    if let Some(parts) = &agreement.part {
        words.push_str(&format!(" reading \"{}\"", parts.join("\" and \"")));
    }
    words
}

fn is_asked(agreement: &Agreement, expected: &Signing) -> bool {
    match expected {
        Signing::Shown => agreement.how == How::Shown,
        Signing::Nothing => false,
        Signing::Signs { own, parent, countersigned_by, reading } => {
            agreement.how == How::Sign
                && agreement.by.contains(&Signer::Own) == *own
                && agreement.by.contains(&Signer::Parent) == *parent
                && same(countersigned_by.as_deref(), agreement.countersign.as_deref())
                && reading.as_ref().is_none_or(|part| agreement.part.as_deref() == Some(std::slice::from_ref(part)))
        }
    }
}
