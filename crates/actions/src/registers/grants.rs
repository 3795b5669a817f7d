//! Grants: those in force, and taking one back before its time.

use domain::{GrantId, RequestId};
use records::{Event, GrantRecord};

use crate::cases::request_lines::GrantLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::texts::TooLong;

#[derive(Debug, Clone)]
pub struct Revoke {
    pub grant: GrantId,
    pub reason: String,
}

#[derive(Debug, Clone, Default)]
pub struct GrantQuery {
    pub list: ListQuery,
    /// Those that hold or have yet to begin.
    pub live_only: bool,
}

verb_error! {
    RevokeError {
        #[error("There is no grant here with this address.")]
        NotFound => NotFound;
        #[error("This grant has ended already.")]
        Ended => Conflict;
        #[error("Say why, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
    }
}

impl Desk {
    /// Takes a grant back. The gate closes before this returns.
    pub async fn revoke(&self, actor: &Actor, input: Revoke) -> Result<GrantLine, RevokeError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Revoke).await?;
        let record = change.grant(input.grant).await?.ok_or(RevokeError::NotFound)?;
        let request = change.request(record.grant.request).await?.ok_or(RevokeError::NotFound)?.request;
        if !self.may_revoke(&actor, &record.grant, &request) {
            return Err(Forbidden::because("it is for those who decide such requests, and whoever asked").into());
        }
        let reason = self.text(&input.reason).map_err(|too_long| RevokeError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(RevokeError::ReasonMissing);
        }
        if !change.revoke_grant(input.grant, actor.person, &reason).await? {
            return Err(RevokeError::Ended);
        }
        let after = change.grant(input.grant).await?.ok_or(RevokeError::NotFound)?;
        let permission = record.grant.permission.as_str().into();
        let kept = change.commit(&actor, Event::Revoke { grant: input.grant, permission }).await?;
        self.refresh_grants(&kept.turn, &[input.grant]).await?;
        Ok(self.grant_line(&actor, &after, &request))
    }

    /// Grants, newest first.
    pub async fn grants(&self, actor: &Actor, query: GrantQuery) -> Result<Paged<GrantLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Grants)?;
        let list = &query.list;
        let (skip, take) = list.part();
        let mut reading = self.stores().read(&actor).await?;
        let (records, total) = reading.grants(query.live_only.then(|| self.now()), skip, take).await?;
        let ids: Vec<RequestId> = records.iter().map(|record| record.grant.request).collect();
        let requests = reading.requests(&ids).await?;
        drop(reading);
        let line = |record: &GrantRecord| {
            let request = requests.get(&record.grant.request)?;
            Some(self.grant_line(&actor, record, &request.request))
        };
        let lines = records.iter().filter_map(line).collect();
        let is_found = |line: &GrantLine| {
            list.matches([
                line.title.as_str(),
                line.scope_words.as_str(),
                line.recipient_words.as_str(),
                line.asker.name.as_str(),
            ])
        };
        Ok(Paged::of_part(lines, total, list, is_found))
    }

    /// One grant: for those who may take it back, and those who may see all.
    pub async fn grant(&self, actor: &Actor, id: GrantId) -> Result<GrantLine, ReadError> {
        let actor = self.authorise(actor, Verb::Revoke)?;
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.grant(id).await?, "grant")?;
        let request = found(reading.request(record.grant.request).await?, "grant")?.request;
        if !self.may(&actor, Verb::Grants) && !self.may_revoke(&actor, &record.grant, &request) {
            return Err(ReadError::NotFound { what: "grant" });
        }
        Ok(self.grant_line(&actor, &record, &request))
    }
}
