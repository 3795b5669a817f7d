//! What is to be done by a time: the reminders before and at it, and to whom it goes where nobody has done it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ActionId, Role};

/// Of what those who are to do something are reminded, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// Three quarters of the time in which somebody should do it have passed.
    DueSoon,
    /// Nobody has done it in that time.
    Overdue,
    /// The moment has come for which it was asked, and nobody has decided.
    Begun,
    /// Three quarters of the time that outside law or guidance sets have passed, and what it asks for is not done.
    DeadlineNear,
    /// That time is over, and it is not done.
    DeadlineOver,
    /// Three quarters of the time in which a case is to be passed on have passed.
    PassOnDueSoon,
    /// It is not passed on in that time.
    PassOnOverdue,
    /// Three quarters of the time for this action of a case have passed.
    ActionDueSoon(ActionId),
    /// Its last day is over, and it is not done.
    ActionOverdue(ActionId),
}

impl Reminder {
    /// Whether a time is over, so that what is not done goes to others too.
    pub fn is_late(self) -> bool {
        matches!(self, Reminder::Overdue | Reminder::DeadlineOver | Reminder::PassOnOverdue)
    }
}

/// To which roles something went, and when, because nobody had done it in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    pub at: Timestamp,
    pub to: Vec<Role>,
}

/// The reminders of what came at `from` and is to be done by `due`. What is to be done at once is overdue after
/// `at_once`, without a reminder before.
pub fn reminders(from: Timestamp, due: Timestamp, at_once: SignedDuration) -> Vec<(Timestamp, Reminder)> {
    if due <= from {
        return due.checked_add(at_once).ok().map(|end| (end, Reminder::Overdue)).into_iter().collect();
    }
    vec![(three_quarters(from, due), Reminder::DueSoon), (due, Reminder::Overdue)]
}

/// When three quarters of a time have passed.
pub fn three_quarters(from: Timestamp, end: Timestamp) -> Timestamp {
    end.checked_sub(end.duration_since(from) / 4).unwrap_or(end)
}
