//! A notice: what somebody is told. It says that there is something, and where; what it is, the desk shows to whoever may
//! read it.

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    ActionId, Calendar, CaseId, DeclineId, EntryId, ExportId, NoticeId, PersonId, RegisterId, RequestId, VersionId,
    ViewingId,
};

/// One thing that one person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub person: PersonId,
    pub told: Told,
    /// It goes by mail at any hour of any day.
    pub urgent: bool,
    pub made_at: Timestamp,
    /// When it goes by mail at the earliest.
    pub mail_from: Timestamp,
}

/// What a notice tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// A report came to somebody.
    ReportCame(CaseId),
    /// A report that somebody has taken up came to somebody with a role of theirs.
    ReportHandedOver(CaseId),
    /// Somebody should have taken it up soon.
    ReportDue(CaseId),
    /// Somebody should have taken it up.
    ReportOverdue(CaseId),
    /// The deadline that outside law or guidance sets is near.
    ReportDeadline(CaseId),
    /// That deadline is over.
    ReportDeadlineOver(CaseId),
    /// It should be passed on soon.
    ReportPassOnDue(CaseId),
    /// It should have been passed on.
    ReportPassOnOverdue(CaseId),
    /// An action of a case was set for somebody.
    ActionCame(ActionId),
    /// It should be done soon.
    ActionDueSoon(ActionId),
    /// It should have been done.
    ActionOverdue(ActionId),
    /// Nobody has written down yet that whoever a report was exported for has it.
    ReceiptMissing(ExportId),
    /// What somebody reported was answered.
    ReportAnswered(CaseId),
    /// What somebody reported was closed.
    ReportClosed(CaseId),
    /// Somebody may decide a request.
    RequestCame(RequestId),
    /// Somebody should decide it soon.
    RequestDue(RequestId),
    /// Somebody should have decided it.
    RequestOverdue(RequestId),
    /// What somebody asked for was to begin by now, and nobody has decided it.
    RequestUndecided(RequestId),
    /// What somebody asked for was decided.
    RequestDecided(RequestId),
    /// Somebody may say yes to a consent that a request needs and that is missing.
    ConsentAsked(RequestId),
    /// They owe a signature for this version of a policy.
    SignatureOwed(VersionId),
    /// What was given to somebody, or what they asked for others, ended because a consent that it needs stands no longer.
    RequestEnded(RequestId),
    /// What somebody asked for ends sooner than they were told, with a consent that it needs.
    RequestShortened(RequestId),
    /// A consent that is asked once, by this version of a policy, is missing for what somebody asked for.
    ConsentOwed(VersionId),
    /// There are signatures of a policy to accept, of which this version is in force.
    SignatureCame(VersionId),
    /// Somebody said that they can't agree to a policy.
    DeclineCame(DeclineId),
    /// Somebody may approve a draft.
    DraftToApprove(VersionId),
    /// A draft is approved, and somebody may publish it.
    DraftToPublish(VersionId),
    /// A draft of somebody's own has problems.
    DraftToMend(VersionId),
    /// A policy is due for review, of which this version is in force.
    ReviewDue(VersionId),
    /// A register is to be checked.
    CheckDue(RegisterId),
    /// There is something to do about an entry: its day comes, or somebody has left whom it names.
    EntryDue(EntryId),
    /// What an entry lists was marked as lost or stolen, by a report or by somebody else who keeps it.
    EntryLost(EntryId),
    /// They are to sign for what an entry says was given to them.
    EntryToSign(EntryId),
    /// Somebody may agree, as the second person, that somebody else looks at monitored data.
    SecondAsked(ViewingId),
}

impl Told {
    /// What those who receive a case are told of it.
    pub fn to_receivers(case: CaseId) -> [Told; 8] {
        [
            Told::ReportCame(case),
            Told::ReportHandedOver(case),
            Told::ReportDue(case),
            Told::ReportOverdue(case),
            Told::ReportDeadline(case),
            Told::ReportDeadlineOver(case),
            Told::ReportPassOnDue(case),
            Told::ReportPassOnOverdue(case),
        ]
    }

