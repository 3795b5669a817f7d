//! The registers that somebody keeps, writes in or reads, one of them with its entries, and one entry.

use std::collections::{BTreeMap, BTreeSet};

use domain::{EntryId, FormField, KeptEntries, PolicyId, RegisterId, RegisterReader, Told};
use jiff::Timestamp;
use policy::rules::registers::{self, consent_lists, losses, upkeep};
use records::{EntryRecord, OpenAt};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::task::Task;
use crate::entries::check_register::RegisterChecks;
use crate::entries::entry_columns;
use crate::entries::entry_lines::{EntryEventLine, EntryStanding, RegisterCard, RegisterEntryLine, register_card};
use crate::known::entry_standing::standing;
use crate::known::published_policies::KnownRegister;
use crate::known::waiting::Whose;

/// A register and the entries that its reader may see.
#[derive(Debug, Clone)]
pub struct RegisterPage {
    pub card: RegisterCard,
    /// Its checks, for whoever keeps it, where the clause asks for them.
    pub checks: Option<RegisterChecks>,
    pub entries: Paged<RegisterEntryLine>,
    /// What is listed, for those to whom the register is shown and who don't keep it, or what they have themselves.
    pub shown: Option<ShownEntries>,
}

/// What of a register's entries that hold is shown to others than those who keep it.
#[derive(Debug, Clone)]
pub struct ShownEntries {
    /// Whether these are the entries that name the reader, and no others.
    pub name_reader: bool,
    /// The labels of the fields that are shown.
    pub fields: Vec<String>,
    /// What each entry says in these fields, as far as it says something, with their labels.
    pub rows: Paged<Vec<(String, String)>>,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct EntryPage {
    pub card: RegisterCard,
    pub line: RegisterEntryLine,
    /// What stands in each field, as it would be typed.
    pub typed: BTreeMap<String, String>,
    pub history: Vec<EntryEventLine>,
    /// What there is for the reader to do about it.
    pub to_do: Option<Task>,
    /// When somebody noted last that they had seen what it lists.
    pub last_seen: Option<Timestamp>,
    /// Whether the reader may note that they have seen what it lists.
    pub may_see: bool,
    /// Whether whoever was given what it lists can sign for it on the reader's device.
    pub may_hand_over: bool,
    pub may_correct: bool,
    pub may_close: bool,
    pub may_reopen: bool,
    pub may_mark_lost: bool,
    pub may_mark_found: bool,
}

impl Desk {
    /// The registers that the actor keeps, writes in, is shown, or may be there for as the second person. One that is gone, and one
    /// that they keep only as far as it is about all who keep it, where it has an entry that they read.
    pub async fn registers(&self, actor: &Actor) -> Result<Vec<RegisterCard>, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let mut mine = Vec::new();
        for known in published_policies.registers().chain(published_policies.gone_registers()) {
            let reader = self.register_reader(&actor, known.register);
            let is_open =
                self.opens_register(&actor, known, &reader) || !self.entries_shown_for_naming(&actor, known).is_empty();
            let is_read = match (is_open, known.in_force) {
                (true, true) => true,
                (false, _) if reader.keeps == KeptEntries::None => false,
                _ => reading.reads_any_entry(known.id(), &reader).await?,
            };
            if is_read {
                mine.push(register_card(&actor, known, &reader));
            }
        }
        Ok(mine)
    }

