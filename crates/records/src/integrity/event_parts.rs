//! What an event of the ledger is made of: identifiers, counts, and the names of roles, duties and parts of a policy.

use domain::{
    Audience, CaseEvent, Category, Duty, EntryEvent, GrantId, GrantScope, Person, PersonId, PolicyId, Recipient, Role,
    RoleSet, SiteDecision, Version, VersionId,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::integrity::canonical::sha256;

/// The name of a clause or a permission, or of a policy: lower-case letters, digits and hyphens. Anything else goes into
/// the ledger as its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PolicyPart(String);

/// The longest name of a part, in characters.
const LONGEST_PART: usize = 80;

impl From<&str> for PolicyPart {
    fn from(name: &str) -> PolicyPart {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = !name.is_empty() && name.len() <= LONGEST_PART && name.bytes().all(fits);
        PolicyPart(if is_name { name.to_owned() } else { sha256(name.as_bytes()) })
    }
}

impl std::fmt::Display for PolicyPart {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&PolicyId> for PolicyPart {
    fn from(policy: &PolicyId) -> PolicyPart {
        policy.0.as_str().into()
    }
}

/// A SHA-256 in hexadecimal. Anything else goes into the ledger as its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl From<&str> for Fingerprint {
    fn from(hash: &str) -> Fingerprint {
        let is_hash =
            hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
        Fingerprint(if is_hash { hash.to_owned() } else { sha256(hash.as_bytes()) })
    }
}

/// The version of a policy that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedText {
    pub version: VersionId,
    pub policy: PolicyPart,
    pub number: Version,
    pub text: Fingerprint,
    pub minor: bool,
}

/// For whom something is; the request's record says which group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForWhom {
    Person(PersonId),
    Group,
    Audience(Audience),
    Everyone,
}

impl From<&Recipient> for ForWhom {
    fn from(recipient: &Recipient) -> ForWhom {
        match recipient {
            Recipient::Person(person) => ForWhom::Person(*person),
            Recipient::Group(_) => ForWhom::Group,
            Recipient::Audience(audience) => ForWhom::Audience(*audience),
            Recipient::Everyone => ForWhom::Everyone,
        }
    }
}

/// The kind of what was asked for or given; the request's record says which site or what words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeKind {
    Site,
    Category(Category),
    Words,
}

impl From<&GrantScope> for ScopeKind {
    fn from(scope: &GrantScope) -> ScopeKind {
        match scope {
            GrantScope::Site(_) => ScopeKind::Site,
            GrantScope::Category(category) => ScopeKind::Category(*category),
            GrantScope::Words(_) => ScopeKind::Words,
        }
    }
}

/// Whose activity was looked at; the viewing's record says which host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Viewed {
    Person(PersonId),
    Host,
    Everyone,
}

/// How much of a viewing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagesRead {
    /// One page, from 1.
    One {
        page: u32,
        searched: bool,
    },
    All,
}

/// How a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    Approved {
        grant: GrantId,
        permission: PolicyPart,
        recipient: ForWhom,
        scope: ScopeKind,
        until: Option<Timestamp>,
    },
    /// One of several who must agree said yes.
    Agreed {
        roles: RoleSet,
        until: Option<Timestamp>,
    },
    Refused,
    HandedOn {
        to: Role,
    },
}

/// The name of what was done with a case, as its history has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseStepName {
    TakenUp,
    Noted,
    /// Of which kind the line is, is left out: it would say what the case is of.
    WrittenDown,
    Answered,
    PassedOn,
    IsAbout,
    ActionSet,
    ActionDone,
    KnownSinceCorrected,
    HandedOver,
    Linked,
    Unlinked,
    /// Of which entry, is left out: its register would say whose it is.
    SaidLost,
    /// Of which site, is left out: the reporter typed it.
    SiteClosed,
    SiteLeftOpen,
    SiteReopened,
    Exported,
    ReceiptNoted,
    NoReceipt,
    Closed,
    Reopened,
}

impl From<&CaseEvent> for CaseStepName {
    fn from(what: &CaseEvent) -> CaseStepName {
        match what {
            CaseEvent::TakenUp { .. } => CaseStepName::TakenUp,
            CaseEvent::Noted { .. } => CaseStepName::Noted,
            CaseEvent::WrittenDown(_) => CaseStepName::WrittenDown,
            CaseEvent::Answered { .. } => CaseStepName::Answered,
            CaseEvent::PassedOn { .. } => CaseStepName::PassedOn,
            CaseEvent::IsAbout { .. } => CaseStepName::IsAbout,
            CaseEvent::ActionSet(_) => CaseStepName::ActionSet,
            CaseEvent::ActionDone { .. } => CaseStepName::ActionDone,
            CaseEvent::KnownSinceCorrected { .. } => CaseStepName::KnownSinceCorrected,
            CaseEvent::HandedOver { .. } => CaseStepName::HandedOver,
            CaseEvent::Linked { .. } => CaseStepName::Linked,
            CaseEvent::Unlinked { .. } => CaseStepName::Unlinked,
            CaseEvent::SaidLost { .. } => CaseStepName::SaidLost,
            CaseEvent::SiteDecided { decision: SiteDecision::Close, .. } => CaseStepName::SiteClosed,
            CaseEvent::SiteDecided { decision: SiteDecision::LeaveOpen, .. } => CaseStepName::SiteLeftOpen,
            CaseEvent::SiteDecided { decision: SiteDecision::Reopen, .. } => CaseStepName::SiteReopened,
            CaseEvent::Exported { .. } => CaseStepName::Exported,
            CaseEvent::ReceiptNoted { .. } => CaseStepName::ReceiptNoted,
            CaseEvent::NoReceipt { .. } => CaseStepName::NoReceipt,
            CaseEvent::Closed { .. } => CaseStepName::Closed,
            CaseEvent::Reopened { .. } => CaseStepName::Reopened,
        }
    }
}

/// The name of what was done with an entry, as its history has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryStepName {
    Corrected,
    Closed,
    Reopened,
    Lost,
    Found,
}

impl From<&EntryEvent> for EntryStepName {
    fn from(what: &EntryEvent) -> EntryStepName {
        match what {
            EntryEvent::Corrected { .. } => EntryStepName::Corrected,
            EntryEvent::Closed => EntryStepName::Closed,
            EntryEvent::Reopened => EntryStepName::Reopened,
            EntryEvent::Lost => EntryStepName::Lost,
            EntryEvent::Found => EntryStepName::Found,
        }
    }
}

/// What of a person settles what they may do and decide.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PersonAuthority {
    pub roles: RoleSet,
    pub children: Vec<PersonId>,
    pub manager: Option<PersonId>,
    pub stand_in: Option<PersonId>,
    /// How many classes they teach. A hash of their names would give them away to whoever tries every class.
    pub teaches: usize,
}

impl From<&Person> for PersonAuthority {
    fn from(person: &Person) -> PersonAuthority {
        let particulars = &person.particulars;
        PersonAuthority {
            roles: person.roles.clone(),
            children: person.children.clone(),
            manager: particulars.manager,
            stand_in: particulars.absence.and_then(|absence| absence.stand_in),
            teaches: particulars.teaches.len(),
        }
    }
}

/// A role as it was changed: the duties that it carries now, or `None` where it was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    pub role: Role,
    pub duties: Option<Vec<Duty>>,
}

/// How many people an import added, changed, left as they were and marked as leavers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImportCounts {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub left: u64,
}
