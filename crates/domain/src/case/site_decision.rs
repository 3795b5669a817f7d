//! What those who have a report of a site say about that site.

use serde::{Deserialize, Serialize};

use crate::case::CaseEvent;
use crate::{Host, PolicyId};

crate::names::vocabulary! {
    /// What is decided about a site that was reported.
    SiteDecision, "decision about a site" {
        Close = "site-closed", "closed the site";
        LeaveOpen = "site-left-open", "left the site open";
        Reopen = "site-reopened", "opened the site again";
    }
}

/// A site that the school has closed by a report: nothing more of it leaves the records for the gate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClosedSite {
    /// The host, closed with everything under it.
    pub host: Host,
    /// The policy of the report, which says whom it concerns.
    pub policy: PolicyId,
    /// The report's clause, which is cited.
    pub clause: String,
}

impl CaseEvent {
    /// Whether whoever reported it reads of it, as of an answer.
    pub fn answers_reporter(&self) -> bool {
        matches!(self, CaseEvent::Answered { .. } | CaseEvent::SiteDecided { .. })
    }
}
