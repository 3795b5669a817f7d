//! Asking and being given: a request is decided once; a yes is a grant, which ends.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::reminder::reminders;
use crate::{
    Audience, Category, Escalation, FieldAnswer, FormAnswers, GrantId, Group, Host, PersonId, PolicyId, Reminder,
    RequestId, Role, RoleSet, Version,
};

crate::names::vocabulary! {
    /// What a permission opens.
    Opens, "thing that a permission opens" {
        Site = "site", "A site";
        Category = "category", "A category of sites";
        PersonalUse = "personal-use", "Personal use";
        Software = "software", "Software";
        Device = "device", "A device";
        Account = "account", "An account";
        Room = "room", "A room";
        Publication = "publication", "A publication";
        Contact = "contact", "Contact with somebody";
        Other = "other", "Something else";
    }
}

/// Whom a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    Person(PersonId),
    Group(Group),
    /// Everybody of an audience.
    Audience(Audience),
    Everyone,
}

/// What a request asks for, and a grant gives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantScope {
    Site(Host),
    Category(Category),
    /// What the gate does not enforce, in the asker's words.
    Words(String),
}

impl GrantScope {
    /// What it is, in words: `reddit.com`, `sites about games`, or as the asker put it.
    pub fn words(&self) -> String {
        match self {
            GrantScope::Site(host) => host.to_string(),
            GrantScope::Category(category) => format!("sites about {}", category.title().to_lowercase()),
            GrantScope::Words(words) => words.clone(),
        }
    }
}

/// Somebody asked for a permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub id: RequestId,
    pub policy: PolicyId,
    pub version: Version,
    pub clause: String,
    /// The permission's id in its policy.
    pub permission: String,
    pub asker: PersonId,
    pub recipient: Recipient,
    /// The one person whom it is about and who did not ask: for whom it is, or whom its form names.
    pub concerned: Option<PersonId>,
    pub scope: GrantScope,
    pub reason: String,
    pub asked_at: Timestamp,
    /// When it is to begin; `None`: as soon as it is given.
    pub from: Option<Timestamp>,
    /// When the asker would like it to end.
    pub until: Option<Timestamp>,
    /// When somebody should have decided it, where the clause says.
    pub due: Option<Timestamp>,
    /// Where it went besides, because nobody had decided it in time.
    pub escalation: Option<Escalation>,
    pub state: RequestState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum RequestState {
    Waiting,
    Decided(Decision),
    Withdrawn { at: Timestamp },
}

/// A deciding role's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Decision {
    Approved { by: PersonId, at: Timestamp, grant: GrantId },
    Refused { by: PersonId, at: Timestamp, reason: String },
}

/// The yes of one of several who must each agree before anything is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assent {
    pub by: PersonId,
    pub at: Timestamp,
    /// The end that they chose; `None`: as late as it may be.
    pub until: Option<Timestamp>,
    /// The roles as which they may agree.
    pub roles: RoleSet,
}

/// What somebody said about a consent that a request needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAnswer {
    /// The consent's id in its policy.
    pub consent: String,
    pub about: PersonId,
    pub by: PersonId,
    pub at: Timestamp,
    pub said: Said,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    Yes,
    No,
    /// By somebody who may say so, and why.
    NotNeeded {
        reason: String,
    },
}

/// What was given, to whom, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: GrantId,
    pub request: RequestId,
    pub policy: PolicyId,
    pub clause: String,
    pub permission: String,
    pub recipient: Recipient,
    pub scope: GrantScope,
    pub by: PersonId,
    pub from: Timestamp,
    /// `None`: until it is revoked.
    pub until: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl Grant {
    /// When the grant ends, or ended by being revoked; `None`: it goes on until somebody takes it back.
    pub fn ends(&self) -> Option<Timestamp> {
        self.until.into_iter().chain(self.revoked_at).min()
    }

    /// Whether the grant has come to its end by `at`, or was revoked. One that has yet to begin has not.
    pub fn has_ended(&self, at: Timestamp) -> bool {
        self.ends().is_some_and(|end| end <= at)
    }

    /// Whether the grant holds at `at`: begun, neither ended nor revoked. It has ended at its `until` itself.
    pub fn is_live(&self, at: Timestamp) -> bool {
        self.from <= at && !self.has_ended(at)
    }
}

impl Request {
    /// Whether it is about somebody who did not ask for it: whom it concerns, or whom its form names.
    pub fn is_about(&self, id: PersonId, answers: &FormAnswers) -> bool {
        let is_named = |answer: &FieldAnswer| answer.people().contains(&id);
        self.asker != id && (self.concerned == Some(id) || answers.values().any(is_named))
    }

    /// What is to be reminded of and when, while it waits. What is to be decided at once is overdue after `at_once`.
    pub fn reminders(&self, at_once: SignedDuration) -> Vec<(Timestamp, Reminder)> {
        if self.state != RequestState::Waiting {
            return Vec::new();
        }
        let mut all = self.due.map(|due| reminders(self.asked_at, due, at_once)).unwrap_or_default();
        all.extend(self.from.map(|from| (from, Reminder::Begun)));
        all
    }

    /// The roles to which it went because nobody had decided it in time.
    pub fn escalated_to(&self) -> &[Role] {
        self.escalation.as_ref().map(|escalation| escalation.to.as_slice()).unwrap_or_default()
    }

    /// When a grant begins that is given at `at`.
    pub fn begins(&self, at: Timestamp) -> Timestamp {
        self.from.map_or(at, |from| from.max(at))
    }

    /// A yes: the request is decided, and what was given is a grant, which begins when it was asked to and never before it
    /// is given. `None` where it was decided or withdrawn before.
    pub fn approve(
        mut self,
        grant: GrantId,
        by: PersonId,
        at: Timestamp,
        until: Option<Timestamp>,
    ) -> Option<(Request, Grant)> {
        if self.state != RequestState::Waiting {
            return None;
        }
        self.state = RequestState::Decided(Decision::Approved { by, at, grant });
        let grant = Grant {
            id: grant,
            request: self.id,
            policy: self.policy.clone(),
            clause: self.clause.clone(),
            permission: self.permission.clone(),
            recipient: self.recipient.clone(),
            scope: self.scope.clone(),
            by,
            from: self.begins(at),
            until,
            revoked_at: None,
        };
        Some((self, grant))
    }

    /// A no, with its reason. `None` where it was decided or withdrawn before.
    pub fn refuse(mut self, by: PersonId, at: Timestamp, reason: String) -> Option<Request> {
        if self.state != RequestState::Waiting {
            return None;
        }
        self.state = RequestState::Decided(Decision::Refused { by, at, reason });
        Some(self)
    }
}
