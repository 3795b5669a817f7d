//! The history of a case: what happened, line by line.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::case::{CaseAction, CaseLine, SiteDecision};
use crate::{ActionId, CaseId, EntryId, ExportId, Host, PersonId, Role};

/// One line of a case's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEntry {
    pub at: Timestamp,
    pub by: PersonId,
    pub what: CaseEvent,
}

/// What happened, as the history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseEvent {
    TakenUp {
        from: Option<PersonId>,
    },
    Noted {
        text: String,
    },
    WrittenDown(CaseLine),
    Answered {
        text: String,
    },
    PassedOn {
        to: Role,
        note: String,
    },
    /// It is about somebody, and by the clause it goes to these roles instead.
    IsAbout {
        person: PersonId,
        to: Vec<Role>,
    },
    ActionSet(CaseAction),
    /// What came of an action, in whose words it was set.
    ActionDone {
        action: ActionId,
        text: String,
        outcome: String,
    },
    /// Since when it is known was put right.
    KnownSinceCorrected {
        before: Timestamp,
        since: Timestamp,
        reason: String,
    },
    Linked {
        to: CaseId,
    },
    Unlinked {
        to: CaseId,
    },
    /// What an entry in a register lists was said to be lost or stolen.
    SaidLost {
        entry: EntryId,
    },
    /// Whether the site that it is of is closed.
    SiteDecided {
        site: Host,
        decision: SiteDecision,
        reason: String,
    },
    /// It was handed out, alone or with others, as one file.
    Exported {
        export: ExportId,
        to: String,
        reason: String,
    },
    /// Whoever the file was for has confirmed that they have it.
    ReceiptNoted {
        export: ExportId,
        by: String,
        on: Date,
    },
    /// Nobody will confirm that they have the file.
    NoReceipt {
        export: ExportId,
        reason: String,
    },
    /// People left, hold other roles or teach other classes, and these have it no longer, and those have it now.
    HandedOver {
        had: Vec<PersonId>,
        have: Vec<PersonId>,
    },
    Closed {
        reason: String,
    },
    Reopened {
        reason: String,
    },
}
