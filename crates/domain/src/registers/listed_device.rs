//! What the gate needs to know of a device that a register lists.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{EntryId, PolicyId};

/// An entry that lists a device: nothing more of it leaves the records for the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedDevice {
    pub entry: EntryId,
    pub policy: PolicyId,
    /// The register's id in its policy.
    pub register: String,
    /// When what the entry writes down begins, where it may be to come; the verdict looks at it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// When what the entry writes down ends; the verdict looks at it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether it is marked as lost or stolen, so that no entry lets it in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_lost: bool,
}

impl ListedDevice {
    pub fn is_listed(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}
