//! The registers that somebody keeps, writes in or reads, one of them with its entries, and one entry.

use std::collections::BTreeMap;

use domain::{EntryId, PolicyId};
use policy::Clause;
use policy::kinds::Register;
use policy::rules::registers;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, Paged};
use crate::entries::entry_lines::{EntryEventLine, EntryStanding, RegisterCard, RegisterEntryLine, register_card};
use crate::known::published_policies::{PublishedPolicies, Text};

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
    /// The registers that the actor keeps, writes in, or may be there for as the second person.
    pub async fn registers(&self, actor: &Actor) -> Result<Vec<RegisterCard>, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let all = published_policies.currents().flat_map(|text| {
            registers::registers(&text.document).map(move |(clause, register)| (text, clause, register))
        });
        let mine = all.filter(|(text, _, register)| opens_register(&actor, text, register));
        Ok(mine.map(|(text, clause, register)| register_card(&actor, text, clause, register)).collect())
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
        let (text, clause, rule) = found(of_policy(&published_policies, policy, register), "register")?;
        if !opens_register(&actor, text, rule) {
            return Err(ReadError::NotFound { what: "register" });
        }
        let mut reading = self.stores().read(&actor).await?;
        let records = reading.register_entries(policy, register).await?;
        drop(reading);
        let somebody = actor.somebody_as(&actor.decides_as);
        let mine = records.iter().filter(|record| registers::reads(rule, &record.entry, actor.person, somebody));
        let mut lines: Vec<RegisterEntryLine> = mine.map(|record| self.entry_line(&actor, rule, record)).collect();
        lines.retain(|line| {
            let said = line.answers.iter().map(|(_, words)| words.as_str());
            query.matches(said.chain([line.written_by.name.as_str(), line.standing_words.as_str()]))
        });
        Ok(RegisterPage { card: register_card(&actor, text, clause, rule), entries: Paged::of(lines, &query) })
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
        let named = of_policy(&published_policies, &entry.policy, &entry.register);
        let (text, clause, register) = found(named, "entry")?;
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
            card: register_card(&actor, text, clause, register),
            may_correct: keeps && holds,
            may_close: keeps && holds && entry.grant.is_none(),
            may_reopen: keeps && line.standing == EntryStanding::Closed,
            line,
        })
    }
}

fn opens_register(actor: &Authorised, text: &Text, register: &Register) -> bool {
    let somebody = actor.somebody_as(&actor.decides_as);
    registers::keeps(register, somebody)
        || registers::may_enter(&text.document, register, somebody)
        || somebody.holds_any(registers::second_of(register))
}

/// A register of the version in force, with the clause that it stands in.
fn of_policy<'p>(
    published: &'p PublishedPolicies,
    policy: &PolicyId,
    register: &str,
) -> Option<(&'p Text, &'p Clause, &'p Register)> {
    let text = published.current(policy)?;
    let (clause, register) = registers::register(&text.document, register)?;
    Some((text, clause, register))
}
