//! What those who have a case are to do about it: as its page shows it, and as there is something to do for each of them.

use domain::{ActionId, Case, CaseAction, Reminder, day_words};
use jiff::civil::Date;
use policy::kinds::Report;
use policy::rules::reporting::CasePeople;
use policy::rules::reporting::report_clocks;

use crate::cases::case_people::Around;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::known::people_index::PersonLine;

/// An action as a case's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionLine {
    pub id: ActionId,
    pub text: String,
    pub owner: PersonLine,
    pub due: Date,
    /// Its last day is over, and it is not done.
    pub is_overdue: bool,
    pub outcome: Option<String>,
}

/// That an action was set, as the history says it after the name of whoever did so.
pub(crate) fn set_words(action: &CaseAction, owner: &str) -> String {
    format!("set an action for {owner}, to be done by {}: {}", day_words(action.due), action.text)
}

impl Desk {
    /// The actions of a case, those that are still to be done first, each part in the order in which they were set.
    pub(crate) fn action_lines(&self, by: &Authorised, case: &Case) -> Vec<ActionLine> {
        let (people_index, today) = (self.people_index(by), self.today());
        let mut actions: Vec<&CaseAction> = case.actions.iter().collect();
        actions.sort_by_key(|action| !action.is_open());
        let line = |action: &CaseAction| ActionLine {
            id: action.id,
            text: action.text.clone(),
            owner: people_index.line(action.owner),
            due: action.due,
            is_overdue: action.is_open() && action.due < today,
            outcome: action.outcome.clone(),
        };
        actions.into_iter().map(line).collect()
    }

    /// What there is for the actor to do of a case's actions: their own, and those whose owner does not have the case any
    /// more or is away, where the case is theirs to see to.
    pub(crate) fn own_actions(&self, actor: &Authorised, case: &Case, people: &CasePeople) -> Vec<Task> {
        let is_theirs = |action: &&CaseAction| {
            report_clocks::to_remind(case, people, Reminder::ActionDueSoon(action.id)).contains(&actor.person)
        };
        let task = |action: &CaseAction| Task {
            kind: TaskKind::DoAction { case: case.id, action: action.id },
            title: "Do something about a report".to_owned(),
            detail: "It was set as an action for one of those who have the report.".to_owned(),
            date: TaskDate::new(action.due_at(self.time_zone()), action.set_at),
            urgent: false,
        };
        case.open_actions().filter(is_theirs).map(task).collect()
    }

    /// What there is for the actor to do of a case that is not theirs to take up and that they have not taken up: the first
    /// of that of which they are reminded by now.
    pub(crate) fn late_task(
        &self,
        actor: &Authorised,
        case: &Case,
        report: Option<&Report>,
        around: &Around,
    ) -> Option<Task> {
        let (timetable, around) = (self.timetable(), (&around.people, &around.candidates[..]));
        let is_given = |reminder: Reminder| {
            report_clocks::reminded(case, report, around, reminder, timetable).contains(&actor.person)
        };
        let mut given = report_clocks::reminders(case, report, self.at_once(), timetable);
        given.retain(|(at, reminder)| *at <= self.now() && is_given(*reminder));
        let next = report_clocks::next_to_follow(case, report, timetable).map(|(_, due)| due);
        let task = |reminder: Reminder| {
            let (kind, due, title, detail) = match reminder {
                Reminder::Overdue => (
                    TaskKind::TakeUp { case: case.id },
                    case.due,
                    "See that a report is taken up",
                    "By the policy somebody should have taken it up by now.",
                ),
                Reminder::PassOnDueSoon => (
                    TaskKind::PassOnDueSoon { case: case.id },
                    next,
                    "Pass a report on",
                    "By the policy you are one of those who pass it on.",
                ),
                Reminder::PassOnOverdue => (
                    TaskKind::PassOnOverdue { case: case.id },
                    next,
                    "See that a report is passed on",
                    "By the policy it should have been passed on by now.",
                ),
                Reminder::DeadlineOver => (
                    TaskKind::DeadlineOver { case: case.id },
                    case.open_deadline(),
                    "See that a report is dealt with",
                    "The time that the law or guidance allows for it is over.",
                ),
                _ => return None,
            };
            let (title, detail, date) = (title.to_owned(), detail.to_owned(), TaskDate::By(due?));
            Some(Task { kind, title, detail, date, urgent: false })
        };
        // Of two reminders of one time the later says more.
        given.iter().rev().filter_map(|(_, reminder)| task(*reminder)).min_by_key(|task| task.date.at())
    }
}
