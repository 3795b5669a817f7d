//! An entry in a register: written down, corrected, closed. One function steps it, and nothing that stood in it is lost.

use jiff::Timestamp;

use crate::{EntryId, FieldAnswer, FormAnswers, GrantId, PersonId, PolicyId, Version};

/// One entry in a register that a policy's clause has the school keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    pub id: EntryId,
    pub policy: PolicyId,
    pub version: Version,
    pub clause: String,
    /// The register's id in its policy.
    pub register: String,
    /// What it says, by the names of the register's fields.
    pub answers: FormAnswers,
    /// Whoever was there when it was written or last corrected, where the clause asks for a second person.
    pub second: Option<PersonId>,
    /// Those who were there before a correction named another.
    pub earlier_seconds: Vec<PersonId>,
    pub written_by: PersonId,
    pub written_at: Timestamp,
    /// The grant that a yes gave, and that this writes down; `None`: somebody wrote it by hand.
    pub grant: Option<GrantId>,
    pub closed: Option<EntryClosing>,
    /// That what it lists is lost or stolen, until somebody has found it.
    pub lost: Option<EntryLoss>,
    /// When the day by which something is to be done about it was last put off or brought forward.
    pub renewed_at: Option<Timestamp>,
}

/// That an entry holds no longer: what is listed was given back, put right, or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryClosing {
    pub by: PersonId,
    pub at: Timestamp,
    pub reason: String,
}

/// That what an entry lists is lost or stolen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryLoss {
    /// When that was said.
    pub at: Timestamp,
    /// Who of those who keep it said so; `None`: a report did, and by whom it was made stays there.
    pub by: Option<PersonId>,
}

/// Who takes a step, and whether they keep the entry: the clause says so, and not the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryActor {
    pub person: PersonId,
    pub keeps: bool,
}

/// What somebody does with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryStep {
    /// Puts other answers in the place of those that stand there.
    Correct {
        answers: FormAnswers,
        second: Option<PersonId>,
        reason: String,
    },
    Close {
        reason: String,
    },
    Reopen {
        reason: String,
    },
    MarkLost {
        reason: String,
    },
    MarkFound {
        reason: String,
    },
}

/// What happened to an entry, as its history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryEvent {
    /// With what stood there before.
    Corrected {
        answers: FormAnswers,
        second: Option<PersonId>,
    },
    Closed,
    Reopened,
    Lost,
    Found,
}

/// One line of an entry's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    pub at: Timestamp,
    /// `None`: a report did it, and neither by whom that was made nor who handles it is said here.
    pub by: Option<PersonId>,
    /// Empty where a report did it.
    pub reason: String,
    pub what: EntryEvent,
}

/// What follows a step: the entry as it stands now, and the line for its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryChange {
    pub entry: RegisterEntry,
    pub line: EntryLine,
}

/// Why a step was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRefusal {
    /// They don't keep it.
    NotTheirs,
    IsClosed,
    IsNotClosed,
    NoReason,
    /// A correction that says what stands there.
    NothingChanged,
    /// What it lists is lost: nothing is given out before it is found.
    IsLost,
    IsNotLost,
}

impl RegisterEntry {
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    pub fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Whether somebody was there as the second person, for the entry or a correction of it.
    pub fn was_there(&self, person: PersonId) -> bool {
        self.second == Some(person) || self.earlier_seconds.contains(&person)
    }

    /// The people whom its answers name.
    pub fn named(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.answers.values().flat_map(FieldAnswer::people).copied()
    }

    /// The entry after a step, and the line for its history. A refused step changes nothing.
    ///
    /// # Errors
    /// Somebody who does not keep the entry; a step that does not fit its state; no reason.
    pub fn step(&self, by: EntryActor, step: EntryStep, at: Timestamp) -> Result<EntryChange, EntryRefusal> {
        if !by.keeps {
            return Err(EntryRefusal::NotTheirs);
        }
        if self.is_closed() != matches!(step, EntryStep::Reopen { .. }) {
            return Err(if self.is_closed() { EntryRefusal::IsClosed } else { EntryRefusal::IsNotClosed });
        }
        let mut entry = self.clone();
        let (what, reason) = entry.take(by.person, step, at)?;
        Ok(EntryChange { entry, line: EntryLine { at, by: Some(by.person), reason, what } })
    }

