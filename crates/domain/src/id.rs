//! Identifiers: what a thing is called for as long as it is remembered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! identifiers {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.simple().fmt(out)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                $name(uuid)
            }
        }
    )+};
}

identifiers! {
    PersonId;
    AgreementId;
    RequestId;
    GrantId;
    SanctionId;
    SessionId;
    /// Somebody said that they can't agree.
    DeclineId;
    /// Somebody looked, or asks to look, at monitored data.
    ViewingId;
    /// Something that was reported.
    CaseId;
    /// A site that was closed by a report.
    ClosedSiteId;
    /// Something that somebody is to do about a case.
    ActionId;
    /// Cases that were handed out as one file.
    ExportId;
    /// A file that is kept with a case or a request.
    FileId;
    /// Something that was written down in a register.
    EntryId;
    /// A register of a policy, in whichever version.
    RegisterId;
    /// Something that somebody is told.
    NoticeId;
    ActivityId;
    /// One uploaded text of a policy, draft or published.
    VersionId;
}

impl RegisterId {
    /// The register of a policy, by its id in it. It is made of the two names (UUID version 5), so that nothing has to be
    /// kept to know a register by.
    pub fn of(policy: &PolicyId, register: &str) -> RegisterId {
        RegisterId(Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("schoolgate:register:{policy}/{register}").as_bytes()))
    }
}

/// Makes identifiers in the order of time (UUID version 7) from a clock and a source of randomness that it is given.
pub trait Identifiers: Send + Sync + 'static {
    /// Ten bytes that nobody can guess.
    fn random(&self) -> [u8; 10];

    /// A new identifier for something that came to be at `at`.
    fn next<Id: From<Uuid>>(&self, at: Timestamp) -> Id
    where
        Self: Sized,
    {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        Id::from(uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.random()).into_uuid())
    }
}

/// A policy's stable name, kebab-case: `pupil-use`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyId(pub String);

impl std::fmt::Display for PolicyId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// The number of a policy's published state: 1 for the first, one more for each that follows. 0 is a draft.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}
