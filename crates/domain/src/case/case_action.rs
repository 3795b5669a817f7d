//! What somebody is to do about a case, by a day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::reminder::reminders;
use crate::times::end_of_day;
use crate::{ActionId, PersonId, Reminder};

/// Something that one of those who have a case is to do about it by the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAction {
    pub id: ActionId,
    pub text: String,
    /// Whose it is to do.
    pub owner: PersonId,
    /// The last day for it.
    pub due: Date,
    pub set_at: Timestamp,
    /// What came of it; `None`: it is still to be done.
    pub outcome: Option<String>,
}

impl CaseAction {
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }

    /// The moment at which its last day ends; `None`: there is no such moment.
    pub fn due_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        Some(end_of_day(&self.due.to_zoned(zone.clone()).ok()?).timestamp())
    }

    /// What is to be reminded of and when, while it is open.
    pub(crate) fn reminders(&self, zone: &TimeZone) -> Vec<(Timestamp, Reminder)> {
        let Some(due) = self.due_at(zone).filter(|_| self.is_open()) else { return Vec::new() };
        let of_this = |reminder| match reminder {
            Reminder::Overdue => Reminder::ActionOverdue(self.id),
            _ => Reminder::ActionDueSoon(self.id),
        };
        let all = reminders(self.set_at, due, SignedDuration::ZERO);
        all.into_iter().map(|(at, reminder)| (at, of_this(reminder))).collect()
    }
}
