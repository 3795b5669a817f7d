//! Home: what there is for you to do, what is open to you, and why the web may be closed.

use actions::{News, Task, TaskDate, TaskKind, TaskStatus, Verb, WaitsForParent};
use askama::Template;
use domain::Told;

use crate::address::with_query;
use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::{AppState, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages.get("/", home)
}

/// A task as a line of the list.
pub struct TaskLine {
    pub title: String,
    pub detail: String,
    pub href: String,
    pub status: TaskStatus,
    date: TaskDate,
}

impl TaskLine {
    pub fn of(task: Task, app: &AppState) -> TaskLine {
        TaskLine {
            status: task.status(app.desk.now(), app.desk.time_zone()),
            href: task_address(&task.kind),
            title: task.title,
            detail: task.detail,
            date: task.date,
        }
    }

    /// How it stands, as a tag: its words and its colour.
    pub fn tag(&self) -> Cell {
        match self.status {
            TaskStatus::Urgent => Cell::tag("Urgent", "red"),
            TaskStatus::Overdue => Cell::tag("Overdue", "orange"),
            TaskStatus::DueToday => Cell::tag("Due today", "yellow"),
            TaskStatus::DueTomorrow => Cell::tag("Due tomorrow", "yellow"),
            TaskStatus::Due => Cell::tag("Due later", "blue"),
            TaskStatus::InProgress => Cell::tag("In progress", "teal"),
            TaskStatus::NotStarted => Cell::tag("Not yet started", "grey"),
        }
    }

    /// `by 14 May 2026, 10:42`, or `since` then.
    pub fn when_words(&self, frame: &Frame) -> String {
        match self.date {
            TaskDate::By(at) => format!("by {}", frame.when(&at)),
            TaskDate::Since(at) => format!("since {}", frame.when(&at)),
        }
    }
}

