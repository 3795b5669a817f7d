//! What the gate needs to know about a person: nothing more leaves the records for it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{Audience, GrantId, GrantScope, Group, PersonId, PolicyId, RoleSet, WeeklyTimes, day_words};

/// How a person stands with the school's policies right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// `None`: nobody could be identified.
    pub person: Option<PersonId>,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: RoleSet,
    /// The relative roles that they may hold towards somebody or some group, so that the gate can tell whether they may ask.
    #[serde(default, skip_serializing_if = "RoleSet::is_empty")]
    pub may_be: RoleSet,
    /// When they work; empty where the school doesn't know.
    #[serde(default, skip_serializing_if = "WeeklyTimes::is_empty")]
    pub hours: WeeklyTimes,
    /// What must still be signed before the gate lets this person out.
    pub unsigned: Vec<Unsigned>,
    pub withdrawn: Option<Withdrawal>,
    /// Grants that concern this person, live or yet to end; the verdict looks at their time again.
    pub grants: Vec<LiveGrant>,
    /// When they leave by themselves. The gate holds to it even where nobody can tell it that they have left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_at: Option<Timestamp>,
}

impl Standing {
    /// Somebody of an audience who has signed everything, is under no sanction and holds no grant.
    pub fn of(audience: Audience) -> Standing {
        Standing {
            person: None,
            audience,
            groups: Vec::new(),
            roles: RoleSet::new(),
            may_be: RoleSet::new(),
            hours: WeeklyTimes::default(),
            unsigned: Vec::new(),
            withdrawn: None,
            grants: Vec::new(),
            leaves_at: None,
        }
    }

    /// Whether their leaving date is over.
    pub fn has_left(&self, at: Timestamp) -> bool {
        self.leaves_at.is_some_and(|leaves| leaves <= at)
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
    /// The person has signed, and a parent's signature alone is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parents: Option<ParentsAsked>,
}

/// How a child's parents have been asked for the signature that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentsAsked {
    /// Since when it has been among the tasks on their Home page, or when the child last asked again.
    pub at: Timestamp,
    /// Whether the school has a parent on record who can be asked.
    pub on_record: bool,
}

impl ParentsAsked {
    /// What a child is told, at the desk and at the gate alike.
    pub fn sentence(&self, zone: &TimeZone) -> String {
        if !self.on_record {
            return "Your parent has to sign too, and the school has no parent on record for you. Tell the school office."
                .to_owned();
        }
        let day = day_words(self.at.to_zoned(zone.clone()).date());
        format!("Your parent has to sign too. We asked them on {day}. They see it when they sign in at the desk.")
    }
}

/// A sanction that takes access away, and the clause that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    pub policy: PolicyId,
    pub clause: String,
    pub until: Option<Timestamp>,
    /// As it was given, for the person to read.
    #[serde(default)]
    pub reason: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_told_when_the_parent_was_asked_in_the_schools_own_time() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let asked = ParentsAsked { at: "2026-06-02T23:30:00Z".parse().unwrap(), on_record: true };
        assert!(asked.sentence(&zone).contains("on 3 June 2026"), "{}", asked.sentence(&zone));
        let nobody = ParentsAsked { on_record: false, ..asked };
        assert!(!nobody.sentence(&zone).contains("asked them"), "{}", nobody.sentence(&zone));
    }
}