    /// The stable name of its kind.
    pub fn name(self) -> &'static str {
        match self {
            Told::ReportCame(_) => "report-came",
            Told::ReportHandedOver(_) => "report-handed-over",
            Told::ReportDue(_) => "report-due",
            Told::ReportOverdue(_) => "report-overdue",
            Told::ReportDeadline(_) => "report-deadline",
            Told::ReportDeadlineOver(_) => "report-deadline-over",
            Told::ReportPassOnDue(_) => "report-pass-on-due",
            Told::ReportPassOnOverdue(_) => "report-pass-on-overdue",
            Told::ActionCame(_) => "action-came",
            Told::ActionDueSoon(_) => "action-due-soon",
            Told::ActionOverdue(_) => "action-overdue",
            Told::ReceiptMissing(_) => "receipt-missing",
            Told::ReportAnswered(_) => "report-answered",
            Told::ReportClosed(_) => "report-closed",
            Told::RequestCame(_) => "request-came",
            Told::RequestDue(_) => "request-due",
            Told::RequestOverdue(_) => "request-overdue",
            Told::RequestUndecided(_) => "request-undecided",
            Told::RequestDecided(_) => "request-decided",
            Told::ConsentAsked(_) => "consent-asked",
            Told::SignatureOwed(_) => "signature-owed",
            Told::ConsentOwed(_) => "consent-owed",
            Told::RequestEnded(_) => "request-ended",
            Told::RequestShortened(_) => "request-shortened",
            Told::SignatureCame(_) => "signature-came",
            Told::DeclineCame(_) => "decline-came",
            Told::DraftToApprove(_) => "draft-to-approve",
            Told::DraftToPublish(_) => "draft-to-publish",
            Told::DraftToMend(_) => "draft-to-mend",
            Told::ReviewDue(_) => "review-due",
            Told::CheckDue(_) => "check-due",
            Told::EntryDue(_) => "entry-due",
            Told::EntryLost(_) => "entry-lost",
            Told::EntryToSign(_) => "entry-to-sign",
            Told::SecondAsked(_) => "second-asked",
        }
    }

    /// What it tells of: the case, its action, what was exported of it, the request, the version, the register, the entry, the reason for not agreeing or the viewing.
    pub fn about(self) -> Uuid {
        match self {
            Told::ReportCame(case)
            | Told::ReportHandedOver(case)
            | Told::ReportDue(case)
            | Told::ReportOverdue(case)
            | Told::ReportDeadline(case)
            | Told::ReportDeadlineOver(case)
            | Told::ReportPassOnDue(case)
            | Told::ReportPassOnOverdue(case)
            | Told::ReportAnswered(case)
            | Told::ReportClosed(case) => case.0,
            Told::ActionCame(action) | Told::ActionDueSoon(action) | Told::ActionOverdue(action) => action.0,
            Told::ReceiptMissing(export) => export.0,
            Told::RequestCame(request)
            | Told::RequestDue(request)
            | Told::RequestOverdue(request)
            | Told::RequestUndecided(request)
            | Told::RequestDecided(request)
            | Told::RequestEnded(request)
            | Told::RequestShortened(request)
            | Told::ConsentAsked(request) => request.0,
            Told::SignatureOwed(version)
            | Told::ConsentOwed(version)
            | Told::SignatureCame(version)
            | Told::DraftToApprove(version)
            | Told::DraftToPublish(version)
            | Told::DraftToMend(version)
            | Told::ReviewDue(version) => version.0,
            Told::CheckDue(register) => register.0,
            Told::EntryDue(entry) | Told::EntryLost(entry) | Told::EntryToSign(entry) => entry.0,
            Told::DeclineCame(decline) => decline.0,
            Told::SecondAsked(viewing) => viewing.0,
        }
    }

    /// The one of a name that tells of this; `None`: there is no such name.
    pub fn named(name: &str, about: Uuid) -> Option<Told> {
        Some(match name {
            "report-came" => Told::ReportCame(CaseId(about)),
            "report-handed-over" => Told::ReportHandedOver(CaseId(about)),
            "report-due" => Told::ReportDue(CaseId(about)),
            "report-overdue" => Told::ReportOverdue(CaseId(about)),
            "report-deadline" => Told::ReportDeadline(CaseId(about)),
            "report-deadline-over" => Told::ReportDeadlineOver(CaseId(about)),
            "report-pass-on-due" => Told::ReportPassOnDue(CaseId(about)),
            "report-pass-on-overdue" => Told::ReportPassOnOverdue(CaseId(about)),
            "action-came" => Told::ActionCame(ActionId(about)),
            "action-due-soon" => Told::ActionDueSoon(ActionId(about)),
            "action-overdue" => Told::ActionOverdue(ActionId(about)),
            "receipt-missing" => Told::ReceiptMissing(ExportId(about)),
            "report-answered" => Told::ReportAnswered(CaseId(about)),
            "report-closed" => Told::ReportClosed(CaseId(about)),
            "request-came" => Told::RequestCame(RequestId(about)),
            "request-due" => Told::RequestDue(RequestId(about)),
            "request-overdue" => Told::RequestOverdue(RequestId(about)),
            "request-undecided" => Told::RequestUndecided(RequestId(about)),
            "request-decided" => Told::RequestDecided(RequestId(about)),
            "consent-asked" => Told::ConsentAsked(RequestId(about)),
            "request-ended" => Told::RequestEnded(RequestId(about)),
            "request-shortened" => Told::RequestShortened(RequestId(about)),
            "consent-owed" => Told::ConsentOwed(VersionId(about)),
            "signature-owed" => Told::SignatureOwed(VersionId(about)),
            "signature-came" => Told::SignatureCame(VersionId(about)),
            "decline-came" => Told::DeclineCame(DeclineId(about)),
            "draft-to-approve" => Told::DraftToApprove(VersionId(about)),
            "draft-to-publish" => Told::DraftToPublish(VersionId(about)),
            "draft-to-mend" => Told::DraftToMend(VersionId(about)),
            "review-due" => Told::ReviewDue(VersionId(about)),
            "check-due" => Told::CheckDue(RegisterId(about)),
            "entry-due" => Told::EntryDue(EntryId(about)),
            "entry-lost" => Told::EntryLost(EntryId(about)),
            "entry-to-sign" => Told::EntryToSign(EntryId(about)),
            "second-asked" => Told::SecondAsked(ViewingId(about)),
            _ => return None,
        })
    }
}

