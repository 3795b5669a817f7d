//! What those who have a case are to do about it: as its page shows it, and as there is something to do for each of them.

use domain::{ActionId, Case, CaseAction, Reminder, day_words};
use jiff::civil::Date;
use policy::rules::report_clocks;
use policy::rules::reporting::CasePeople;

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
}
