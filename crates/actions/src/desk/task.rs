//! One thing that there is for somebody to do, as their home page lists it.

use domain::{
    ActionId, AgreementId, CaseId, DeclineId, EntryId, ExportId, PersonId, PolicyId, RegisterId, RequestId, Told,
    VersionId, ViewingId,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::known::people_index::PersonLine;
use crate::known::signing_tasks::{Manner, SigningTask};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub kind: TaskKind,
    pub title: String,
    pub detail: String,
    pub date: TaskDate,
    /// The web is closed to somebody until it is done.
    pub urgent: bool,
}

/// When something is to be done, as far as that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskDate {
    /// By then.
    By(Timestamp),
    /// It waits since then, and nothing says by when.
    Since(Timestamp),
}

impl TaskDate {
    pub(crate) fn new(by: Option<Timestamp>, since: Timestamp) -> TaskDate {
        by.map_or(TaskDate::Since(since), TaskDate::By)
    }

    pub fn at(self) -> Timestamp {
        match self {
            TaskDate::By(at) | TaskDate::Since(at) => at,
        }
    }
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskStatus {
    /// The web is closed to somebody until it is done.
    Urgent,
    Overdue,
    DueToday,
    DueTomorrow,
    /// It is due on a later day.
    Due,
    /// Nothing says by when, and it is begun.
    InProgress,
    /// Nothing says by when.
    NotStarted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskKind {
    Sign {
        policy: PolicyId,
        version: VersionId,
        for_child: Option<PersonId>,
    },
    Countersign {
        agreement: AgreementId,
        version: VersionId,
    },
    /// Several signatures of one policy to accept, of which this version is in force.
    CountersignSeveral {
        version: VersionId,
    },
    Decide {
        request: RequestId,
    },
    /// A consent that a request needs.
    AnswerConsent {
        request: RequestId,
    },
    /// A consent that is asked once, by this version of its policy, about those of whom nothing stands.
    GiveConsent {
        policy: PolicyId,
        version: VersionId,
        consent: String,
    },
    Approve {
        version: VersionId,
    },
    Publish {
        version: VersionId,
    },
    /// A draft of one's own that has problems.
    Mend {
        version: VersionId,
    },
    /// A policy whose own review date has come.
    Review {
        policy: PolicyId,
        version: VersionId,
    },
    /// A register that is to be checked.
    CheckRegister {
        policy: PolicyId,
        register: String,
    },
    /// An entry in a register about which there is something to do.
    SeeToEntry {
        entry: EntryId,
    },
    /// Many entries in one register about which there is something to do, and the one that is first.
    SeeToEntries {
        policy: PolicyId,
        register: String,
        first: EntryId,
    },
    /// An entry that names them: they have what is listed, and its day comes.
    SeeToOwnEntry {
        policy: PolicyId,
        register: String,
        entry: EntryId,
    },
    /// What an entry says that they were given, and that they are to sign for.
    SignForEntry {
        entry: EntryId,
    },
    ReadDecline {
        decline: DeclineId,
    },
    SecondViewing {
        viewing: ViewingId,
    },
    /// A case that nobody has taken up.
    TakeUp {
        case: CaseId,
    },
    /// A case that they have taken up, and that is open.
    Answer {
        case: CaseId,
    },
    /// A case of somebody else's whose deadline is over.
    DeadlineOver {
        case: CaseId,
    },
    /// A case that somebody else has taken up and that they are to pass on soon.
    PassOnDueSoon {
        case: CaseId,
    },
    /// A case of somebody else's that should have been passed on.
    PassOnOverdue {
        case: CaseId,
    },
    /// An action of a case.
    DoAction {
        case: CaseId,
        action: ActionId,
    },
    /// A receipt for what was exported of a case.
    NoteReceipt {
        case: CaseId,
        export: ExportId,
    },
}

impl TaskKind {
    /// Whether whoever has it to do has begun with it.
    fn is_begun(&self) -> bool {
        matches!(self, TaskKind::Answer { .. } | TaskKind::Mend { .. })
    }

    /// What whoever is to do it is told when there is something of the kind to do. There is one for every kind, so that
    /// nothing waits for somebody who has to look at the desk to know of it.
    pub fn told(&self) -> Told {
        match self {
            TaskKind::Sign { version, .. } => Told::SignatureOwed(*version),
            TaskKind::Countersign { version, .. } | TaskKind::CountersignSeveral { version } => {
                Told::SignatureCame(*version)
            }
            TaskKind::Decide { request } => Told::RequestCame(*request),
            TaskKind::AnswerConsent { request } => Told::ConsentAsked(*request),
            TaskKind::GiveConsent { version, .. } => Told::ConsentOwed(*version),
            TaskKind::Approve { version } => Told::DraftToApprove(*version),
            TaskKind::Publish { version } => Told::DraftToPublish(*version),
            TaskKind::Mend { version } => Told::DraftToMend(*version),
            TaskKind::Review { version, .. } => Told::ReviewDue(*version),
            TaskKind::CheckRegister { policy, register } => Told::CheckDue(RegisterId::of(policy, register)),
            TaskKind::SeeToEntry { entry }
            | TaskKind::SeeToEntries { first: entry, .. }
            | TaskKind::SeeToOwnEntry { entry, .. } => Told::EntryDue(*entry),
            TaskKind::SignForEntry { entry } => Told::EntryToSign(*entry),
            TaskKind::ReadDecline { decline } => Told::DeclineCame(*decline),
            TaskKind::SecondViewing { viewing } => Told::SecondAsked(*viewing),
            TaskKind::NoteReceipt { export, .. } => Told::ReceiptMissing(*export),
            TaskKind::DoAction { action, .. } => Told::ActionCame(*action),
            TaskKind::DeadlineOver { case } => Told::ReportDeadlineOver(*case),
            TaskKind::PassOnDueSoon { case } => Told::ReportPassOnDue(*case),
            TaskKind::PassOnOverdue { case } => Told::ReportPassOnOverdue(*case),
            // Whoever has taken a case up was told when it came.
            TaskKind::TakeUp { case } | TaskKind::Answer { case } => Told::ReportCame(*case),
        }
    }
}

impl Task {
    /// How it stands at `now`, by the days of the school's time zone.
    pub fn status(&self, now: Timestamp, zone: &TimeZone) -> TaskStatus {
        if self.urgent {
            return TaskStatus::Urgent;
        }
        let TaskDate::By(by) = self.date else {
            return if self.kind.is_begun() { TaskStatus::InProgress } else { TaskStatus::NotStarted };
        };
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        if by <= now {
            TaskStatus::Overdue
        } else if day(by) == day(now) {
            TaskStatus::DueToday
        } else if day(now).tomorrow().is_ok_and(|tomorrow| tomorrow == day(by)) {
            TaskStatus::DueTomorrow
        } else {
            TaskStatus::Due
        }
    }

    pub(crate) fn sign(owed: &SigningTask, version: VersionId, child: Option<PersonLine>, zone: &TimeZone) -> Task {
        let verb = match owed.manner {
            Manner::Sign => "Read and sign",
            Manner::Shown => "Read",
        };
        let title = match &child {
            Some(child) => format!("{verb} '{}' for {}", owed.title, child.name),
            None => format!("{verb} '{}'", owed.title),
        };
        let detail = match (owed.bars_access, &child) {
            (true, Some(child)) => format!("The web is closed to {} until you do.", child.name),
            (true, None) => "The web is closed to you until you do.".to_owned(),
            (false, _) => format!("Version {}.", owed.version),
        };
        let again = owed.asked_again.zip(child.as_ref()).map(|(at, child)| {
            let day = domain::day_words(at.to_zoned(zone.clone()).date());
            format!(" {} asked you again on {day}.", child.name)
        });
        let detail = detail + &again.unwrap_or_default();
        let for_child = child.map(|child| child.id);
        Task {
            kind: TaskKind::Sign { policy: owed.policy.clone(), version, for_child },
            title,
            detail,
            date: TaskDate::new(owed.due, owed.since),
            urgent: owed.bars_access,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(kind: TaskKind, date: TaskDate, urgent: bool) -> Task {
        Task { kind, title: String::new(), detail: String::new(), date, urgent }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_task_stands_by_its_date_as_the_schools_own_days_go() {
        let zone = TimeZone::get("Europe/London").expect("London has a time zone");
        // Twenty past midnight in London, and the day before by the clocks of Greenwich.
        let now = at("2026-05-13T23:20:00Z");
        let case = || TaskKind::TakeUp { case: "0190a0a0a0a070008000000000000001".parse().expect("an identifier") };
        let status = |date, urgent| task(case(), date, urgent).status(now, &zone);
        let by = |text| status(TaskDate::By(at(text)), false);
        assert_eq!(by("2026-05-13T23:20:00Z"), TaskStatus::Overdue);
        assert_eq!(by("2026-05-14T22:59:00Z"), TaskStatus::DueToday);
        assert_eq!(by("2026-05-14T23:01:00Z"), TaskStatus::DueTomorrow);
        assert_eq!(by("2026-05-15T23:01:00Z"), TaskStatus::Due);
        assert_eq!(status(TaskDate::Since(now), false), TaskStatus::NotStarted);
        assert_eq!(status(TaskDate::By(at("2026-05-01T00:00:00Z")), true), TaskStatus::Urgent);
        let TaskKind::TakeUp { case } = case() else { unreachable!("it is one to take up") };
        let begun = task(TaskKind::Answer { case }, TaskDate::Since(now), false);
        assert_eq!(begun.status(now, &zone), TaskStatus::InProgress);
    }
}
