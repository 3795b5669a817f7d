//! Which clauses are shown as notices, and which tell people what is watched of theirs.

use crate::document::{Clause, Document};
use crate::kinds::{Occasion, Rule};
use crate::rules::viewing;
use crate::somebody::Somebody;

/// The clauses of a policy whose text is shown on an occasion, in their order.
pub fn shown(document: &Document, occasion: Occasion) -> impl Iterator<Item = &Clause> {
    document.clauses.iter().filter(move |clause| {
        clause.rules.iter().any(|rule| matches!(rule, Rule::Notice(notice) if notice.at.contains(&occasion)))
    })
}

/// Whether a rule tells somebody what is watched of theirs: it watches them, or its policy speaks to them and says who may
/// look or how long things are kept.
pub fn tells_of_watching(document: &Document, rule: &Rule, somebody: Somebody<'_>) -> bool {
    match rule {
        Rule::Watch(watch) => document.concerns(&watch.who, somebody).is_some(),
        Rule::View(_) => viewing::is_told_of(document, somebody.audience),
        Rule::Retain(_) => document.audiences.contains(&somebody.audience),
        _ => false,
    }
}