    /// One register, of its entries those that the actor reads, newest first.
    pub async fn register(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        register: &str,
        query: ListQuery,
    ) -> Result<RegisterPage, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let known = found(published_policies.register(policy, register), "register")?;
        let (rule, reader) = (known.register, self.register_reader(&actor, known.register));
        let mut reading = self.stores().read(&actor).await?;
        let is_open =
            self.opens_register(&actor, known, &reader) || !self.entries_shown_for_naming(&actor, known).is_empty();
        if !is_open && !reading.reads_any_entry(known.id(), &reader).await? {
            return Err(ReadError::NotFound { what: "register" });
        }
        let (skip, take) = query.part();
        let (records, total) = reading.register_entries(known.id(), &reader, skip, take).await?;
        let mut lines = Vec::new();
        for record in &records {
            let has_checklist = self.has_checklist(&mut reading, known, record).await?;
            lines.push(RegisterEntryLine { has_checklist, ..self.entry_line(&actor, rule, record) });
        }
        drop(reading);
        let is_found = |line: &RegisterEntryLine| {
            let said = line.answers.iter().map(|(_, words)| words.as_str());
            query.matches(said.chain([line.written_by.name.as_str(), line.standing_words.as_str()]))
        };
        let entries = Paged::of_part(lines, total, &query, is_found);
        let shown = self.shown_entries(&actor, known, &reader, &query).await?;
        let shown_of_them = self.entries_shown_for_naming(&actor, known);
        self.note_read_of(&actor, |told| matches!(told, Told::EntryDue(entry) if shown_of_them.contains(&entry)))
            .await?;
        let checks = self.register_checks(&actor, known).await?;
        if checks.is_some() {
            let told = Told::CheckDue(RegisterId::of(policy, register));
            self.note_read_of(&actor, |read| read == told).await?;
        }
        Ok(RegisterPage { card: register_card(&actor, known, &reader), checks, entries, shown })
    }

    /// The entries of a register that the actor is shown because they name them, until they are done.
    fn entries_shown_for_naming(&self, actor: &Authorised, known: KnownRegister<'_>) -> Vec<EntryId> {
        if !known.in_force || !registers::is_shown_to_the_named(known.register) {
            return Vec::new();
        }
        let naming = self.known(actor).waiting.entries(&BTreeSet::from([Whose::Names(actor.person)]));
        let of_it = naming.iter().filter(|kept| kept.is_of(known.id()) && kept.upkeep.is_shown_to(actor.person));
        of_it.map(|kept| kept.id).collect()
    }

    /// What of a register's entries is shown to the actor who does not keep them: all that hold, where the register is shown to
    /// them, or those that name them.
    async fn shown_entries(
        &self,
        actor: &Authorised,
        known: KnownRegister<'_>,
        reader: &RegisterReader,
        query: &ListQuery,
    ) -> Result<Option<ShownEntries>, ReadError> {
        let mut reading = self.stores().read(actor).await?;
        if consent_lists::follows(known.register) {
            return Ok(None);
        }
        let name_reader = reader.keeps == KeptEntries::All || !self.is_shown_register(actor, known);
        let records = if name_reader {
            let mut named = Vec::new();
            for kept in self.entries_shown_for_naming(actor, known) {
                named.extend(reading.register_entry(kept).await?);
            }
            if named.is_empty() {
                return Ok(None);
            }
            named
        } else {
            reading.open_entries(known.id(), OpenAt { at: self.now(), outlast_grants: false }).await?
        };
        drop(reading);
        let is_lost = |record: &EntryRecord| standing(known.register, record, self.now()) == EntryStanding::Lost;
        let row = |record: &EntryRecord| {
            let standing = standing(known.register, record, self.now());
            let holds = if name_reader { standing.is_open() } else { standing == EntryStanding::Holds };
            let shown = registers::shown_answers(known.register, &record.entry.answers).filter(|_| holds)?;
            let mut said = self.answers_in_order(actor, known.register, &shown);
            said.extend(
                is_lost(record).then(|| (entry_columns::STATE.to_owned(), self.lost_since(actor, &record.entry))),
            );
            Some(said)
        };
        let rows: Vec<Vec<(String, String)>> = records.iter().filter_map(row).collect();
        let is_found = |row: &Vec<(String, String)>| query.matches(row.iter().map(|(_, words)| words.as_str()));
        let rows = Paged::of(rows.into_iter().filter(is_found).collect(), query);
        let mut fields: Vec<String> =
            registers::shown_fields(known.register).into_iter().map(FormField::label).collect();
        fields.extend((name_reader && records.iter().any(is_lost)).then(|| entry_columns::STATE.to_owned()));
        Ok(Some(ShownEntries { name_reader, fields, rows }))
    }

    /// One entry, for those who read it. To anybody else it is not there.
    pub async fn register_entry(&self, actor: &Actor, id: EntryId) -> Result<EntryPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadEntry)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.register_entry(id).await?, "entry")?;
        let (lines, sightings) = (reading.entry_lines(id).await?, reading.sightings(id).await?);
        let signatures = reading.entry_signatures(id).await?;
        let entry = &record.entry;
        let known = found(published_policies.register(&entry.policy, &entry.register), "entry")?;
        let has_checklist = self.has_checklist(&mut reading, known, &record).await?;
        drop(reading);
        let (register, reader) = (known.register, self.register_reader(&actor, known.register));
        if !reader.reads(entry) {
            return Err(ReadError::NotFound { what: "entry" });
        }
        let keeps = reader.keeps(entry);
        self.note_read(&actor, id.0).await?;
        let line = RegisterEntryLine { has_checklist, ..self.entry_line(&actor, register, &record) };
        let (is_open, is_lost) = (line.standing.is_open(), line.standing == EntryStanding::Lost);
        Ok(EntryPage {
            typed: self.typed_answers(&actor, &entry.answers),
            to_do: self.entry_to_do(&actor, &record),
            history: self.entry_history(&actor, register, entry, &lines, (&sightings, &signatures)),
            card: register_card(&actor, known, &reader),
            last_seen: sightings.last().map(|(at, _)| *at),
            may_see: keeps && is_open && !is_lost && upkeep::is_checked(register),
            may_hand_over: self.may_hand_over(&actor, &record),
            may_correct: keeps && is_open && !is_lost && !consent_lists::follows(register),
            may_close: keeps && is_open && registers::may_close(register, entry),
            may_mark_lost: keeps && is_open && !is_lost && losses::can_be_lost(register),
            may_mark_found: keeps && is_open && is_lost,
            may_reopen: keeps && line.standing == EntryStanding::Closed,
            line,
        })
    }

    /// Whether a register is the actor's to open, whatever stands in it.
    fn opens_register(&self, actor: &Authorised, known: KnownRegister<'_>, reader: &RegisterReader) -> bool {
        let somebody = actor.somebody_as(&actor.decides_as);
        reader.keeps == KeptEntries::All
            || self.is_shown_register(actor, known)
            || registers::may_enter(&known.text.document, known.register, somebody)
            || somebody.holds_any(registers::second_of(known.register))
    }
}
