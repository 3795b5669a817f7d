//! Permissions, requests and grants as pages show them.

use std::collections::BTreeMap;

use domain::{
    Category, Decision, Grant, GrantId, GrantScope, Group, Longest, Opens, PolicyId, Recipient, Request, RequestId,
    RequestState, Role, Roles, Version,
};
use jiff::Timestamp;
use policy::Clause;
use policy::kinds::{Permission, Recipients};
use records::{GrantRecord, RequestRecord};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::wording::{moment_words, recipient_words, role_words, scope_words};
use crate::people::people_index::PersonLine;
use crate::policies::published_policies::{PublishedPolicies, Text, covers};

/// A permission that somebody may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct PermissionCard {
    pub policy: PolicyId,
    pub policy_title: String,
    pub version: Version,
    pub clause: String,
    pub number: String,
    pub clause_title: String,
    /// Safe HTML, the school's facts in its blanks.
    pub prose_html: String,
    pub permission: String,
    pub title: String,
    pub opens: Opens,
    /// What it may open; empty where the clause sets no limit.
    pub categories: Vec<Category>,
    pub to: Recipients,
    /// The actor's own groups, to choose from where it is for a group.
    pub groups: Vec<Group>,
    /// Fields that the form asks for.
    pub needs: Vec<String>,
    pub longest: Option<Longest>,
    /// The latest end of a grant that began now.
    pub latest_end: Option<Timestamp>,
    pub decides: Vec<Role>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RequestLine {
    pub id: RequestId,
    pub policy: PolicyId,
    pub policy_title: String,
    pub clause: String,
    pub permission: String,
    pub title: String,
    pub asker: PersonLine,
    pub recipient: Recipient,
    pub recipient_words: String,
    pub scope: GrantScope,
    pub scope_words: String,
    pub reason: String,
    pub needs: BTreeMap<String, String>,
    pub asked_at: Timestamp,
    pub until: Option<Timestamp>,
    pub state: RequestState,
    /// `Waiting for IT staff`, `Approved by …`.
    pub state_words: String,
    /// Who decides now; empty once it is decided.
    pub with: Vec<Role>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GrantLine {
    pub id: GrantId,
    pub request: RequestId,
    pub policy: PolicyId,
    pub policy_title: String,
    pub clause: String,
    pub permission: String,
    pub title: String,
    pub recipient: Recipient,
    pub recipient_words: String,
    pub scope: GrantScope,
    pub scope_words: String,
    pub asker: PersonLine,
    pub by: PersonLine,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub revoke_reason: Option<String>,
    pub live: bool,
    pub may_revoke: bool,
}

impl Desk {
    pub(crate) fn card(&self, actor: &Actor, text: &Text, clause: &Clause, permission: &Permission) -> PermissionCard {
        PermissionCard {
            policy: text.record.policy.clone(),
            policy_title: text.document.title.clone(),
            version: text.version(),
            clause: clause.id.clone(),
            number: clause.number.clone(),
            clause_title: clause.title.clone(),
            prose_html: clause.prose_html_for(&self.facts().facts),
            permission: permission.id.to_string(),
            title: permission.title.clone(),
            opens: permission.opens,
            categories: permission.categories.map(|set| set.iter().collect()).unwrap_or_default(),
            to: permission.to,
            groups: actor.groups.clone(),
            needs: permission.needs.clone().unwrap_or_default(),
            longest: permission.longest,
            latest_end: self.latest_grant_end(permission, self.now()),
            decides: permission.decides.clone(),
        }
    }

    pub(crate) fn latest_grant_end(&self, permission: &Permission, from: Timestamp) -> Option<Timestamp> {
        let end = permission.longest?.end(&from.to_zoned(self.time_zone().clone()))?;
        Some(end.timestamp())
    }

    /// The permissions that the actor may ask for.
    pub async fn may_ask(&self, actor: &Actor) -> Result<Vec<PermissionCard>, ReadError> {
        let actor = self.authorise(actor, Verb::MayAsk)?;
        let published_policies = self.published_policies();
        Ok(published_policies
            .permissions()
            .filter(|(_, _, permission)| covers(&permission.asks, &actor))
            .map(|(text, clause, permission)| self.card(&actor, text, clause, permission))
            .collect())
    }

    pub(crate) fn request_line(&self, record: &RequestRecord) -> RequestLine {
        let (published_policies, people_index) = (self.published_policies(), self.people_index());
        let request = &record.request;
        let with = deciders(&published_policies, record);
        let moment = |at: &Timestamp| moment_words(*at, self.time_zone());
        let state_words = match &request.state {
            RequestState::Waiting => format!("Waiting for {}", role_words(&self.roles(), &with)),
            RequestState::Withdrawn { at } => format!("Taken back on {}", moment(at)),
            RequestState::Decided(Decision::Approved { by, at, .. }) => {
                format!("Approved by {} on {}", people_index.line(*by).name, moment(at))
            }
            RequestState::Decided(Decision::Refused { by, at, .. }) => {
                format!("Refused by {} on {}", people_index.line(*by).name, moment(at))
            }
        };
        RequestLine {
            id: request.id,
            policy: request.policy.clone(),
            policy_title: published_policies.title(&request.policy),
            clause: request.clause.clone(),
            permission: request.permission.clone(),
            title: permission_title(&published_policies, request),
            asker: people_index.line(request.asker),
            recipient: request.recipient.clone(),
            recipient_words: recipient_words(&request.recipient, &people_index),
            scope: request.scope.clone(),
            scope_words: scope_words(&request.scope),
            reason: request.reason.clone(),
            needs: record.needs.clone(),
            asked_at: request.asked_at,
            until: request.until,
            state: request.state.clone(),
            state_words,
            with: if request.state == RequestState::Waiting { with } else { Vec::new() },
        }
    }

    pub(crate) fn grant_line(&self, actor: &Actor, record: &GrantRecord, request: &Request) -> GrantLine {
        let (published_policies, people_index) = (self.published_policies(), self.people_index());
        let grant = &record.grant;
        let live = grant.is_live(self.now());
        GrantLine {
            id: grant.id,
            request: grant.request,
            policy: grant.policy.clone(),
            policy_title: published_policies.title(&grant.policy),
            clause: grant.clause.clone(),
            permission: grant.permission.clone(),
            title: permission_title(&published_policies, request),
            recipient: grant.recipient.clone(),
            recipient_words: recipient_words(&grant.recipient, &people_index),
            scope: grant.scope.clone(),
            scope_words: scope_words(&grant.scope),
            asker: people_index.line(request.asker),
            by: people_index.line(grant.by),
            from: grant.from,
            until: grant.until,
            revoked_at: grant.revoked_at,
            revoke_reason: record.revoke_reason.clone(),
            live,
            may_revoke: live && may_revoke(&published_policies, actor, grant, request),
        }
    }
}

fn permission_title(published_policies: &PublishedPolicies, request: &Request) -> String {
    let permission = published_policies.permission(&request.policy, &request.permission);
    permission.map_or_else(|| request.permission.clone(), |(_, _, permission)| permission.title.clone())
}

/// The roles that may decide a request now: those of the clause, or the one that it was handed on to.
pub(crate) fn deciders(published_policies: &PublishedPolicies, record: &RequestRecord) -> Vec<Role> {
    let request = &record.request;
    let named = published_policies.permission(&request.policy, &request.permission);
    let named = named.map(|(_, _, permission)| permission.decides.clone()).unwrap_or_default();
    match record.handed_to {
        Some(role) if named.contains(&role) => vec![role],
        _ => named,
    }
}

/// Those who decide such requests may take a grant back; so may whoever asked for it.
pub(crate) fn may_revoke(
    published_policies: &PublishedPolicies,
    actor: &Actor,
    grant: &Grant,
    request: &Request,
) -> bool {
    let named = published_policies.permission(&grant.policy, &grant.permission);
    let decides = named.is_some_and(|(_, _, permission)| actor.holds_any(&permission.decides));
    decides || request.asker == actor.person || grant.by == actor.person
}

/// Why this actor may not decide this request; `None` where they may.
pub(crate) fn why_not_decide(
    roles: &Roles,
    published_policies: &PublishedPolicies,
    actor: &Actor,
    record: &RequestRecord,
) -> Option<String> {
    let request = &record.request;
    let with = deciders(published_policies, record);
    if request.state != RequestState::Waiting {
        Some("it has been decided already".to_owned())
    } else if !actor.holds_any(&with) {
        Some(format!("it is for {}", role_words(roles, &with)))
    } else if request.asker == actor.person {
        Some("nobody decides their own request".to_owned())
    } else if request.recipient == Recipient::Person(actor.person) {
        Some("nobody decides what is asked for themselves".to_owned())
    } else {
        None
    }
}
