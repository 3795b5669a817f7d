//! A case: something that was reported and is open until somebody has closed it. One function steps it.

mod case_action;
mod case_event;
mod case_line;
mod case_refusal;
mod site_decision;

pub use case_action::CaseAction;
pub use case_event::{CaseEntry, CaseEvent};
pub use case_line::{
    BreachPart, CaseLine, CaseLineProblem, LineForm, LinePart, ReferredTo, WrittenAt, known_of_breach,
};
pub use case_refusal::CaseRefusal;
pub use site_decision::{ClosedSite, SiteDecision};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::reminder::{reminders, three_quarters};
use crate::{ActionId, CaseId, EntryId, Escalation, Host, PersonId, PolicyId, Reminder, Role, Version};

/// Something that was reported by a policy's clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub policy: PolicyId,
    pub version: Version,
    pub clause: String,
    /// The report's id in its policy.
    pub report: String,
    /// Who reported it; `None`: somebody who was not signed in.
    pub reporter: Option<PersonId>,
    /// Whether the reporter's name stays with those that it went to first.
    pub in_confidence: bool,
    /// The people whom it is about, in the order in which it was said. None of them receives it.
    pub about: Vec<PersonId>,
    /// The roles that it went to first.
    pub sent_to: Vec<Role>,
    /// The roles that it was passed on to since, in or outside the school.
    pub passed_to: Vec<Role>,
    /// Where it went besides, because something was not done in time.
    pub escalation: Option<Escalation>,
    pub opened_at: Timestamp,
    /// When it was last opened again, where it was.
    pub reopened_at: Option<Timestamp>,
    /// When somebody should have taken it up, where the clause says.
    pub due: Option<Timestamp>,
    /// The deadline that outside law or guidance sets.
    pub deadline: Option<Timestamp>,
    /// Since when that deadline counts, where it is kept: not always since the report.
    pub clock_from: Option<Timestamp>,
    /// When it was first written down whether the regulator was told, which is what the deadline of a data breach asks for.
    #[serde(default)]
    pub regulator_said_at: Option<Timestamp>,
    /// What those who have it are to do about it, or have done, in the order in which it was set.
    pub actions: Vec<CaseAction>,
    /// The entries in registers that list what it says is lost or stolen, in the order in which that was said.
    #[serde(default)]
    pub lost: Vec<EntryId>,
    pub state: CaseState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum CaseState {
    Open,
    TakenUp { by: PersonId, at: Timestamp },
    Closed { by: PersonId, at: Timestamp, reason: String },
}

/// Who takes a step, and how they stand towards the case: the clause says so, and not the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseActor {
    pub person: PersonId,
    pub receives: bool,
    pub may_close: bool,
}

/// What somebody does with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseStep {
    /// Takes it up, from whoever had taken it up as far as they know.
    TakeUp {
        from: Option<PersonId>,
    },
    /// Writes something down for those who receive it.
    Note {
        text: String,
    },
    /// Writes a line of its own kind down for those who receive it, on this day at school ([`CaseStep::write_down`]).
    WriteDown {
        line: CaseLine,
        today: Date,
    },
    /// Answers the reporter.
    Answer {
        text: String,
    },
    /// Passes it on to a role, whose holders receive it too.
    PassOn {
        to: Role,
        note: String,
    },
    /// Says that it is about somebody, who receives it no longer; the holders of the roles that the clause names `instead`
    /// do ([`CaseStep::is_about`]).
    IsAbout {
        person: PersonId,
        instead: Vec<Role>,
    },
    /// Sets an action for one of those who receive it, from this day at school on ([`CaseStep::set_action`]).
    SetAction {
        id: ActionId,
        text: String,
        owner: PersonId,
        due: Date,
        today: Date,
    },
    /// Says what came of an action.
    FinishAction {
        action: ActionId,
        outcome: String,
    },
    /// Says since when it is known in truth, from which its deadline follows ([`CaseStep::correct_known_since`]).
    CorrectKnownSince {
        since: Timestamp,
        reason: String,
        /// Since when it was known until now.
        before: Timestamp,
        deadline: Option<Timestamp>,
    },
    /// Says that another case belongs to it.
    Link {
        to: CaseId,
    },
    /// Says that a case which was linked does not belong to it.
    Unlink {
        to: CaseId,
    },
    /// Says that what an entry in a register lists is lost or stolen, and that it is about that.
    SayLost {
        entry: EntryId,
    },
    /// Says whether the site that it is of is closed, which the desk does.
    DecideSite {
        site: Host,
        decision: SiteDecision,
        reason: String,
    },
    Close {
        reason: String,
    },
    Reopen {
        reason: String,
    },
}

