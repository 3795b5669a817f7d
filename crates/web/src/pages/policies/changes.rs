//! What changes between two texts of a policy, for whom, as a list.

use policy::{Document, PolicyChange, What};

use crate::cells::Cell;
use crate::listing::{Column, ListParams, Listing};

/// Where the clauses of one of the two texts are read: `/policies/pupil-use/v/3`, and the text itself.
pub struct Side<'a> {
    pub href: Option<String>,
    pub document: Option<&'a Document>,
}

impl Side<'_> {
    fn clause(&self, id: &str) -> Option<Cell> {
        let clause = self.document?.clause(id)?;
        let words = format!("{} {}", clause.number, clause.title);
        Some(match &self.href {
            Some(href) => Cell::link(words, format!("{href}#clause-{id}")),
            None => Cell::text(words),
        })
    }
}

pub fn listing(caption: &str, changes: &[PolicyChange], old: &Side, new: &Side, empty: &str) -> Listing {
    let columns = vec![Column::new("Clause"), Column::new("Who for"), Column::new("What changes"), Column::new("Kind")];
    Listing::whole(caption, columns, &ListParams::default(), changes, |change| {
        let clause = match change.clause.as_str() {
            "" => Some(Cell::text("The whole policy")),
            id => new.clause(id).or_else(|| old.clause(id)),
        };
        let kind = match change.what {
            What::Added => Cell::tag("New", "green"),
            What::Removed => Cell::tag("Gone", "red"),
            What::Reworded => Cell::tag("Reworded", "blue"),
            What::RuleChanged => Cell::tag("Does other things", "yellow"),
        };
        vec![
            clause.unwrap_or_else(|| Cell::text(&change.clause)),
            Cell::text(&change.for_whom),
            Cell::text(&change.sentence),
            kind,
        ]
    })
    .empty(empty)
    .plain()
}
