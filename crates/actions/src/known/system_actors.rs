//! Those who act without being people of the school, as the ledger names them.

use domain::PersonId;
use uuid::Uuid;

/// Identifiers that no person of the school has: theirs are of UUID's seventh version.
pub(crate) const OPERATOR: PersonId = PersonId(Uuid::nil());
pub(crate) const PROGRAM: PersonId = PersonId(Uuid::from_u128(1));
pub(crate) const UNIDENTIFIED: PersonId = PersonId(Uuid::max());

pub(crate) const OPERATOR_NAME: &str = "The program's operator";
pub(crate) const PROGRAM_NAME: &str = "The program itself";
