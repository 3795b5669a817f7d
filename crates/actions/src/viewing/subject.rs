//! Whose or what activity is looked at, and how the records and the ledger keep it.

use domain::{Host, PersonId};
use records::{Viewed, Viewing};
use serde_json::json;

/// Whose or what activity.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    Person(PersonId),
    /// Everybody's visits to one host and the names below it.
    Host(Host),
    Everyone,
}

/// A subject as the records keep it.
pub(crate) fn subject_text(subject: &Subject) -> String {
    json!(subject).to_string()
}

/// A subject that can't be read any more counts as everybody: whoever was looked at is told.
pub(crate) fn subject_of(viewing: &Viewing) -> Subject {
    serde_json::from_str(&viewing.subject).unwrap_or(Subject::Everyone)
}

impl From<&Subject> for Viewed {
    fn from(subject: &Subject) -> Viewed {
        match subject {
            Subject::Person(person) => Viewed::Person(*person),
            Subject::Host(_) => Viewed::Host,
            Subject::Everyone => Viewed::Everyone,
        }
    }
}
