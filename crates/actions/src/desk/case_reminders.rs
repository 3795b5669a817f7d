//! When it is time to remind of a case.

use domain::{Case, Reminder};
use jiff::{SignedDuration, Timestamp};
use records::RetentionPeriod;

use crate::desk::desk_state::Desk;
use crate::desk::due::Due;

impl Desk {
    /// The reminders of a case, without those so long past that it is no longer known whether they were given.
    pub(crate) fn case_reminders(&self, case: &Case) -> Vec<(Timestamp, Reminder)> {
        let at_once = SignedDuration::from_mins(i64::from(self.settings().notices.at_once_minutes));
        let kept = self.settings().retention.time(RetentionPeriod::Notices);
        let now = self.now().to_zoned(self.time_zone().clone());
        let known_from = kept.and_then(|kept| kept.fixed_before(&now)).map(|from| from.timestamp());
        let mut reminders = case.reminders(at_once);
        reminders.retain(|(at, _)| known_from.is_none_or(|from| from < *at));
        reminders
    }

    /// Has the case looked at when it is next time to remind of it.
    pub(crate) fn await_reminder(&self, case: &Case, now: Timestamp) {
        let next = self.case_reminders(case).into_iter().map(|(at, _)| at).filter(|at| now < *at).min();
        if let Some(at) = next {
            self.due().add(at, Due::Case(case.id));
        }
    }

    /// The first reminder of a case, given or not.
    pub(crate) fn first_reminder(&self, case: &Case) -> Option<(Timestamp, Due)> {
        let first = self.case_reminders(case).into_iter().map(|(at, _)| at).min();
        first.map(|at| (at, Due::Case(case.id)))
    }
}
