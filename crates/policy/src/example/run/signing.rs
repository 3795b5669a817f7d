//! Who signs.

use super::{Answer, Run, names, same, standing};
use crate::example::{Actor, Signing};
use crate::kinds::{Agreement, How, Signer};
use crate::rules::{shown, signing};
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
    let shown = shown::agreement(agreement);
    if shown.how == How::Shown {
        return "shown".to_owned();
    }
    let signers = shown.by.iter().map(|signer| signer.name().to_owned()).collect();
    let mut words = join(signers, "and");
    let accepting = signing::accepting_roles(agreement);
    if !accepting.is_empty() {
        words.push_str(&format!(" then countersigner {}", names(accepting, "or")));
    }
    if let Some(parts) = shown.part {
        words.push_str(&format!(" reading \"{}\"", parts.join("\" and \"")));
    }
    words
}

fn is_asked(agreement: &Agreement, expected: &Signing) -> bool {
    let shown = shown::agreement(agreement);
    match expected {
        Signing::Shown => shown.how == How::Shown,
        Signing::Nothing => false,
        Signing::Signs { own, parent, countersigned_by, reading } => {
            shown.how == How::Sign
                && shown.by.contains(&Signer::Own) == *own
                && shown.by.contains(&Signer::Parent) == *parent
                && same(countersigned_by.as_deref(), Some(signing::accepting_roles(agreement)))
                && reading.as_ref().is_none_or(|part| shown.part == Some(std::slice::from_ref(part)))
        }
    }
}