/// The page on which a task is done.
fn task_address(kind: &TaskKind) -> String {
    match kind {
        TaskKind::Sign { policy, for_child: None, .. } => format!("/sign/{policy}"),
        TaskKind::Sign { policy, for_child: Some(child), .. } => {
            with_query(&format!("/sign/{policy}"), [("for", child.to_string().as_str())])
        }
        TaskKind::Countersign { agreement, .. } => format!("/countersign/{agreement}"),
        TaskKind::CountersignSeveral { .. } => "/countersign".to_owned(),
        TaskKind::AnswerConsent { request } => format!("/requests/{request}"),
        TaskKind::GiveConsent { policy, consent, .. } => format!("/consents/{policy}/{consent}"),
        TaskKind::Decide { request } => format!("/decide/{request}"),
        TaskKind::Approve { version } | TaskKind::Publish { version } | TaskKind::Mend { version } => {
            format!("/drafts/{version}")
        }
        TaskKind::CheckRegister { policy, register } | TaskKind::SeeToOwnEntry { policy, register, .. } => {
            format!("/registers/{policy}/{register}")
        }
        TaskKind::SeeToEntries { policy, register, .. } => format!("/registers/{policy}/{register}/to-do"),
        TaskKind::SeeToEntry { entry } => format!("/entries/{entry}"),
        TaskKind::SignForEntry { entry } => format!("/entries/{entry}/sign"),
        TaskKind::Review { policy, .. } => format!("/policies/{policy}"),
        TaskKind::ReadDecline { decline } => format!("/declines/{decline}"),
        TaskKind::TakeUp { case }
        | TaskKind::Answer { case }
        | TaskKind::DeadlineOver { case }
        | TaskKind::PassOnDueSoon { case }
        | TaskKind::PassOnOverdue { case } => format!("/concerns/{case}"),
        TaskKind::DoAction { case, action } => format!("/concerns/{case}/action/{action}"),
        TaskKind::NoteReceipt { case, export } => format!("/concerns/{case}/receipt/{export}"),
        TaskKind::SecondViewing { viewing } => format!("/reports/activity/{viewing}"),
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    form: Form,
    tasks: Vec<TaskLine>,
    grants: Vec<(String, Option<jiff::Timestamp>, String)>,
    /// Whether some clause says by which ways they reach others.
    may_reach: bool,
    withdrawn: Option<(Option<jiff::Timestamp>, Option<CitedClause>)>,
    withdrawn_because: String,
    waiting: Vec<WaitsForParent>,
    /// What there is to read: what it says, where, and since when.
    news: Vec<(&'static str, String, jiff::Timestamp)>,
}

/// What a line of news says, and where it leads. Whoever looks over a shoulder learns of no report.
fn news_line(news: &News) -> (&'static str, String, jiff::Timestamp) {
    let (words, href) = match news.told {
        Told::RequestDecided(request) => ("What you asked for has been decided", format!("/requests/{request}")),
        Told::RequestUndecided(request) => {
            ("Nobody has decided yet what you asked for, and its time has begun", format!("/requests/{request}"))
        }
        Told::RequestEnded(request) => (
            "Something that you asked for has ended, because it needs a consent that stands no longer",
            format!("/requests/{request}"),
        ),
        Told::RequestShortened(request) => (
            "Something that you asked for ends sooner, because it needs a consent that ends sooner",
            format!("/requests/{request}"),
        ),
        Told::ReportAnswered(case) | Told::ReportClosed(case) => {
            ("There is an answer for you", format!("/my-reports/{case}"))
        }
        Told::ReportHandedOver(case) => ("Something has been handed over to you", format!("/concerns/{case}")),
        Told::EntryLost(entry) => ("An entry was marked as lost or stolen", format!("/entries/{entry}")),
        // What there is to do stands among the tasks.
        Told::RequestCame(_)
        | Told::RequestDue(_)
        | Told::RequestOverdue(_)
        | Told::ConsentAsked(_)
        | Told::SignatureOwed(_)
        | Told::ConsentOwed(_)
        | Told::SignatureCame(_)
        | Told::DeclineCame(_)
        | Told::DraftToApprove(_)
        | Told::DraftToPublish(_)
        | Told::DraftToMend(_)
        | Told::ReviewDue(_)
        | Told::CheckDue(_)
        | Told::EntryDue(_)
        | Told::EntryToSign(_)
        | Told::SecondAsked(_)
        | Told::ReportCame(_)
        | Told::ReportDue(_)
        | Told::ReportOverdue(_)
        | Told::ActionCame(_)
        | Told::ActionDueSoon(_)
        | Told::ActionOverdue(_)
        | Told::ReceiptMissing(_)
        | Told::ReportDeadline(_)
        | Told::ReportDeadlineOver(_)
        | Told::ReportPassOnDue(_)
        | Told::ReportPassOnOverdue(_) => ("There is something for you to do", "/".to_owned()),
    };
    (words, href, news.at)
}

async fn home(signed: Visitor) -> Answer {
    let home = signed.desk.home(&signed.actor).await?;
    let withdrawn_because = home.withdrawn.as_ref().and_then(|withdrawn| withdrawn.reason.clone()).unwrap_or_default();
    let withdrawn = home
        .withdrawn
        .map(|withdrawn| (withdrawn.until, CitedClause::published(&withdrawn.policy.0, &withdrawn.clause, &signed)));
    let grants = home
        .grants
        .into_iter()
        .map(|grant| (format!("{} for {}", grant.scope_words, grant.recipient_words), grant.until, grant.title))
        .collect();
    let tasks = home.tasks.into_iter().map(|task| TaskLine::of(task, &signed)).collect();
    let news = home.news.iter().map(news_line).collect();
    let (form, waiting) = (signed.form(), home.waits_for_parent);
    let (frame, may_reach) = (signed.frame("Home"), signed.desk.may(&signed.actor, Verb::InTouch));
    page(&HomePage { frame, form, tasks, grants, may_reach, withdrawn, withdrawn_because, waiting, news })
}