impl CaseStep {
    /// The step as whoever says it knows it: who gets the case instead is the clause's to say, and the desk fills it in.
    pub fn is_about(person: PersonId) -> CaseStep {
        CaseStep::IsAbout { person, instead: Vec::new() }
    }

    /// The step as whoever sets the action knows it: its identifier and which day it is the desk fills in.
    pub fn set_action(text: String, owner: PersonId, due: Date) -> CaseStep {
        CaseStep::SetAction { id: ActionId(Uuid::nil()), text, owner, due, today: Date::MIN }
    }

    /// The step as whoever puts the time right knows it: since when it was known until now, and the deadline, the
    /// desk fills in.
    pub fn correct_known_since(since: Timestamp, reason: String) -> CaseStep {
        CaseStep::CorrectKnownSince { since, reason, before: Timestamp::MIN, deadline: None }
    }

    /// The step as whoever writes the line knows it: which day it is the desk fills in. Without that no day has come yet.
    pub fn write_down(line: CaseLine) -> CaseStep {
        CaseStep::WriteDown { line, today: Date::MIN }
    }
}

/// Who is to be told that something happened. What they are told says nothing of the case but that there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseNotice {
    /// Those who receive it.
    Receivers,
    /// Those who receive it by this role, which it has just come to.
    HoldersOf(Role),
    /// Whoever an action was set for.
    Owner(PersonId),
    /// Whoever reported it.
    Reporter,
}

/// What follows a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEffects {
    pub entry: CaseEntry,
    pub tell: Vec<CaseNotice>,
}

