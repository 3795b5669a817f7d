//! Somebody signed a version of a policy.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AgreementId, PersonId, PolicyId, Version};

/// For whom the signature binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnBehalf {
    /// The signer signed for themselves.
    Own,
    /// A parent or carer signed for this child.
    Child(PersonId),
}

/// Somebody signed a version of a policy, or was shown it where no signature is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub id: AgreementId,
    pub policy: PolicyId,
    pub version: Version,
    /// SHA-256 of the policy's text as it was signed, in lower-case hexadecimal.
    pub text_hash: String,
    pub signer: PersonId,
    pub on_behalf: OnBehalf,
    /// The name that the signer typed.
    pub printed_name: String,
    pub signed_at: Timestamp,
    pub countersigned: Option<Countersignature>,
}

impl Agreement {
    /// The person whom the agreement binds: the signer, or the child they signed for.
    pub fn binds(&self) -> PersonId {
        match self.on_behalf {
            OnBehalf::Own => self.signer,
            OnBehalf::Child(child) => child,
        }
    }
}

/// Somebody accepted a signature for the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countersignature {
    pub by: PersonId,
    pub printed_name: String,
    pub at: Timestamp,
}
