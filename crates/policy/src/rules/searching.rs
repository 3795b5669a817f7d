//! By which clause a device may be searched, by whom, and who must be there besides.

use domain::{Audience, PersonId};

use crate::document::{Clause, Document};
use crate::kinds::Register;
use crate::rules::registers::{self, WrongSecond};
use crate::somebody::Somebody;

/// Why a search is not written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongSearch {
    /// No clause lets a device be searched.
    NoClause,
    /// Whoever searched is not one of those who may.
    NotTheirs,
    /// Whoever was there besides does not do.
    Second(WrongSecond),
}

/// The register of searches, with the clause by which devices may be searched.
pub fn register(document: &Document) -> Option<(&Clause, &Register)> {
    registers::registers(document).find(|(_, register)| register.searches)
}

/// The clause by which a device may be searched by whoever writes in its register, with somebody beside them: one of those
/// whom the clause names, or else any other member of staff.
///
/// # Errors
/// A policy without such a clause, somebody who may not search, or nobody beside them who does.
pub fn clause<'d>(
    document: &'d Document,
    searcher: (PersonId, Somebody<'_>),
    beside: (PersonId, Somebody<'_>),
) -> Result<&'d Clause, WrongSearch> {
    let (clause, register) = register(document).ok_or(WrongSearch::NoClause)?;
    if !registers::may_enter(document, register, searcher.1) {
        return Err(WrongSearch::NotTheirs);
    }
    let wrong = if beside.0 == searcher.0 {
        Some(WrongSecond::TheWriter)
    } else if registers::second_of(register).is_empty() {
        (beside.1.audience != Audience::Staff).then_some(WrongSecond::NotOfRole)
    } else {
        registers::second(register, &[searcher.0], Some((beside.0, beside.1.roles))).err()
    };
    wrong.map_or(Ok(clause), |wrong| Err(WrongSearch::Second(wrong)))
}
