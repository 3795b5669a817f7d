//! What the gate is told: allowed or blocked, why, and every rule that spoke.

use std::net::IpAddr;

use domain::{
    Category, CategorySet, ClosedSite, GrantId, Host, ListedDevice, Outcome, PeriodSet, PolicyId, Role, Version,
};
use jiff::Timestamp;
use serde::Serialize;
use smallvec::SmallVec;

use crate::html::bracketed;

/// Where somebody wants to go.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    pub host: &'a Host,
    /// Begins with `/`. `None` where it can't be seen, as in a tunnel that is not opened.
    pub path: Option<&'a str>,
    /// The site's categories, from the site index.
    pub categories: CategorySet,
    pub from: VisitFrom<'a>,
    /// What the school's own list closes of the host: the entries of the host itself and of those that it lies under.
    pub closed: &'a [ClosedSite],
}

/// From which device a visit comes, as far as that is asked.
#[derive(Debug, Clone, Copy)]
pub enum VisitFrom<'a> {
    /// Any: its network is none whose devices have to be on a register.
    AnyDevice,
    /// One in a network whose devices have to be; with what lists its address.
    DeviceAt { address: IpAddr, listed: &'a [ListedDevice] },
}

/// When, and which of the school's periods hold then.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub at: Timestamp,
    pub periods: PeriodSet,
}

/// What came of it, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub outcome: Outcome,
    pub reason: Reason,
    /// Every rule that spoke, the deciding one first. Empty only where no rule spoke at all.
    pub evidence: SmallVec<[Evidence; 4]>,
    /// The host to connect to instead, so that results are safe.
    pub safe_search: Option<&'static str>,
}

impl Verdict {
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// Whether no clause and no report can close the site.
    pub fn is_always_open(&self) -> bool {
        self.reason == Reason::AlwaysOpen
    }

    /// The evidence that decided.
    pub fn deciding(&self) -> Option<&Evidence> {
        match self.reason {
            Reason::NothingForbids => None,
            _ => self.evidence.first(),
        }
    }
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    Sealed,
    AlwaysOpen,
    NotIdentified,
    NotSigned,
    Withdrawn,
    DeviceNotListed,
    Granted,
    AllowedByHost,
    BlockedByHost,
    /// A report of the site, by which the school closed it.
    ClosedByReport,
    AllowedByCategory,
    BlockedByCategory,
    NothingForbids,
}

impl Reason {
    pub const ALL: &'static [Reason] = &[
        Reason::Sealed,
        Reason::AlwaysOpen,
        Reason::NotIdentified,
        Reason::NotSigned,
        Reason::Withdrawn,
        Reason::DeviceNotListed,
        Reason::Granted,
        Reason::AllowedByHost,
        Reason::BlockedByHost,
        Reason::ClosedByReport,
        Reason::AllowedByCategory,
        Reason::BlockedByCategory,
        Reason::NothingForbids,
    ];

    /// The stable word that logs and JSON use.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Sealed => "sealed",
            Reason::AlwaysOpen => "always-open",
            Reason::NotIdentified => "not-identified",
            Reason::NotSigned => "not-signed",
            Reason::Withdrawn => "withdrawn",
            Reason::DeviceNotListed => "device-not-listed",
            Reason::Granted => "granted",
            Reason::AllowedByHost => "allowed-by-host",
            Reason::BlockedByHost => "blocked-by-host",
            Reason::ClosedByReport => "closed-by-report",
            Reason::AllowedByCategory => "allowed-by-category",
            Reason::BlockedByCategory => "blocked-by-category",
            Reason::NothingForbids => "nothing-forbids",
        }
    }

    /// The sentence that people read.
    pub const fn sentence(self) -> &'static str {
        match self {
            Reason::Sealed => "This site is on a list of illegal content, which nobody can open.",
            Reason::AlwaysOpen => "This site is always open to everybody.",
            Reason::NotIdentified => "You have not signed in, so the web is closed to you here.",
            Reason::NotSigned => "You have not signed the school's policy yet.",
            Reason::Withdrawn => "Your access to the web has been withdrawn.",
            Reason::DeviceNotListed => "This device is not on the list of those that may join this network.",
            Reason::Granted => "You have been given permission for this site.",
            Reason::AllowedByHost => "The school's policy names this site as open.",
            Reason::BlockedByHost => "The school's policy names this site as closed.",
            Reason::ClosedByReport => "The school has closed this site because it was reported.",
            Reason::AllowedByCategory => "The school's policy opens this kind of site.",
            Reason::BlockedByCategory => "The school's policy closes this kind of site.",
            Reason::NothingForbids => "No clause of the school's policy closes this site.",
        }
    }

    pub const fn outcome(self) -> Outcome {
        match self {
            Reason::Sealed
            | Reason::NotIdentified
            | Reason::NotSigned
            | Reason::Withdrawn
            | Reason::DeviceNotListed
            | Reason::BlockedByHost
            | Reason::ClosedByReport
            | Reason::BlockedByCategory => Outcome::Blocked,
            _ => Outcome::Allowed,
        }
    }
}

/// A rule of the compiled rules; see [`crate::Rules::citation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleIndex(pub(crate) u32);

/// One rule that spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    pub rule: RuleIndex,
    /// The category through which it spoke, where it spoke through one.
    pub category: Option<Category>,
    pub because: Because,
    pub says: Says,
}

/// Why a rule concerns this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is for everyone.
    Everyone,
    /// It is for the person's audience.
    Audience,
    /// It is for a role that the person holds.
    Role(Role),
    /// It is for a group that the person is in.
    Group,
    /// Nobody is known to be there, and every block holds.
    NotIdentified,
    /// It is about this person alone: a grant, a signature owed, a sanction.
    Person,
}

impl Because {
    /// The stable word that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            Because::Everyone => "everyone",
            Because::Audience => "audience",
            Because::Role(_) => "role",
            Because::Group => "group",
            Because::NotIdentified => "not-identified",
            Because::Person => "person",
        }
    }
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Blocks,
    Allows,
    /// The permission that opens what another rule blocks.
    Grants(GrantId),
    MustSign,
    Withdraws,
    /// It lets in the devices alone that a register lists.
    MustBeListed,
    SafeSearch,
}

impl Says {
    /// The stable word that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            Says::Blocks => "blocks",
            Says::Allows => "allows",
            Says::Grants(_) => "grants",
            Says::MustSign => "must-sign",
            Says::Withdraws => "withdraws",
            Says::MustBeListed => "must-be-listed",
            Says::SafeSearch => "safe-search",
        }
    }
}

/// The clause that a rule stands in, as a page or a header shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Citation {
    /// `schoolgate` for what holds at every school without a policy saying so.
    pub policy: PolicyId,
    pub policy_title: String,
    pub version: Version,
    pub clause: String,
    pub number: String,
    pub title: String,
    /// Safe HTML, with the school's facts in its blanks.
    pub prose_html: String,
    /// The plain sentence that a block gives for itself.
    pub reason: Option<String>,
    /// The permissions any of which opens what the rule blocks, or lists a device.
    pub unless: Vec<String>,
    /// The rule's kind; `None` for a clause without one.
    pub kind: Option<&'static str>,
}

impl Citation {
    /// As readers see it: what is still empty stands in square brackets, and never in braces.
    #[must_use]
    pub fn for_readers(&self) -> Citation {
        Citation {
            policy_title: bracketed(&self.policy_title),
            title: bracketed(&self.title),
            prose_html: bracketed(&self.prose_html),
            reason: self.reason.as_deref().map(bracketed),
            ..self.clone()
        }
    }
}
