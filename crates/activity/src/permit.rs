//! The value without which no monitored data opens.

use std::collections::BTreeSet;
use std::net::IpAddr;

use domain::{Audience, PersonId};
use jiff::Timestamp;

/// Whose or what activity a viewing is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermitSubject {
    Person(PersonId),
    /// A network address, for what nobody signed in for.
    Client(IpAddr),
    /// Everybody's visits to one host and the names below it.
    Host(String),
    /// All activity of the span.
    Everyone,
}

/// Proof that a viewing is in the ledger. It opens its own subject within its own span and nothing else, and of that only
/// what people of its audiences did; it can be neither copied nor stored, so each viewing is recorded anew.
#[derive(Debug)]
pub struct ViewingPermit {
    ledger_entry: u64,
    purpose: String,
    subject: PermitSubject,
    audiences: BTreeSet<Audience>,
    from: Timestamp,
    until: Timestamp,
}

impl ViewingPermit {
    /// **Called by `actions::viewing` alone**, after purpose, subject, span and (where the clause asks it) a second person
    /// stand in the ledger as entry `ledger_entry`. A test of the arrows refuses any other crate that names this type's
    /// constructor. The span begins at `from` and ends before `until`.
    pub fn recorded(
        ledger_entry: u64,
        purpose: String,
        (subject, audiences): (PermitSubject, BTreeSet<Audience>),
        from: Timestamp,
        until: Timestamp,
    ) -> Self {
        ViewingPermit { ledger_entry, purpose, subject, audiences, from, until }
    }

    /// The entry of the ledger that this viewing rests on.
    pub fn ledger_entry(&self) -> u64 {
        self.ledger_entry
    }

    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    pub fn subject(&self) -> &PermitSubject {
        &self.subject
    }

    /// The audiences whose activity it opens: what somebody did while they were of another stays closed.
    pub fn audiences(&self) -> &BTreeSet<Audience> {
        &self.audiences
    }

    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// The span ends before this.
    pub fn until(&self) -> Timestamp {
        self.until
    }
}

/// `name` is `domain` or below it.
pub(crate) fn host_is_within(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
