//! What somebody says to an entry that says what was given to them: that they have it, or why they don't sign for it.

use jiff::Timestamp;

use crate::{EntryId, FormAnswers, PersonId, Version};

/// What one person said to one entry. Of several the newest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySignature {
    pub entry: EntryId,
    pub by: PersonId,
    pub at: Timestamp,
    /// The version of the policy whose clause they were shown.
    pub version: Version,
    /// What they were shown of the entry.
    pub shown: FormAnswers,
    /// Why they don't sign; `None`: they signed.
    pub declined: Option<String>,
    /// Whoever keeps the entry and handed them a device to sign on; `None`: they signed from their own account.
    pub handed_by: Option<PersonId>,
}
