//! That a register was checked.

use jiff::Timestamp;

use crate::{PersonId, PolicyId, Version};

/// One check of a register: somebody who keeps it went through what it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterCheck {
    pub policy: PolicyId,
    pub version: Version,
    /// The register's id in its policy.
    pub register: String,
    pub by: PersonId,
    pub at: Timestamp,
    /// How many entries held then, of those that they read.
    pub entries: u64,
    /// What they found, where they said so.
    pub finding: String,
}
