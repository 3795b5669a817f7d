//! What the gate needs to know about a person: nothing more leaves the records for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Audience, GrantId, GrantScope, Group, PersonId, PolicyId, RoleSet};

/// How a person stands with the school's policies right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// `None`: nobody could be identified.
    pub person: Option<PersonId>,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: RoleSet,
    /// What must still be signed before the gate lets this person out.
    pub unsigned: Vec<Unsigned>,
    pub withdrawn: Option<Withdrawal>,
    /// Grants that concern this person, live or yet to end; the verdict looks at their time again.
    pub grants: Vec<LiveGrant>,
}

impl Standing {
    /// Somebody of an audience who has signed everything, is under no sanction and holds no grant.
    pub fn of(audience: Audience) -> Standing {
        Standing {
            person: None,
            audience,
            groups: Vec::new(),
            roles: RoleSet::new(),
            unsigned: Vec::new(),
            withdrawn: None,
            grants: Vec::new(),
        }
    }

    /// Nobody could be identified.
    pub fn unidentified() -> Standing {
        Standing::of(Audience::Unidentified)
    }
}

/// A policy whose signature is still owed, and the clause that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsigned {
    pub policy: PolicyId,
    pub clause: String,
}

/// A sanction that takes access away, and the clause that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    pub policy: PolicyId,
    pub clause: String,
    pub until: Option<Timestamp>,
}

/// A grant as the gate sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveGrant {
    pub id: GrantId,
    pub policy: PolicyId,
    pub permission: String,
    pub scope: GrantScope,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

impl LiveGrant {
    pub fn is_live(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}
