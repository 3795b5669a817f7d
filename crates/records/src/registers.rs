//! Grants and sanctions.

pub(crate) mod grants;
pub(crate) mod sanctions;

pub use grants::GrantRecord;
