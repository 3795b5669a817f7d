//! The registers that somebody keeps, writes in or reads, one of them with its entries, and one entry.

use std::collections::BTreeMap;

use domain::{EntryId, PolicyId};
use policy::rules::registers;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, Paged};
use crate::entries::entry_lines::{EntryEventLine, EntryStanding, RegisterCard, RegisterEntryLine, register_card};
use crate::known::published_policies::KnownRegister;

/// A register and the entries that its reader may see.
#[derive(Debug, Clone)]
pub struct RegisterPage {
    pub card: RegisterCard,
    pub entries: Paged<RegisterEntryLine>,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct EntryPage {
    pub card: RegisterCard,
    pub line: RegisterEntryLine,
    /// What stands in each field, as it would be typed.
    pub typed: BTreeMap<String, String>,
    pub history: Vec<EntryEventLine>,
    pub may_correct: bool,
    pub may_close: bool,
    pub may_reopen: bool,
}

impl Desk {
    /// The registers that the actor keeps, writes in, or may be there for as the second person; and those that they kept
    /// by a version that is no longer in force, where they have entries.
    pub async fn registers(&self, actor: &Actor) -> Result<Vec<RegisterCard>, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let mut mine: Vec<KnownRegister<'_>> =
            published_policies.registers().filter(|known| opens_register(&actor, *known)).collect();
        let mut reading = self.stores().read(&actor).await?;
        for known in published_policies.gone_registers().filter(|known| opens_register(&actor, *known)) {
            if reading.has_register_entries(&known.text.record.policy, registers::id(known.register)).await? {
                mine.push(known);
            }
        }
        Ok(mine.into_iter().map(|known| register_card(&actor, known)).collect())
    }

    /// One register, newest entries first: all of them for whoever keeps it, for anybody else those that they read.
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
        if !opens_register(&actor, known) {
            return Err(ReadError::NotFound { what: "register" });
        }
        let mut reading = self.stores().read(&actor).await?;
        let records = reading.register_entries(policy, register).await?;
        drop(reading);
        let somebody = actor.somebody_as(&actor.decides_as);
        let rule = known.register;
        let mine = records.iter().filter(|record| registers::reads(rule, &record.entry, actor.person, somebody));
        let mut lines: Vec<RegisterEntryLine> = mine.map(|record| self.entry_line(&actor, rule, record)).collect();
        lines.retain(|line| {
            let said = line.answers.iter().map(|(_, words)| words.as_str());
            query.matches(said.chain([line.written_by.name.as_str(), line.standing_words.as_str()]))
        });
        Ok(RegisterPage { card: register_card(&actor, known), entries: Paged::of(lines, &query) })
    }

    /// One entry, for those who read it. To anybody else it is not there.
    pub async fn register_entry(&self, actor: &Actor, id: EntryId) -> Result<EntryPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadEntry)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.register_entry(id).await?, "entry")?;
        let lines = reading.entry_lines(id).await?;
        drop(reading);
        let entry = &record.entry;
        let known = found(published_policies.register(&entry.policy, &entry.register), "entry")?;
        let register = known.register;
        let somebody = actor.somebody_as(&actor.decides_as);
        if !registers::reads(register, entry, actor.person, somebody) {
            return Err(ReadError::NotFound { what: "entry" });
        }
        let keeps = registers::actor(register, entry, actor.person, somebody).keeps;
        let line = self.entry_line(&actor, register, &record);
        let holds = line.standing == EntryStanding::Holds;
        Ok(EntryPage {
            typed: self.typed_answers(&actor, &entry.answers),
            history: self.entry_history(&actor, register, entry, &lines),
            card: register_card(&actor, known),
            may_correct: keeps && holds,
            may_close: keeps && holds && entry.grant.is_none(),
            may_reopen: keeps && line.standing == EntryStanding::Closed,
            line,
        })
    }
}

fn opens_register(actor: &Authorised, known: KnownRegister<'_>) -> bool {
    let (register, somebody) = (known.register, actor.somebody_as(&actor.decides_as));
    registers::keeps(register, somebody)
        || registers::may_enter(&known.text.document, register, somebody)
        || somebody.holds_any(registers::second_of(register))
}
