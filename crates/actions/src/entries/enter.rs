//! Writing an entry into a register.

use std::collections::BTreeMap;

use domain::{EntryId, FormAnswers, PolicyId, RegisterEntry};
use policy::rules::registers;
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::entries::entry_problems::{EntryProblems, Typed};
use crate::known::waiting::Matter;

#[derive(Debug, Clone)]
pub struct Enter {
    pub policy: PolicyId,
    /// The register's id in its policy.
    pub register: String,
    /// What was typed into the fields, by their names.
    pub answers: BTreeMap<String, String>,
    /// The username of the second person, where the clause asks for one.
    pub second: String,
    /// The identifier that the form was shown with, so that a form sent twice writes once ([`Desk::new_entry_id`]).
    pub id: Option<EntryId>,
}

verb_error! {
    EnterError {
        #[error("There is no such register in the school's policies any more.")]
        NoSuchRegister => NotFound;
        #[error("{problems}")]
        Wrong { problems: EntryProblems } => Invalid("answers");
    }
}

impl Desk {
    /// An identifier for an entry, to show a form with.
    pub fn new_entry_id(&self) -> EntryId {
        self.new_id(self.now())
    }

    /// Writes an entry, where the register lets it in.
    pub async fn enter(&self, actor: &Actor, input: Enter) -> Result<EntryId, EnterError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Enter).await?;
        let (published_policies, now) = (self.published_policies(), change.at());
        let text = published_policies.current(&input.policy).ok_or(EnterError::NoSuchRegister)?;
        let named = registers::register(&text.document, &input.register);
        let (clause, register) = named.ok_or(EnterError::NoSuchRegister)?;
        if !registers::may_enter(&text.document, register, actor.somebody_as(&actor.decides_as)) {
            return Err(Forbidden::because("the clause does not let you write in this register").into());
        }
        let nothing = FormAnswers::new();
        let typed =
            Typed { answers: &input.answers, before: &nothing, second: &input.second, writers: &[actor.person] };
        let read = self.read_entry(&actor, register, typed);
        let (answers, second) = read.map_err(|problems| EnterError::Wrong { problems })?;
        let sent_before = match input.id {
            Some(id) => change.register_entry(id).await?.map(|record| record.entry),
            None => None,
        };
        if let Some(before) = &sent_before
            && (before.written_by, &before.register, &before.answers) == (actor.person, &input.register, &answers)
        {
            return Ok(before.id);
        }
        let entry = RegisterEntry {
            id: input.id.filter(|_| sent_before.is_none()).unwrap_or_else(|| self.new_id(now)),
            policy: input.policy,
            version: text.version(),
            clause: clause.id.clone(),
            register: input.register,
            answers,
            second,
            written_by: actor.person,
            written_at: now,
            grant: None,
            earlier_seconds: Vec::new(),
            closed: None,
            lost: None,
            renewed_at: None,
        };
        change.add_entry(&entry).await?;
        self.tell_to_sign(&mut change, register, &entry, None).await?;
        let kept = change.commit(&actor, entered(&entry)).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Entry(entry.id)]).await?;
        Ok(entry.id)
    }
}

/// What the ledger says of an entry that was written.
pub(crate) fn entered(entry: &RegisterEntry) -> Event {
    Event::Enter {
        entry: entry.id,
        policy: (&entry.policy).into(),
        version: entry.version,
        register: entry.register.as_str().into(),
        second: entry.second,
        grant: entry.grant,
    }
}
