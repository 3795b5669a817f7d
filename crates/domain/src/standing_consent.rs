//! What people say of a consent that is asked once and then holds.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use jiff::Timestamp;

use crate::{PersonId, PolicyId, UnknownName, Version};

/// What somebody said of a consent about one person, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingAnswer {
    pub policy: PolicyId,
    /// The version in force when it was said.
    pub version: Version,
    /// The consent's id in its policy.
    pub consent: String,
    /// One of the consent's purposes; empty where it has none but its own.
    pub purpose: String,
    pub about: PersonId,
    pub by: PersonId,
    pub at: Timestamp,
    pub said: StandingSaid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StandingSaid {
    Yes,
    No,
    /// What they said before counts no longer.
    TakenBack,
}

impl StandingSaid {
    pub const ALL: [StandingSaid; 3] = [StandingSaid::Yes, StandingSaid::No, StandingSaid::TakenBack];

    pub fn name(self) -> &'static str {
        match self {
            StandingSaid::Yes => "yes",
            StandingSaid::No => "no",
            StandingSaid::TakenBack => "taken-back",
        }
    }
}

impl Display for StandingSaid {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for StandingSaid {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<StandingSaid, UnknownName> {
        let found = StandingSaid::ALL.into_iter().find(|said| said.name() == name);
        found.ok_or_else(|| UnknownName::new("answer", name, StandingSaid::ALL.into_iter().map(StandingSaid::name)))
    }
}
