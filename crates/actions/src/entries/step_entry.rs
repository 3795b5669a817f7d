//! Correcting an entry, closing it, and opening it again.

use std::collections::BTreeMap;

use domain::{EntryActor, EntryChange, EntryEvent, EntryId, EntryRefusal, EntryStep, RegisterEntry, Told};
use policy::kinds::Register;
use policy::rules::registers::{self, consent_lists, losses, upkeep};
use records::{EntryRecord, Event};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::stores::DeskChange;
use crate::desk::texts::TooLong;
use crate::entries::entry_lines::EntryStanding;
use crate::entries::entry_problems::{EntryProblems, Typed};
use crate::known::entry_standing::{lasting, standing};
use crate::known::published_policies::KnownRegister;
use crate::known::waiting::Matter;

#[derive(Debug, Clone)]
pub struct StepEntry {
    pub entry: EntryId,
    pub act: EntryAct,
    pub reason: String,
}

/// What somebody does with an entry.
#[derive(Debug, Clone)]
pub enum EntryAct {
    /// What was typed into the form, and the second person's username.
    Correct {
        answers: BTreeMap<String, String>,
        second: String,
    },
    Close,
    Reopen,
    MarkLost,
    MarkFound,
}

verb_error! {
    StepEntryError {
        #[error("There is no entry here with this address.")]
        NotFound => NotFound;
        #[error("{problems}")]
        Wrong { problems: EntryProblems } => Invalid("answers");
        #[error("Say why, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("This says what stands there already. Change what is wrong, or leave it as it is.")]
        NothingChanged => Invalid("reason");
        #[error("This entry has been closed.")]
        IsClosed => Conflict;
        #[error("This entry is not closed.")]
        IsNotClosed => Conflict;
        #[error("What this entry lists is lost or stolen. Mark it as found first.")]
        IsLost => Conflict;
        #[error("What this entry lists is not marked as lost.")]
        IsNotLost => Conflict;
        #[error("What this entry writes down has ended.")]
        HasEnded => Conflict;
        #[error("This entry holds as long as the permission that was given. Take that back instead.")]
        EndsWithGrant => Conflict;
    }
}

impl From<EntryRefusal> for StepEntryError {
    fn from(refusal: EntryRefusal) -> Self {
        match refusal {
            EntryRefusal::NotTheirs => Forbidden::because("it is for those who keep the register").into(),
            EntryRefusal::IsClosed => StepEntryError::IsClosed,
            EntryRefusal::IsNotClosed => StepEntryError::IsNotClosed,
            EntryRefusal::NoReason => StepEntryError::ReasonMissing,
            EntryRefusal::NothingChanged => StepEntryError::NothingChanged,
            EntryRefusal::IsLost => StepEntryError::IsLost,
            EntryRefusal::IsNotLost => StepEntryError::IsNotLost,
        }
    }
}

impl Desk {
    /// Takes a step with an entry. To whoever may not read it, it is not there.
    pub async fn step_entry(&self, actor: &Actor, input: StepEntry) -> Result<(), StepEntryError> {
        let (actor, mut change) = self.begin_change(actor, Verb::StepEntry).await?;
        let record = change.register_entry(input.entry).await?.ok_or(StepEntryError::NotFound)?;
        let entry = &record.entry;
        let published_policies = self.published_policies();
        let known = published_policies.register(&entry.policy, &entry.register);
        let KnownRegister { register, in_force, .. } = known.ok_or(StepEntryError::NotFound)?;
        let reader = self.register_reader(&actor, register);
        if !reader.reads(entry) {
            return Err(StepEntryError::NotFound);
        }
        let by = EntryActor { person: actor.person, keeps: reader.keeps(entry) };
        if !by.keeps {
            return Err(EntryRefusal::NotTheirs.into());
        }
        if standing(register, &record, change.at()) == EntryStanding::Ended {
            return Err(StepEntryError::HasEnded);
        }
        let step = self.entry_step(&actor, register, &record, input)?;
        let mut changed = entry.step(by, step, change.at())?;
        changed.entry = upkeep::renewed(register, entry, changed.entry, change.at());
        self.keep_step(&mut change, (register, in_force), &record, &changed).await?;
        let event = Event::StepEntry { entry: entry.id, step: (&changed.line.what).into() };
        let kept = change.commit(&actor, event).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Entry(entry.id)]).await?;
        Ok(())
    }

    /// Keeps an entry of a register, which the version in force may have, as a step left it, and tells whom that concerns.
    pub(crate) async fn keep_step(
        &self,
        change: &mut DeskChange,
        (register, in_force): (&Register, bool),
        record: &EntryRecord,
        changed: &EntryChange,
    ) -> Result<(), records::Error> {
        let (entry, lasting, said) = (&record.entry, lasting(record), record.said.as_ref());
        let asks_for = |entry: &RegisterEntry| upkeep::of_entry(register, entry, lasting, said, self.time_zone());
        change.step_entry(&changed.entry, &changed.line).await?;
        if asks_for(&changed.entry) != asks_for(entry) {
            // It is told anew when its time comes.
            change.forget_notices(Told::EntryDue(entry.id)).await?;
        }
        if changed.line.what == EntryEvent::Lost {
            self.tell_of_loss(change, register, changed).await?;
        } else if entry.is_lost() && !changed.entry.is_lost() {
            change.forget_notices(Told::EntryLost(entry.id)).await?;
        }
        if in_force {
            self.tell_to_sign(change, register, &changed.entry, said).await?;
        }
        Ok(())
    }

    fn entry_step(
        &self,
        actor: &Authorised,
        register: &Register,
        record: &EntryRecord,
        input: StepEntry,
    ) -> Result<EntryStep, StepEntryError> {
        let reason = self.text(&input.reason).map_err(|too_long| StepEntryError::LongReason { too_long })?;
        Ok(match input.act {
            EntryAct::Correct { .. } if consent_lists::follows(register) => {
                return Err(Forbidden::because("the register follows from a consent, and nobody writes in it").into());
            }
            EntryAct::Correct { answers, second } => {
                let writers = [record.entry.written_by, actor.person];
                let typed =
                    Typed { answers: &answers, before: &record.entry.answers, second: &second, writers: &writers };
                let read = self.read_entry(actor, register, typed);
                let (answers, second) = read.map_err(|problems| StepEntryError::Wrong { problems })?;
                EntryStep::Correct { answers, second, reason }
            }
            EntryAct::Close if !registers::may_close(register, &record.entry) => {
                return Err(StepEntryError::EndsWithGrant);
            }
            EntryAct::Close => EntryStep::Close { reason },
            EntryAct::Reopen => EntryStep::Reopen { reason },
            EntryAct::MarkLost if !losses::can_be_lost(register) => {
                return Err(Forbidden::because("the clause does not have what is listed marked as lost").into());
            }
            EntryAct::MarkLost => EntryStep::MarkLost { reason },
            EntryAct::MarkFound => EntryStep::MarkFound { reason },
        })
    }
}