    /// The entry once a report has said that what it lists is lost or stolen, and the line for its history. Who reported it or
    /// handles it need not keep it, and is not named in it.
    ///
    /// # Errors
    /// An entry that is closed, or that is marked as lost already.
    pub fn lost_by_report(&self, at: Timestamp) -> Result<EntryChange, EntryRefusal> {
        if self.is_closed() {
            return Err(EntryRefusal::IsClosed);
        }
        if self.is_lost() {
            return Err(EntryRefusal::IsLost);
        }
        let entry = RegisterEntry { lost: Some(EntryLoss { at, by: None }), ..self.clone() };
        Ok(EntryChange { entry, line: EntryLine { at, by: None, reason: String::new(), what: EntryEvent::Lost } })
    }

    fn take(&mut self, by: PersonId, step: EntryStep, at: Timestamp) -> Result<(EntryEvent, String), EntryRefusal> {
        match step {
            EntryStep::Correct { .. } | EntryStep::MarkLost { .. } if self.is_lost() => Err(EntryRefusal::IsLost),
            EntryStep::Correct { answers, second, reason } => {
                let reason = words(&reason)?;
                if self.answers == answers && self.second == second {
                    return Err(EntryRefusal::NothingChanged);
                }
                let answers = std::mem::replace(&mut self.answers, answers);
                let second = std::mem::replace(&mut self.second, second);
                self.earlier_seconds.extend(second.filter(|before| !self.was_there(*before)));
                Ok((EntryEvent::Corrected { answers, second }, reason))
            }
            EntryStep::Close { reason } => {
                let reason = words(&reason)?;
                self.closed = Some(EntryClosing { by, at, reason: reason.clone() });
                Ok((EntryEvent::Closed, reason))
            }
            EntryStep::Reopen { reason } => {
                let reason = words(&reason)?;
                self.closed = None;
                Ok((EntryEvent::Reopened, reason))
            }
            EntryStep::MarkLost { reason } => {
                let reason = words(&reason)?;
                self.lost = Some(EntryLoss { at, by: Some(by) });
                Ok((EntryEvent::Lost, reason))
            }
            EntryStep::MarkFound { .. } if !self.is_lost() => Err(EntryRefusal::IsNotLost),
            EntryStep::MarkFound { reason } => {
                let reason = words(&reason)?;
                self.lost = None;
                Ok((EntryEvent::Found, reason))
            }
        }
    }
}

