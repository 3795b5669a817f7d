//! When it is time to remind of a case or a request, that a policy is due for review, or that a register is to be checked.

use std::collections::HashMap;

use domain::{Case, ExportId, RegisterId, Reminder, Request};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use policy::ReviewDate;
use policy::rules::registers::upkeep;
use policy::rules::reporting::report_clocks;
use records::RetentionPeriod;

use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
use crate::known::published_policies::{KnownRegister, PublishedPolicies, Text};

impl Desk {
    /// The reminders of a case, without those so long past that it is no longer known whether they were given.
    pub(crate) fn case_reminders(&self, published: &PublishedPolicies, case: &Case) -> Vec<(Timestamp, Reminder)> {
        let report = published.report_ever(&case.policy, &case.report);
        self.still_known(report_clocks::reminders(case, report, self.at_once(), self.timetable()))
    }

    /// The reminders of a request, likewise.
    pub(crate) fn request_reminders(&self, request: &Request) -> Vec<(Timestamp, Reminder)> {
        self.still_known(request.reminders(self.at_once()))
    }

    pub(crate) fn at_once(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.settings().notices.at_once_minutes))
    }

    /// When whoever hands something out of a case now is reminded of its receipt.
    pub fn receipt_reminder(&self) -> Timestamp {
        self.receipt_due(self.now())
    }

    /// When whoever handed something out of a case is reminded of its receipt.
    pub(crate) fn receipt_due(&self, exported_at: Timestamp) -> Timestamp {
        let days = i64::from(self.settings().notices.receipt_days);
        exported_at.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
    }

    /// Has a receipt looked at when it is time to remind of it.
    pub(crate) fn await_receipt_reminder(&self, export: ExportId, exported_at: Timestamp) {
        self.due().add(self.receipt_due(exported_at), Due::Receipt(export));
    }

    fn still_known(&self, mut reminders: Vec<(Timestamp, Reminder)>) -> Vec<(Timestamp, Reminder)> {
        reminders.retain(|(at, _)| self.is_still_known(*at));
        reminders
    }

    /// Whether what was told at a moment is still kept.
    pub(crate) fn is_still_known(&self, at: Timestamp) -> bool {
        let kept = self.settings().retention.time(RetentionPeriod::Notices);
        let now = self.now().to_zoned(self.time_zone().clone());
        let known_from = kept.and_then(|kept| kept.fixed_before(&now)).map(|from| from.timestamp());
        known_from.is_none_or(|from| from < at)
    }

    /// Has a case or a request looked at when the first of its reminders is due, given or not.
    pub(crate) fn await_first_reminder(&self, reminders: Vec<(Timestamp, Reminder)>, of: Due) {
        if let Some((at, of)) = first_reminder(reminders, of) {
            self.due().add(at, of);
        }
    }

    /// When a policy is due for its next review. A minor correction is no review.
    pub(crate) fn review_due(&self, policies: &PublishedPolicies, text: &Text) -> Option<ReviewDate> {
        let since = policies.in_force(text).since;
        text.document.review_due(since, self.time_zone(), &self.timetable().calendar)
    }

    /// The moment from which on a policy is to be reviewed.
    pub(crate) fn review_comes(&self, policies: &PublishedPolicies, text: &Text) -> Option<Timestamp> {
        let begins = self.review_due(policies, text)?.begins();
        Some(begins.to_zoned(self.time_zone().clone()).ok()?.timestamp())
    }

    /// When the owner of a policy is to be told of its review; `None` where that is so long past that it is no longer known
    /// whether they were.
    pub(crate) fn review_told_at(&self, policies: &PublishedPolicies, text: &Text) -> Option<Timestamp> {
        let at = self.review_comes(policies, text)?.max(text.published_at());
        self.is_still_known(at).then_some(at)
    }

    /// When each register in force is next to be checked. What is overdue is told again once the notices of it are kept no
    /// longer.
    pub(crate) fn checks_due(
        &self,
        published_policies: &PublishedPolicies,
        checked: &HashMap<RegisterId, Timestamp>,
    ) -> Vec<(Timestamp, RegisterId)> {
        let due = |known: KnownRegister<'_>| {
            let (policy, register) = known.id();
            let register = RegisterId::of(policy, register);
            let at = self.check_comes(published_policies, known, checked.get(&register).copied())?;
            Some((at, register))
        };
        published_policies.registers().filter_map(due).collect()
    }

    /// The day on which a register is next to be checked, where it was checked last at `last`.
    pub(crate) fn check_day(
        &self,
        published_policies: &PublishedPolicies,
        known: KnownRegister<'_>,
        last: Option<Timestamp>,
    ) -> Option<Date> {
        upkeep::check_due(known.register, published_policies.kept_since(known.id())?, last, self.timetable())
    }

    /// The moment from which on a register is to be checked.
    pub(crate) fn check_comes(
        &self,
        published_policies: &PublishedPolicies,
        known: KnownRegister<'_>,
        last: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let day = self.check_day(published_policies, known, last)?;
        Some(day.to_zoned(self.time_zone().clone()).ok()?.timestamp())
    }

    /// Has a case or a request looked at when the next of its reminders is due.
    pub(crate) fn await_reminder(&self, reminders: Vec<(Timestamp, Reminder)>, of: Due, now: Timestamp) {
        let next = reminders.into_iter().map(|(at, _)| at).filter(|at| now < *at).min();
        if let Some(at) = next {
            self.due().add(at, of);
        }
    }
}

/// The first of the reminders of something, given or not.
pub(crate) fn first_reminder(reminders: Vec<(Timestamp, Reminder)>, of: Due) -> Option<(Timestamp, Due)> {
    let first = reminders.into_iter().map(|(at, _)| at).min();
    first.map(|at| (at, of))
}
