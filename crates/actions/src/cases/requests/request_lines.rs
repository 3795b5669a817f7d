//! Permissions, requests and grants as pages show them.

use domain::{
    Decision, GrantId, GrantScope, PolicyId, Recipient, Request, RequestId, RequestState, Role, moment_words,
};
use jiff::Timestamp;
use policy::rules::shown;
use records::{GrantRecord, RequestRecord};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::wording::{recipient_words, role_words};
use crate::known::people_index::PersonLine;
use crate::known::published_policies::PublishedPolicies;
use crate::policies::permission_cards::PermissionCard;

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
    /// What was given in the fields of the clause's form, each with its label, as far as it is for the reader to know.
    pub answers: Vec<(String, String)>,
    pub asked_at: Timestamp,
    /// When it should be decided, while it waits and where the clause says.
    pub due: Option<Timestamp>,
    /// When it is to begin; `None`: as soon as it is given.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub state: RequestState,
    /// `Waiting for IT staff`, `Approved by …`.
    pub state_words: String,
    /// Who decides now; empty once it is decided.
    pub with: Vec<Role>,
    /// Who decides now, as it stands in a sentence.
    pub waits_for: String,
    /// Who has agreed so far, where several must.
    pub agreed: Vec<PersonLine>,
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
    /// It has yet to begin.
    pub to_come: bool,
    pub may_revoke: bool,
    /// Whether the actor may read the request that it came from.
    pub may_read_request: bool,
}

impl Desk {
    /// The permissions that the actor may ask for, or give when nobody has asked.
    pub async fn may_ask(&self, actor: &Actor) -> Result<Vec<PermissionCard>, ReadError> {
        let actor = self.authorise(actor, Verb::MayAsk)?;
        let published_policies = self.published_policies();
        Ok(published_policies
            .permissions()
            .filter(|(text, _, permission)| self.may_ask_or_give(&actor, text, permission))
            .map(|(text, clause, permission)| self.card(&actor, text, clause, permission))
            .collect())
    }

    pub(crate) fn request_line(&self, by: &Authorised, record: &RequestRecord) -> RequestLine {
        let (published_policies, people_index) = (self.published_policies(), self.people_index(by));
        let request = &record.request;
        let with = self.deciders(record);
        let moment = |at: &Timestamp| moment_words(*at, self.time_zone());
        let state_words = match &request.state {
            RequestState::Waiting => format!("Waiting for {}", self.waits_for(record)),
            RequestState::Withdrawn { at } => format!("Taken back on {}", moment(at)),
            RequestState::Decided(Decision::Approved { by, at, .. }) if *by == request.asker => {
                format!("Opened by {} on {}", people_index.line(*by).name, moment(at))
            }
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
            scope_words: request.scope.words(),
            reason: request.reason.clone(),
            answers: self.answer_words(by, &self.answers_for(by, record)),
            asked_at: request.asked_at,
            due: request.due.filter(|_| request.state == RequestState::Waiting),
            from: request.from,
            until: request.until,
            state: request.state.clone(),
            state_words,
            waits_for: self.waits_for(record),
            agreed: record.assents.iter().map(|assent| people_index.line(assent.by)).collect(),
            with: if request.state == RequestState::Waiting { with } else { Vec::new() },
        }
    }

    /// Who decides a request now, as it stands in a sentence: `IT staff`, `the headteacher and a parent of the pupil`.
    pub(crate) fn waits_for(&self, record: &RequestRecord) -> String {
        let deciders = self.deciders(record);
        self.of_permission(&record.request, |permission| match permission {
            Some(permission) => self.who_decides(permission, &record.assents, &deciders),
            None => role_words(&self.roles(), &deciders),
        })
    }

    pub(crate) fn grant_line(&self, actor: &Authorised, record: &GrantRecord, request: &Request) -> GrantLine {
        let (published_policies, people_index) = (self.published_policies(), self.people_index(actor));
        let grant = &record.grant;
        let (live, has_ended) = (grant.is_live(self.now()), grant.has_ended(self.now()));
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
            scope_words: grant.scope.words(),
            asker: people_index.line(request.asker),
            by: people_index.line(grant.by),
            from: grant.from,
            until: grant.until,
            revoked_at: grant.revoked_at,
            revoke_reason: record.revoke_reason.clone(),
            live,
            to_come: !live && !has_ended,
            may_revoke: !has_ended && self.may_revoke(actor, grant, request),
            may_read_request: request.asker == actor.person || self.decides_such(actor, request),
        }
    }
}

fn permission_title(published_policies: &PublishedPolicies, request: &Request) -> String {
    let permission = published_policies.permission_ever(&request.policy, &request.permission);
    permission.map_or_else(|| request.permission.clone(), |(_, _, named)| shown::permission(named).title.to_owned())
}
