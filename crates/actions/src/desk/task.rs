//! One thing that there is for somebody to do, as their home page lists it.

use domain::{AgreementId, CaseId, DeclineId, PersonId, PolicyId, RequestId, VersionId, ViewingId};
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskKind {
    Sign {
        policy: PolicyId,
        for_child: Option<PersonId>,
    },
    Countersign {
        agreement: AgreementId,
    },
    /// Several signatures of one policy to accept.
    CountersignSeveral,
    Decide {
        request: RequestId,
    },
    /// A consent that a request needs.
    AnswerConsent {
        request: RequestId,
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
}

impl Task {
    pub(crate) fn sign(owed: &SigningTask, child: Option<PersonLine>, zone: &TimeZone) -> Task {
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
            kind: TaskKind::Sign { policy: owed.policy.clone(), for_child },
            title,
            detail,
            date: TaskDate::new(owed.due, owed.since),
            urgent: owed.bars_access,
        }
    }
}
