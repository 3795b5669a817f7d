//! The times of a report: of what those who have it are reminded and when, and where it goes when a time is over.

use domain::{Case, Duty, Escalation, PersonId, Reminder, Role, Roles, Timetable};
use jiff::{SignedDuration, Timestamp};

use crate::kinds::Report;
use crate::rules::deadlines::{self, Onward, soon};
use crate::rules::reporting::{Candidate, CasePeople, holders, people, roles_of_those_concerned};
use crate::value::ThenStep;

/// A step that must still follow before a case is closed, and when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    pub step: ThenStep,
    pub due: Option<Timestamp>,
}

/// The steps that must still follow before a case is closed. That it went to a role because it was late is none of them.
pub fn outstanding(case: &Case, report: Option<&Report>, timetable: &Timetable) -> Vec<Outstanding> {
    let steps = report.and_then(|report| report.then.as_ref()).into_iter().flat_map(|steps| &steps.0);
    let is_taken = |step: &&ThenStep| step.to.iter().all(|role| case.was_given_to(*role));
    let open = steps.filter(|step| !is_taken(step));
    let opened = case.opened_at.to_zoned(timetable.time_zone.clone());
    let due = |step: &ThenStep| soon(step.within?, &opened, &timetable.calendar);
    open.map(|step| Outstanding { step: step.clone(), due: due(step) }).collect()
}

/// The step that must follow first while a case is open, and when it is due; `None` where no step that is left has a time.
pub fn next_to_follow(case: &Case, report: Option<&Report>, timetable: &Timetable) -> Option<(ThenStep, Timestamp)> {
    let left = outstanding(case, report, timetable).into_iter().filter(|_| !case.is_closed());
    left.filter_map(|left| Some((left.step, left.due?))).min_by_key(|(_, due)| *due)
}

/// What is to be reminded of and when, as a case stands. What is to be done at once is overdue after `at_once`, without a
/// reminder before.
pub fn reminders(
    case: &Case,
    report: Option<&Report>,
    at_once: SignedDuration,
    timetable: &Timetable,
) -> Vec<(Timestamp, Reminder)> {
    let mut all = case.reminders(at_once, &timetable.time_zone);
    let of_passing_on = |reminder| match reminder {
        Reminder::Overdue => Reminder::PassOnOverdue,
        _ => Reminder::PassOnDueSoon,
    };
    if let Some((_, due)) = next_to_follow(case, report, timetable) {
        let given = domain::reminders(case.opened_at, due, at_once);
        all.extend(given.into_iter().map(|(at, reminder)| (at, of_passing_on(reminder))));
    }
    all
}

/// Who is reminded of a case. That it is to be passed on, those who receive it by a role by which the clause has it passed
/// on and are there; of anything else, and where nobody is, those whom [`to_remind`] names.
pub fn reminded(
    case: &Case,
    report: Option<&Report>,
    (people, candidates): (&CasePeople, &[Candidate]),
    reminder: Reminder,
    timetable: &Timetable,
) -> Vec<PersonId> {
    let next = next_to_follow(case, report, timetable).filter(|_| reminder == Reminder::PassOnDueSoon);
    let mut by = next.map(|(step, _)| holders(case, candidates, &step.by)).unwrap_or_default();
    by.retain(|person| people.is_there(*person));
    if by.is_empty() { to_remind(case, people, reminder) } else { by }
}

/// Who is reminded of a case: whoever has taken it up, where somebody has who sees to it; else those who receive it, and
/// once it is overdue those who close it too. Once it should have been passed on, or its deadline is over, all of these. Of an
/// action, its owner, while they receive the case and are there; once it is overdue whoever has taken the case up too.
pub fn to_remind(case: &Case, people: &CasePeople, reminder: Reminder) -> Vec<PersonId> {
    if let Reminder::ActionDueSoon(action) | Reminder::ActionOverdue(action) = reminder {
        let owner = case.open_action(action).map(|action| action.owner);
        if let Some(owner) = owner.filter(|owner| people.is_there(*owner)) {
            let too = case.taken_up_by().filter(|_| matches!(reminder, Reminder::ActionOverdue(_)));
            return [owner]
                .into_iter()
                .chain(too.filter(|person| people.read_by(*person) && *person != owner))
                .collect();
        }
    }
    match case.taken_up_by().filter(|_| !people.waits(case)) {
        _ if matches!(reminder, Reminder::DeadlineOver | Reminder::PassOnOverdue) => people.readers(),
        Some(person) => vec![person],
        None if reminder == Reminder::Overdue => people.readers(),
        None => people.receivers.clone(),
    }
}

/// Where a case goes at `at`, when a time of it is over: to the roles that the clause names, or those instead of one whom it
/// is about. Where all who hold them are such, it goes to the first role of the catalogue that receives reports and has a
/// holder who has it not, and there too where the deadline of outside law or guidance is over and the clause names nobody who
/// has it not. `None` where it has gone further before and where, at another time, the clause names nobody or those alone who
/// have it already.
pub fn escalation(
    case: &Case,
    report: Option<&Report>,
    candidates: &[Candidate],
    catalogue: &Roles,
    (over, at): (Reminder, Timestamp),
) -> Option<Escalation> {
    let report = report.filter(|_| case.escalation.is_none())?;
    // Those who have it for an absence alone lose it again.
    let all_there: Vec<Candidate> =
        candidates.iter().map(|known| Candidate { is_away: false, ..known.clone() }).collect();
    let have_it = people(case, Some(report), &all_there, catalogue, &|_| false).receivers;
    let onward = |roles| deadlines::onward(roles, &|roles| holders(case, candidates, roles), &have_it, at);
    let of_last_resort = || {
        catalogue.carrying(Duty::ReceiveReports).find_map(|entry| match onward(vec![entry.role]) {
            Onward::To(escalation) => Some(escalation),
            Onward::HaveIt | Onward::NobodyThere => None,
        })
    };
    let is_by_law = over == Reminder::DeadlineOver;
    let Some(named) = &report.escalate else { return if is_by_law { of_last_resort() } else { None } };
    let about = roles_of_those_concerned(case, candidates);
    let routes = report.instead_if_about.iter().flat_map(|routes| &routes.0);
    let met: Vec<&(Role, Vec<Role>)> = routes.filter(|(role, _)| about.contains(*role)).collect();
    let instead = |role: &Role| met.iter().find(|(replaced, _)| replaced == role).map(|(_, instead)| instead.clone());
    match onward(named.iter().flat_map(|role| instead(role).unwrap_or_else(|| vec![*role])).collect()) {
        Onward::To(escalation) => Some(escalation),
        Onward::HaveIt if !is_by_law => None,
        Onward::HaveIt | Onward::NobodyThere => of_last_resort(),
    }
}
