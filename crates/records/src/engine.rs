//! The database engines: where the records are, transactions, queries, values. All that differs between the two is in `dialect.rs`.

pub(crate) mod dialect;
pub(crate) mod location;
pub(crate) mod query;
pub(crate) mod transaction;
pub(crate) mod values;

pub use location::{Location, LocationError};
