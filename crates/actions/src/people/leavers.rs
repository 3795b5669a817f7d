//! Leavers: they keep their history and lose every access at once.

use std::collections::HashMap;

use domain::{PersonId, PersonStatus, RoleSet};
use serde_json::json;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, Unavailable, verb_error};
use crate::desk::stores::LedgerNote;
use crate::known::people_index::{PersonLine, line_of};
use crate::people::guarded_people::Emptied;

#[derive(Debug, Clone)]
pub struct MarkLeaver {
    pub person: PersonId,
}

verb_error! {
    LeaverError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
        #[error("{why}")]
        Emptied { why: Emptied } => Conflict;
        #[error("Nobody who left by the last import is still away. There is nothing to undo.")]
        NothingToUndo => Conflict;
        #[error("They have left already.")]
        HasLeft => Conflict;
        #[error("They have not left.")]
        IsHere => Conflict;
    }
}

impl Desk {
    /// Somebody has left: every session and every access of theirs ends before this returns.
    pub async fn mark_leaver(&self, actor: &Actor, input: MarkLeaver) -> Result<(), LeaverError> {
        let actor = self.authorise(actor, Verb::MarkLeaver)?;
        if actor.person == input.person {
            return Err(Forbidden::because("somebody else must mark you as a leaver").into());
        }
        let now = self.now();
        let mut change = self.stores().change(&actor, now).await?;
        let mut record = change.person(input.person).await?.ok_or(LeaverError::NotFound)?;
        if record.person.status == PersonStatus::Left {
            return Err(LeaverError::HasLeft);
        }
        self.refuse_above(&actor, &record.person.roles)?;
        self.refuse_emptying(&HashMap::from([(input.person, RoleSet::new())]))
            .map_err(|why| LeaverError::Emptied { why })?;
        (record.person.status, record.left_at) = (PersonStatus::Left, Some(now));
        change.save_person(&record).await?;
        let sessions = change.end_sessions_of(input.person).await?;
        let details = json!({ "sessions-ended": sessions });
        change.commit(&actor, format!("person {}", input.person), details).await?;
        Ok(self.refresh_people(&[input.person]).await?)
    }

    /// Somebody who had left is back, with the groups and roles that they had.
    pub async fn bring_back(&self, actor: &Actor, person: PersonId) -> Result<(), LeaverError> {
        let actor = self.authorise(actor, Verb::BringBack)?;
        let mut change = self.stores().change(&actor, self.now()).await?;
        let mut record = change.person(person).await?.ok_or(LeaverError::NotFound)?;
        if record.person.status == PersonStatus::Here {
            return Err(LeaverError::IsHere);
        }
        if !record.person.roles.is_empty() {
            self.authorise(&actor, Verb::EditRoles)?;
        }
        self.refuse_above(&actor, &record.person.roles)?;
        (record.person.status, record.left_at) = (PersonStatus::Here, None);
        change.save_person(&record).await?;
        change.commit(&actor, format!("person {person}"), json!({})).await?;
        Ok(self.refresh_people(&[person]).await?)
    }

    /// Those whom the last import marked as leavers and who are still away, by name.
    pub async fn leavers_of_last_import(&self, actor: &Actor) -> Result<Vec<PersonLine>, LeaverError> {
        let actor = self.authorise(actor, Verb::UndoLeavers)?;
        let leavers = self.stores().read(&actor).await?.leavers_of_last_import().await?;
        Ok(leavers.iter().map(|record| line_of(&record.person)).collect())
    }

    /// Takes back what the last import did to those who were not on its list: all of them are here again, with the
    /// groups and roles that they had. Returns how many.
    pub async fn undo_leavers(&self, actor: &Actor) -> Result<u64, LeaverError> {
        let actor = self.authorise(actor, Verb::UndoLeavers)?;
        let bringing = actor.part(Verb::BringBack)?;
        let mut change = self.stores().change(&actor, self.now()).await?;
        let leavers = change.leavers_of_last_import().await?;
        if leavers.is_empty() {
            return Err(LeaverError::NothingToUndo);
        }
        let mut notes = Vec::new();
        for mut record in leavers {
            self.refuse_above(&actor, &record.person.roles)?;
            (record.person.status, record.left_at) = (PersonStatus::Here, None);
            change.save_person(&record).await?;
            let subject = format!("person {}", record.person.id);
            notes.push(LedgerNote::new(&bringing, subject, json!({ "by": "undo" })));
        }
        let back = notes.len() as u64;
        let details = json!({ "back": back });
        change.commit_all(LedgerNote::new(&actor, "people", details), notes).await?;
        self.refresh().await.map_err(Unavailable::new)?;
        Ok(back)
    }
}
