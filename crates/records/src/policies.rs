//! Versions of policies.

pub(crate) mod versions;

pub use versions::{Approval, VersionRecord, VersionState};
