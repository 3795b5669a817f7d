//! Access taken away by a clause that allows it, and given back.

use jiff::Timestamp;

use crate::{PersonId, PolicyId, SanctionId};

/// Somebody's access was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sanction {
    pub id: SanctionId,
    pub person: PersonId,
    pub policy: PolicyId,
    /// The clause that it rests on.
    pub clause: String,
    pub reason: String,
    pub imposed_by: PersonId,
    pub from: Timestamp,
    /// `None`: until somebody lifts it.
    pub until: Option<Timestamp>,
    pub lifted_at: Option<Timestamp>,
    pub lifted_by: Option<PersonId>,
    pub lift_reason: Option<String>,
}

impl Sanction {
    /// Whether it holds at `at`: begun, neither ended nor lifted. It has ended at its `until` itself.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.lifted_at.is_none() && self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// Access is given back before its time. `None` where it was given back before.
    pub fn lift(mut self, by: PersonId, at: Timestamp, reason: String) -> Option<Sanction> {
        if self.lifted_at.is_some() {
            return None;
        }
        (self.lifted_at, self.lifted_by, self.lift_reason) = (Some(at), Some(by), Some(reason));
        Some(self)
    }
}