impl Case {
    pub fn is_about(&self, person: PersonId) -> bool {
        self.about.contains(&person)
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.state, CaseState::Closed { .. })
    }

    /// What is to be reminded of and when, as the case stands. What is to be taken up at once is overdue after
    /// `at_once`, without a reminder before.
    pub fn reminders(&self, at_once: SignedDuration, zone: &TimeZone) -> Vec<(Timestamp, Reminder)> {
        let due = self.due.filter(|_| self.state == CaseState::Open);
        let mut all = due.map(|due| reminders(self.waits_since(), due, at_once)).unwrap_or_default();
        if let Some(deadline) = self.open_deadline() {
            // Of what is not reported yet, nobody is reminded.
            let near = three_quarters(self.clock_runs_from(), deadline);
            all.push((near.max(self.opened_at), Reminder::DeadlineNear));
            all.push((deadline.max(self.opened_at), Reminder::DeadlineOver));
        }
        if !self.is_closed() {
            all.extend(self.actions.iter().flat_map(|action| action.reminders(zone)));
        }
        all
    }

    /// What is still to be done about it.
    pub fn open_actions(&self) -> impl Iterator<Item = &CaseAction> {
        self.actions.iter().filter(|action| action.is_open())
    }

    pub fn open_action(&self, id: ActionId) -> Option<&CaseAction> {
        self.open_actions().find(|action| action.id == id)
    }

    /// The roles that it has come to, by whatever way.
    pub fn has_come_to(&self) -> impl Iterator<Item = Role> + '_ {
        let escalated = self.escalation.iter().flat_map(|escalation| &escalation.to);
        self.sent_to.iter().chain(&self.passed_to).chain(escalated).copied()
    }

    /// Whether it went to a role when it was reported, or somebody passed it on to it. Where it goes because something was
    /// not done in time, nobody does so.
    pub fn was_given_to(&self, role: Role) -> bool {
        self.sent_to.contains(&role) || self.passed_to.contains(&role)
    }

    /// The deadline that outside law or guidance sets, while what it asks for is still to be done: of a data breach that it
    /// is said whether the regulator was told, of anything else that it is closed. What is opened again after it has none:
    /// it was closed for a time, and closing is what it asked for.
    pub fn open_deadline(&self) -> Option<Timestamp> {
        let is_open_since = |deadline: &Timestamp| self.reopened_at.is_none_or(|at| at <= *deadline);
        self.deadline.filter(|_| !self.is_closed() && self.regulator_said_at.is_none()).filter(is_open_since)
    }

    /// Since when it is there to be taken up.
    fn waits_since(&self) -> Timestamp {
        self.reopened_at.unwrap_or(self.opened_at)
    }

    /// Since when the deadline counts that outside law or guidance sets.
    pub fn clock_runs_from(&self) -> Timestamp {
        self.clock_from.unwrap_or(self.opened_at)
    }

    /// Whether something is to be done within a day of the report.
    pub fn is_within_a_day(&self, due: Timestamp) -> bool {
        due.duration_since(self.opened_at) <= SignedDuration::from_hours(24)
    }

    /// Whether it should be taken up within a day of being reported, or opened again, or has to be dealt with within three
    /// days by law: the 72 hours of UK GDPR Article 33 run on through nights and weekends.
    pub fn is_pressing(&self) -> bool {
        let within = |hours, end: Option<Timestamp>, from| {
            end.is_some_and(|end| end.duration_since(from) <= SignedDuration::from_hours(hours))
        };
        within(24, self.due, self.waits_since()) || within(72, self.deadline, self.clock_runs_from())
    }

    /// Whoever has taken it up, while it is open.
    pub fn taken_up_by(&self) -> Option<PersonId> {
        match self.state {
            CaseState::TakenUp { by, .. } => Some(by),
            CaseState::Open | CaseState::Closed { .. } => None,
        }
    }

    /// The case after a step, and what follows. A refused step changes nothing.
    ///
    /// # Errors
    /// Somebody who does not receive the case or whom it is about; a step that does not fit its state; an empty text.
    pub fn step(&self, by: CaseActor, step: CaseStep, now: Timestamp) -> Result<(Case, CaseEffects), CaseRefusal> {
        if self.is_about(by.person) {
            return Err(CaseRefusal::AboutThemselves);
        }
        let closes = matches!(step, CaseStep::Close { .. } | CaseStep::Reopen { .. });
        if closes && !by.may_close {
            return Err(if by.receives { CaseRefusal::NotTheirsToClose } else { CaseRefusal::NotReceived });
        }
        // Whoever closes it alone writes down what closing asks of them: which lines that is, the clause says.
        let writes = matches!(step, CaseStep::WriteDown { .. }) && by.may_close;
        if !closes && !by.receives && !writes {
            return Err(CaseRefusal::NotReceived);
        }
        if self.is_closed() != matches!(step, CaseStep::Reopen { .. }) {
            return Err(if self.is_closed() { CaseRefusal::IsClosed } else { CaseRefusal::IsNotClosed });
        }
        let mut case = self.clone();
        let (what, tell) = case.take(by.person, step, now)?;
        Ok((case, CaseEffects { entry: CaseEntry { at: now, by: by.person, what }, tell }))
    }

    fn take(
        &mut self,
        by: PersonId,
        step: CaseStep,
        at: Timestamp,
    ) -> Result<(CaseEvent, Vec<CaseNotice>), CaseRefusal> {
        Ok(match step {
            CaseStep::TakeUp { from } => {
                let had = self.taken_up_by();
                if let Some(other) = had.filter(|_| had != from || had == Some(by)) {
                    return Err(CaseRefusal::TakenUpBy(other));
                }
                self.state = CaseState::TakenUp { by, at };
                (CaseEvent::TakenUp { from: had }, Vec::new())
            }
            CaseStep::Note { text } => (CaseEvent::Noted { text: words(text)? }, Vec::new()),
            CaseStep::WriteDown { line, today } => {
                let when = WrittenAt { today, now: at, deadline: self.deadline };
                let line = line.checked(when).map_err(CaseRefusal::Line)?;
                if line.form() == LineForm::Regulator {
                    self.regulator_said_at.get_or_insert(at);
                }
                (CaseEvent::WrittenDown(line), Vec::new())
            }
            CaseStep::Answer { text } => (CaseEvent::Answered { text: words(text)? }, vec![CaseNotice::Reporter]),
            CaseStep::PassOn { to, note } => {
                if self.was_given_to(to) {
                    return Err(CaseRefusal::HasItAlready(to));
                }
                self.passed_to.push(to);
                (CaseEvent::PassedOn { to, note: note.trim().to_owned() }, vec![CaseNotice::HoldersOf(to)])
            }
            CaseStep::IsAbout { person, instead } => {
                if self.is_about(person) {
                    return Err(CaseRefusal::IsAboutThemAlready);
                }
                self.about.push(person);
                self.passed_to.extend(&instead);
                if self.taken_up_by() == Some(person) {
                    self.state = CaseState::Open;
                }
                // Where nobody is left who may receive it, it comes to others: they learn of it now.
                (CaseEvent::IsAbout { person, to: instead }, vec![CaseNotice::Receivers])
            }
            CaseStep::SetAction { id, text, owner, due, today } => {
                if let Some(known) = self.actions.iter().find(|known| known.id == id) {
                    let is_same = known.text == text.trim() && known.owner == owner && known.due == due;
                    return Err(if is_same { CaseRefusal::SetAlready } else { CaseRefusal::AnotherSet });
                }
                if due < today {
                    return Err(CaseRefusal::DueBeforeToday);
                }
                let action = CaseAction { id, text: words(text)?, owner, due, set_at: at, outcome: None };
                self.actions.push(action.clone());
                (CaseEvent::ActionSet(action), vec![CaseNotice::Owner(owner)])
            }
            CaseStep::FinishAction { action, outcome } => {
                let mut open = self.actions.iter_mut().filter(|known| known.is_open());
                let done = open.find(|known| known.id == action).ok_or(CaseRefusal::NoOpenAction)?;
                let outcome = words(outcome)?;
                done.outcome = Some(outcome.clone());
                (CaseEvent::ActionDone { action, text: done.text.clone(), outcome }, Vec::new())
            }
            CaseStep::CorrectKnownSince { since, reason, before, deadline } => {
                if since > self.opened_at {
                    return Err(CaseRefusal::KnownLater);
                }
                if since == before {
                    return Err(CaseRefusal::KnownSinceThen);
                }
                let reason = words(reason)?;
                self.clock_from = Some(since);
                self.deadline = deadline;
                (CaseEvent::KnownSinceCorrected { before, since, reason }, Vec::new())
            }
            CaseStep::Link { to } => (CaseEvent::Linked { to }, Vec::new()),
            CaseStep::Unlink { to } => (CaseEvent::Unlinked { to }, Vec::new()),
            CaseStep::SayLost { entry } => {
                if self.lost.contains(&entry) {
                    return Err(CaseRefusal::SaidLostAlready);
                }
                self.lost.push(entry);
                (CaseEvent::SaidLost { entry }, Vec::new())
            }
            CaseStep::DecideSite { site, decision, reason } => {
                (CaseEvent::SiteDecided { site, decision, reason: words(reason)? }, vec![CaseNotice::Reporter])
            }
            CaseStep::Close { reason } => {
                if self.open_actions().next().is_some() {
                    return Err(CaseRefusal::OpenActions);
                }
                let reason = words(reason)?;
                self.state = CaseState::Closed { by, at, reason: reason.clone() };
                (CaseEvent::Closed { reason }, vec![CaseNotice::Reporter])
            }
            CaseStep::Reopen { reason } => {
                let reason = words(reason)?;
                // What time there was to take it up counts anew.
                self.due = self.due.map(|due| at + due.duration_since(self.waits_since()));
                self.reopened_at = Some(at);
                self.state = CaseState::Open;
                (CaseEvent::Reopened { reason }, vec![CaseNotice::Receivers])
            }
        })
    }
}

/// The cases that a history links to, those left out whose link was taken back.
pub fn linked_cases(entries: &[CaseEntry]) -> Vec<CaseId> {
    let mut linked = Vec::new();
    for entry in entries {
        match entry.what {
            CaseEvent::Linked { to } if !linked.contains(&to) => linked.push(to),
            CaseEvent::Unlinked { to } => linked.retain(|known| *known != to),
            _ => {}
        }
    }
    linked
}

fn words(text: String) -> Result<String, CaseRefusal> {
    let text = text.trim();
    if text.is_empty() { Err(CaseRefusal::NoWords) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
#[path = "case/tests.rs"]
mod tests;
