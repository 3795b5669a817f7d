//! Checking a register: when it is due, who is told, and what was found.

use std::collections::HashMap;

use domain::{EntryId, PersonId, PolicyId, RegisterCheck, RegisterId, Told};
use jiff::Timestamp;
use jiff::civil::Date;
use policy::rules::registers;
use policy::rules::{registers::upkeep, shown};
use records::{Event, OpenAt};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::due::Due;
use crate::desk::error::{Forbidden, ReadError, Unavailable, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::paging::PAGE_SIZE;
use crate::desk::stores::LedgerNote;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::texts::TooLong;
use crate::desk::turn::Turn;
use crate::entries::entry_lines::RegisterEntryLine;
use crate::known::entry_standing::standing;
use crate::known::published_policies::KnownRegister;

/// How many of a register's checks its page shows.
const SHOWN: u64 = 5;

#[derive(Debug, Clone)]
pub struct CheckRegister {
    pub policy: PolicyId,
    /// The register's id in its policy.
    pub register: String,
    /// What they found; empty where all is as it is written.
    pub finding: String,
    /// When it had been checked last as the form was shown, so that a form sent twice makes one check.
    pub after: Option<Timestamp>,
}

verb_error! {
    CheckRegisterError {
        #[error("There is no such register in the school's policies any more.")]
        NoSuchRegister => NotFound;
        #[error("{too_long}")]
        LongFinding { too_long: TooLong } => Invalid("finding");
    }
}

/// The checks of a register, for whoever keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterChecks {
    /// The day of the next one, as far as the calendar knows it.
    pub due: Option<Date>,
    pub is_due: bool,
    /// The last ones, the last first.
    pub last: Vec<RegisterCheckLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterCheckLine {
    pub at: Timestamp,
    pub by: String,
    /// How many entries were open then and not lost, of those that whoever checked reads.
    pub entries: u64,
    pub finding: String,
}

/// What somebody who checks a register has still to look for.
#[derive(Debug, Clone)]
pub struct Stocktake {
    /// When the register was checked last.
    pub checked: Option<Timestamp>,
    /// The entries that are open and that nobody has seen since the last check, the oldest first, as many as a page has.
    pub unseen: Vec<RegisterEntryLine>,
    /// How many of these there are in all.
    pub total_unseen: u64,
}

verb_error! {
    SeeEntryError {
        #[error("There is no entry here with this address.")]
        NotFound => NotFound;
        #[error("This entry no longer holds.")]
        HoldsNoLonger => Conflict;
        #[error("What this entry lists is marked as lost or stolen. Mark it as found first.")]
        IsLost => Conflict;
    }
}

impl Desk {
    /// Notes that a register was checked; the next check is due so long after it.
    pub async fn check_register(&self, actor: &Actor, input: CheckRegister) -> Result<(), CheckRegisterError> {
        let (actor, mut change) = self.begin_change(actor, Verb::CheckRegister).await?;
        let published_policies = self.published_policies();
        let known = published_policies.register(&input.policy, &input.register).filter(|known| known.in_force);
        let known = known.ok_or(CheckRegisterError::NoSuchRegister)?;
        if !may_check(&actor, known) {
            return Err(Forbidden::because("the clause does not have you check this register").into());
        }
        let finding = self.text(&input.finding).map_err(|too_long| CheckRegisterError::LongFinding { too_long })?;
        let reader = self.register_reader(&actor, known.register);
        let last = change.register_checks(known.id(), 1).await?.into_iter().next();
        let is_this =
            |last: &RegisterCheck| Some(last.at) != input.after && (last.by, &last.finding) == (actor.person, &finding);
        if last.as_ref().is_some_and(is_this) {
            return Ok(());
        }
        let at = change.at();
        let entries = change.count_open_entries(known.id(), &reader, open_at(known, at)).await?;
        let check = RegisterCheck {
            policy: input.policy,
            version: known.text.version(),
            register: input.register,
            by: actor.person,
            at,
            entries,
            finding,
        };
        let register = RegisterId::of(&check.policy, &check.register);
        change.add_register_check(&check).await?;
        change.forget_notices(Told::CheckDue(register)).await?;
        let (policy, name) = ((&check.policy).into(), check.register.as_str().into());
        change.commit(&actor, Event::CheckRegister { register, policy, version: check.version, name }).await?;
        if let Some(next) = self.check_comes(&published_policies, known, Some(at)) {
            self.due().add(next, Due::Check(register));
        }
        Ok(())
    }

    /// What the actor has still to look for in a register that they check.
    pub async fn stocktake(&self, actor: &Actor, policy: &PolicyId, register: &str) -> Result<Stocktake, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let known = published_policies.register(policy, register).filter(|known| known.in_force);
        let known = found(known.filter(|known| may_check(&actor, *known)), "register")?;
        let reader = self.register_reader(&actor, known.register);
        let mut reading = self.stores().read(&actor).await?;
        let last = reading.register_checks(known.id(), 1).await?.first().map(|check| check.at);
        let now = open_at(known, self.now());
        let (unseen, total_unseen) = reading.unseen_entries(known.id(), &reader, (last, now), PAGE_SIZE).await?;
        drop(reading);
        let unseen = unseen.iter().map(|record| self.entry_line(&actor, known.register, record)).collect();
        Ok(Stocktake { checked: last, unseen, total_unseen })
    }

    /// Notes that somebody who keeps an entry has seen what it lists, as in a stocktake. `after` is when it had been seen last
    /// as its page was shown, so that a form sent twice notes it once.
    pub async fn see_entry(&self, actor: &Actor, id: EntryId, after: Option<Timestamp>) -> Result<(), SeeEntryError> {
        let (actor, mut change) = self.begin_change(actor, Verb::SeeEntry).await?;
        let record = change.register_entry(id).await?.ok_or(SeeEntryError::NotFound)?;
        let (entry, published_policies) = (&record.entry, self.published_policies());
        let known = published_policies.register(&entry.policy, &entry.register).ok_or(SeeEntryError::NotFound)?;
        let reader = self.register_reader(&actor, known.register);
        if !reader.reads(entry) {
            return Err(SeeEntryError::NotFound);
        }
        if !reader.keeps(entry) || !upkeep::is_checked(known.register) {
            return Err(Forbidden::because("it is for those who check the register").into());
        }
        if !standing(known.register, &record, change.at()).is_open() {
            return Err(SeeEntryError::HoldsNoLonger);
        }
        if entry.is_lost() {
            return Err(SeeEntryError::IsLost);
        }
        let last = change.sightings(id).await?.pop();
        if last.is_some_and(|(at, by)| by == actor.person && Some(at) != after) {
            return Ok(());
        }
        let at = change.at();
        change.add_sighting(id, actor.person, at).await?;
        change.commit(&actor, Event::SeeEntry { entry: id }).await?;
        Ok(())
    }

    /// The checks of a register, where the actor keeps it and its clause asks for them.
    pub(crate) async fn register_checks(
        &self,
        actor: &Authorised,
        known: KnownRegister<'_>,
    ) -> Result<Option<RegisterChecks>, records::Error> {
        if !may_check(actor, known) {
            return Ok(None);
        }
        let checks = self.stores().read(actor).await?.register_checks(known.id(), SHOWN).await?;
        let people_index = self.people_index(actor);
        let due = self.check_day(&self.published_policies(), known, checks.first().map(|check| check.at));
        let line = |check: RegisterCheck| RegisterCheckLine {
            at: check.at,
            by: people_index.line(check.by).name,
            entries: check.entries,
            finding: check.finding,
        };
        let last = checks.into_iter().map(line).collect();
        Ok(Some(RegisterChecks { due, is_due: due.is_some_and(|day| day <= self.today()), last }))
    }

    /// The registers that the actor keeps and that are to be checked.
    pub(crate) async fn check_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let published_policies = self.published_policies();
        let somebody = actor.somebody_as(&actor.decides_as);
        let mine: Vec<KnownRegister<'_>> =
            published_policies.registers().filter(|known| upkeep::may_check(known.register, somebody)).collect();
        if mine.is_empty() {
            return Ok(Vec::new());
        }
        let checked: HashMap<RegisterId, Timestamp> =
            self.stores().read(actor).await?.last_register_checks().await?.into_iter().collect();
        let task = |known: KnownRegister<'_>| {
            let (policy, register) = known.id();
            let last = checked.get(&RegisterId::of(policy, register)).copied();
            let since = self.check_comes(&published_policies, known, last).filter(|since| *since <= self.now())?;
            Some(Task {
                kind: TaskKind::CheckRegister { policy: policy.clone(), register: register.to_owned() },
                title: format!("Check the register ‘{}’", shown::register(known.register).title),
                detail: match last {
                    Some(last) => format!(
                        "It was last checked on {}.",
                        domain::day_words(last.to_zoned(self.time_zone().clone()).date())
                    ),
                    None => "It has not been checked yet.".to_owned(),
                },
                date: TaskDate::Since(since),
                urgent: false,
            })
        };
        Ok(mine.into_iter().filter_map(task).collect())
    }

    /// Tells those who keep these registers that they are to be checked, each once, as far as they are due. Hands back of how
    /// many somebody was told.
    pub(crate) async fn tell_of_checks(&self, turn: Turn, due: &[RegisterId]) -> Result<(Turn, u64), Unavailable> {
        if due.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let published_policies = self.published_policies();
        let mut change = self.begin_within(turn, &by).await?;
        let checked: HashMap<RegisterId, Timestamp> = change.last_register_checks().await?.into_iter().collect();
        let (now, mut notes) = (change.at(), Vec::new());
        for known in published_policies.registers() {
            let (policy, id) = known.id();
            let register = RegisterId::of(policy, id);
            let comes = self.check_comes(&published_policies, known, checked.get(&register).copied());
            let told = Told::CheckDue(register);
            if !due.contains(&register) || comes.is_none_or(|at| now < at) || change.was_told(told).await? {
                continue;
            }
            let keepers: Vec<PersonId> = self.holding(&by, registers::keepers(known.register));
            if keepers.is_empty() {
                continue;
            }
            self.tell(&mut change, &keepers, told, Urgency::Ordinary).await?;
            notes.push(LedgerNote::new(&by, Event::RemindOfCheck { register }));
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let (told, first) = (notes.len() as u64, notes.remove(0));
        Ok((change.commit_all(first, notes).await?.turn, told))
    }
}

/// The entries that are open at a moment.
fn open_at(known: KnownRegister<'_>, at: Timestamp) -> OpenAt {
    OpenAt { at, outlast_grants: registers::comes_back(known.register) }
}

/// Whether the actor checks a register, as the version in force has it.
fn may_check(actor: &Authorised, known: KnownRegister<'_>) -> bool {
    known.in_force && upkeep::may_check(known.register, actor.somebody_as(&actor.decides_as))
}
