//! Who may report, and to whom a report goes.

use domain::Role;

use crate::document::{Clause, Document};
use crate::kinds::{Report, Rule};
use crate::somebody::Somebody;

/// A report by its id, with the clause that it stands in.
pub fn report<'a>(document: &'a Document, id: &str) -> Option<(&'a Clause, &'a Report)> {
    document.rules().find_map(|(clause, rule)| match rule {
        Rule::Report(report) if &*report.id == id => Some((clause, report)),
        _ => None,
    })
}

/// Whether the clause lets somebody report.
pub fn may_report(document: &Document, report: &Report, somebody: Somebody<'_>) -> bool {
    document.concerns(&report.who, somebody).is_some()
}

/// The roles that a report goes to, where it is about a holder of `about`.
pub fn receivers(report: &Report, about: Option<Role>) -> &[Role] {
    about.and_then(|about| report.instead_if_about.as_ref()?.instead_of(about)).unwrap_or(&report.to)
}
