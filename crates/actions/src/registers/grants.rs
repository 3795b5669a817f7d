//! Grants: those in force, and taking one back before its time.

use domain::{Duty, Grant, GrantId, RequestId};
use policy::kinds::Permission;
use policy::rules::{asking, deciding, shown};
use records::{Event, GrantRecord, GrantsOf, RequestRecord};

use crate::cases::requests::request_lines::GrantLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
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
        let asked = change.request(record.grant.request).await?.ok_or(RevokeError::NotFound)?;
        if self.is_kept_from(&actor, &asked) {
            return Err(RevokeError::NotFound);
        }
        let request = asked.request;
        if !self.may_revoke(&actor, &record.grant, &request) {
            return Err(Forbidden::because("it is for those who decide such requests, and whoever asked").into());
        }
        let reason = self.text(&input.reason).map_err(|too_long| RevokeError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(RevokeError::ReasonMissing);
        }
        if !change.end_grant_early(input.grant, actor.person, &reason).await? {
            return Err(RevokeError::Ended);
        }
        let after = change.grant(input.grant).await?.ok_or(RevokeError::NotFound)?;
        let permission = record.grant.permission.as_str().into();
        let kept = change.commit(&actor, Event::Revoke { grant: input.grant, permission }).await?;
        self.refresh_grants(&kept.turn, &[input.grant]).await?;
        Ok(self.grant_line(&actor, &after, &request))
    }

    /// The grants that the actor may see, newest first: never one about themselves, which might warn whom it must not.
    pub async fn grants(&self, actor: &Actor, query: GrantQuery) -> Result<Paged<GrantLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Grants)?;
        let list = &query.list;
        let (skip, take) = list.part();
        let mut reading = self.stores().read(&actor).await?;
        let published_policies = self.published_policies();
        let given = published_policies.permissions().chain(published_policies.gone_permissions());
        let seen = given.filter(|(_, _, permission)| self.sees_given(&actor, permission));
        let which = GrantsOf {
            permissions: seen
                .map(|(text, _, permission)| (&text.record.policy, shown::permission(permission).id))
                .collect(),
            not_about: actor.person,
            not_ended_by: query.live_only.then(|| self.now()),
        };
        let (records, total) = reading.grants(&which, skip, take).await?;
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

    /// One grant: for those who may take it back, and those who see it among [`Desk::grants`].
    pub async fn grant(&self, actor: &Actor, id: GrantId) -> Result<GrantLine, ReadError> {
        let actor = self.authorise(actor, Verb::Revoke)?;
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.grant(id).await?, "grant")?;
        let request = found(reading.request(record.grant.request).await?, "grant")?;
        if !self.sees_grant(&actor, &record.grant, &request) {
            return Err(ReadError::NotFound { what: "grant" });
        }
        drop(reading);
        self.note_read(&actor, id.0).await?;
        Ok(self.grant_line(&actor, &record, &request.request))
    }

    /// Whether the actor sees a grant: among [`Desk::grants`], or as one who may take it back. What is about them they see
    /// where the clause has them decide it.
    pub(crate) fn sees_grant(&self, actor: &Authorised, grant: &Grant, record: &RequestRecord) -> bool {
        if self.is_kept_from(actor, record) {
            return false;
        }
        let (published_policies, request) = (self.published_policies(), &record.request);
        let permission = published_policies.permission_ever(&request.policy, &request.permission);
        permission.is_some_and(|(_, _, permission)| self.sees_given(actor, permission))
            || self.may_revoke(actor, grant, request)
    }

    /// Whether the actor sees the permissions of such a kind that were given: whoever decides such requests, and whoever
    /// sees the gate where they open sites.
    fn sees_given(&self, actor: &Authorised, permission: &Permission) -> bool {
        deciding::decides(permission, actor.somebody_as(&actor.decides_as), &|role| self.is_absent(role))
            || self.carries(actor, Duty::SeeGate) && asking::opens_sites(permission)
    }
}