/// How many days ahead a day for mail is looked for: longer than any holiday.
const LOOKED_AHEAD: i64 = 100;

/// When mail that is not urgent goes: on school days, between two times of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MailHours {
    pub from: Time,
    pub to: Time,
}

impl Default for MailHours {
    fn default() -> MailHours {
        MailHours { from: Time::constant(7, 30, 0, 0), to: Time::constant(18, 0, 0, 0) }
    }
}

impl MailHours {
    /// The first moment from `at` on at which mail that is not urgent goes. Where the calendar knows no day for it within
    /// some months, that is `at`: late is worse than on a Sunday.
    pub fn next(&self, at: &Zoned, calendar: &Calendar) -> Timestamp {
        if calendar.may_be_school_day(at.date()) && self.from <= at.time() && at.time() < self.to {
            return at.timestamp();
        }
        let first = i64::from(at.time() >= self.from);
        let days = (first..LOOKED_AHEAD).map(|days| at.date().saturating_add(days.days()));
        let mut days = days.filter(|day| calendar.may_be_school_day(*day));
        let next = days.next().and_then(|day| day.to_datetime(self.from).to_zoned(at.time_zone().clone()).ok());
        next.map_or(at.timestamp(), |next| next.timestamp())
    }
}

/// How long to wait after so many failures to send: a minute at first, twice as long each time, six hours at most.
pub fn wait_after(failures: u32) -> SignedDuration {
    let minutes = 1_i64.checked_shl(failures.saturating_sub(1)).filter(|minutes| *minutes > 0).unwrap_or(i64::MAX);
    SignedDuration::from_mins(minutes.min(6 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(at: &str) -> String {
        let at: Zoned = format!("{at}[Europe/London]").parse().expect("a moment");
        let next = MailHours::default().next(&at, &Calendar::sample(2025, 1));
        next.to_zoned(at.time_zone().clone()).strftime("%a %F %H:%M").to_string()
    }

    #[test]
    fn mail_that_is_not_urgent_waits_for_the_hours_of_a_school_day() {
        assert_eq!(next("2026-05-12T10:00"), "Tue 2026-05-12 10:00");
        assert_eq!(next("2026-05-12T06:00"), "Tue 2026-05-12 07:30");
        assert_eq!(next("2026-05-12T18:00"), "Wed 2026-05-13 07:30");
        assert_eq!(next("2026-05-15T19:00"), "Mon 2026-05-18 07:30");
        assert_eq!(next("2026-05-16T10:00"), "Mon 2026-05-18 07:30");
        // The summer half term of the sample calendar is from 25 to 29 May.
        assert_eq!(next("2026-05-25T10:00"), "Mon 2026-06-01 07:30");
    }

    #[test]
    fn mail_that_no_known_day_is_for_goes_at_once() {
        let at: Zoned = "2026-05-16T10:00[Europe/London]".parse().expect("a moment");
        let closed = (0..200)
            .map(|days| crate::ClosedDay { name: "Closed".to_owned(), on: at.date().saturating_add(days.days()) });
        let calendar = Calendar { closed_days: closed.collect(), ..Calendar::default() };
        assert_eq!(MailHours::default().next(&at, &calendar), at.timestamp());
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_six_hours() {
        let minutes: Vec<i64> =
            [1, 2, 3, 9, 10, 200].into_iter().map(|failures| wait_after(failures).as_mins()).collect();
        assert_eq!(minutes, [1, 2, 4, 256, 360, 360]);
    }

    #[test]
    fn what_is_told_is_found_again_by_its_name() {
        let about = Uuid::from_u128(7);
        let names = ["report-came", "report-due", "report-overdue", "report-answered", "report-closed", "request-came"];
        for name in names.into_iter().chain([
            "report-deadline",
            "report-deadline-over",
            "report-pass-on-due",
            "report-pass-on-overdue",
            "report-handed-over",
            "action-came",
            "action-due-soon",
            "action-overdue",
            "request-due",
            "request-overdue",
            "request-undecided",
            "request-decided",
            "request-ended",
            "request-shortened",
            "consent-asked",
            "signature-owed",
            "signature-came",
            "decline-came",
            "draft-to-approve",
            "draft-to-publish",
            "draft-to-mend",
            "review-due",
            "check-due",
            "entry-due",
            "entry-lost",
            "entry-to-sign",
            "second-asked",
        ]) {
            let told = Told::named(name, about).expect("a name");
            assert_eq!((told.name(), told.about()), (name, about));
        }
        assert_eq!(Told::named("worry", about), None);
    }
}