fn words(reason: &str) -> Result<String, EntryRefusal> {
    let reason = reason.trim();
    if reason.is_empty() { Err(EntryRefusal::NoReason) } else { Ok(reason.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;

    const KEEPER: EntryActor = EntryActor { person: PersonId(Uuid::from_u128(1)), keeps: true };
    const OTHER: EntryActor = EntryActor { person: PersonId(Uuid::from_u128(2)), keeps: false };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn says(text: &str) -> FormAnswers {
        BTreeMap::from([("device".to_owned(), FieldAnswer::Text(text.to_owned()))])
    }

    fn entry() -> RegisterEntry {
        RegisterEntry {
            id: EntryId(Uuid::from_u128(9)),
            policy: PolicyId("web-use".to_owned()),
            version: Version(1),
            clause: "own-devices".to_owned(),
            register: "own-devices".to_owned(),
            answers: says("a telephone"),
            second: None,
            written_by: KEEPER.person,
            written_at: at(0),
            grant: None,
            earlier_seconds: Vec::new(),
            closed: None,
            lost: None,
            renewed_at: None,
        }
    }

    fn correct(text: &str) -> EntryStep {
        EntryStep::Correct { answers: says(text), second: None, reason: " Typed wrongly ".to_owned() }
    }

    fn close() -> EntryStep {
        EntryStep::Close { reason: "Given back".to_owned() }
    }

    #[test]
    fn whoever_was_there_for_the_entry_or_for_a_correction_stays_so() {
        let there = |number| PersonId(Uuid::from_u128(number));
        let mut entry = RegisterEntry { second: Some(there(3)), ..entry() };
        for (number, earlier) in [(4, &[3][..]), (4, &[3]), (3, &[3, 4]), (5, &[3, 4])] {
            let (second, reason) = (Some(there(number)), "as the test says".to_owned());
            let answers = says(&format!("a telephone, {number}, {}", entry.earlier_seconds.len()));
            let step = EntryStep::Correct { answers, second, reason };
            entry = entry.step(KEEPER, step, at(1)).map_or(entry, |changed| changed.entry);
            let earlier: Vec<PersonId> = earlier.iter().map(|number| there(*number)).collect();
            assert_eq!((entry.second, &entry.earlier_seconds), (second, &earlier));
            assert!(earlier.iter().all(|person| entry.was_there(*person)) && !entry.was_there(there(9)));
        }
    }

    #[test]
    fn a_correction_keeps_what_stood_there_and_why_it_was_put_right() {
        let changed = entry().step(KEEPER, correct("a tablet"), at(5)).expect("a keeper corrects");
        assert_eq!(changed.entry.answers, says("a tablet"));
        let what = EntryEvent::Corrected { answers: says("a telephone"), second: None };
        assert_eq!(
            changed.line,
            EntryLine { at: at(5), by: Some(KEEPER.person), reason: "Typed wrongly".to_owned(), what }
        );
        assert_eq!(entry().step(KEEPER, correct("a telephone"), at(5)), Err(EntryRefusal::NothingChanged));
    }

    #[test]
    fn who_does_not_keep_it_takes_no_step() {
        for step in [correct("a tablet"), close()] {
            assert_eq!(entry().step(OTHER, step, at(5)), Err(EntryRefusal::NotTheirs));
        }
    }

    #[test]
    fn what_is_closed_stays_as_it_is_until_it_is_reopened() {
        let closed = entry().step(KEEPER, close(), at(5)).expect("a keeper closes").entry;
        let by = KEEPER.person;
        assert_eq!(closed.closed, Some(EntryClosing { by, at: at(5), reason: "Given back".to_owned() }));
        assert_eq!(closed.step(KEEPER, correct("a tablet"), at(6)), Err(EntryRefusal::IsClosed));
        assert_eq!(closed.step(KEEPER, close(), at(6)), Err(EntryRefusal::IsClosed));
        let reopen = EntryStep::Reopen { reason: "It was not".to_owned() };
        assert_eq!(entry().step(KEEPER, reopen.clone(), at(6)), Err(EntryRefusal::IsNotClosed));
        assert_eq!(closed.step(KEEPER, reopen, at(6)).expect("a keeper reopens").entry, entry());
    }

    #[test]
    fn what_is_lost_is_neither_corrected_nor_lost_again_until_it_is_found() {
        let lose = || EntryStep::MarkLost { reason: "Left on the bus".to_owned() };
        let find = || EntryStep::MarkFound { reason: "The bus company has it".to_owned() };
        assert_eq!(entry().step(KEEPER, find(), at(5)), Err(EntryRefusal::IsNotLost));
        let by_keeper = entry().step(KEEPER, lose(), at(5)).expect("a keeper marks it").entry;
        assert_eq!(by_keeper.lost, Some(EntryLoss { at: at(5), by: Some(KEEPER.person) }));
        let by_report = entry().lost_by_report(at(5)).expect("it is not lost yet");
        assert_eq!((by_report.entry.lost, by_report.line.by), (Some(EntryLoss { at: at(5), by: None }), None));
        for lost in [by_keeper, by_report.entry] {
            for step in [correct("a tablet"), lose()] {
                assert_eq!(lost.step(KEEPER, step, at(6)), Err(EntryRefusal::IsLost));
            }
            assert_eq!(lost.lost_by_report(at(6)), Err(EntryRefusal::IsLost));
            assert_eq!(lost.step(OTHER, find(), at(6)), Err(EntryRefusal::NotTheirs));
            assert_eq!(lost.step(KEEPER, find(), at(6)).expect("a keeper marks it").entry, entry());
            let closed = lost.step(KEEPER, close(), at(6)).expect("it is written off").entry;
            assert!(closed.is_lost() && closed.is_closed());
        }
        let closed = entry().step(KEEPER, close(), at(5)).expect("a keeper closes").entry;
        assert_eq!(closed.lost_by_report(at(6)), Err(EntryRefusal::IsClosed));
    }

    #[test]
    fn each_step_has_a_reason() {
        let empty = || " ".to_owned();
        let correct = EntryStep::Correct { answers: says("a tablet"), second: None, reason: empty() };
        for step in [correct, EntryStep::Close { reason: empty() }, EntryStep::MarkLost { reason: empty() }] {
            assert_eq!(entry().step(KEEPER, step, at(5)), Err(EntryRefusal::NoReason));
        }
    }
}
