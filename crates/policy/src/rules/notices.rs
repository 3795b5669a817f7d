//! Which clauses are shown as notices.

use crate::document::{Clause, Document};
use crate::kinds::{Occasion, Rule};

/// The clauses of a policy whose text is shown on an occasion, in their order.
pub fn shown(document: &Document, occasion: Occasion) -> impl Iterator<Item = &Clause> {
    document.clauses.iter().filter(move |clause| {
        clause.rules.iter().any(|rule| matches!(rule, Rule::Notice(notice) if notice.at.contains(&occasion)))
    })
}
