//! Leavers: they keep their history and lose every access at once.

use domain::{PersonId, PersonStatus};
use serde_json::json;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};

#[derive(Debug, Clone)]
pub struct MarkLeaver {
    pub person: PersonId,
}

verb_error! {
    LeaverError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
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
        (record.person.status, record.left_at) = (PersonStatus::Left, Some(now));
        change.save_person(&record).await?;
        let sessions = change.end_sessions_of(input.person).await?;
        let details = json!({ "sessions-ended": sessions });
        change.commit(&actor, format!("person {}", input.person), details).await?;
        Ok(self.refresh().await?)
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
        (record.person.status, record.left_at) = (PersonStatus::Here, None);
        change.save_person(&record).await?;
        change.commit(&actor, format!("person {person}"), json!({})).await?;
        Ok(self.refresh().await?)
    }
}
