//! Receipts: what was signed, by whom, for whom, when, under the school's own key. A receipt verifies without the
//! school: with nothing but the file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::AgreementId;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::secrets::sha256;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::Text;

/// A receipt as a file to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub file_name: String,
    pub json: String,
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReceiptContent {
    pub school: String,
    pub agreement: String,
    pub policy: String,
    pub title: String,
    pub version: u32,
    /// SHA-256 of the policy's text as it was signed, in lower-case hexadecimal.
    pub text_sha256: String,
    /// How many clauses the text has.
    pub clauses: usize,
    /// The clause that asked for the signature.
    pub clause: String,
    /// RFC 3339, UTC.
    pub signed_at: String,
    pub signed_by: String,
    pub signed_for: String,
    pub printed_name: String,
    pub countersigned_by: Option<String>,
    pub countersigned_at: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Envelope {
    receipt: Value,
    /// How the signature is made.
    method: String,
    /// The school's public key, base64.
    public_key: String,
    /// base64.
    signature: String,
}

const METHOD: &str = "Ed25519 over the receipt as JSON with sorted keys and no white space";

/// A receipt that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct VerifiedReceipt {
    pub content: ReceiptContent,
    /// SHA-256 of the public key, in pairs.
    pub fingerprint: String,
}

/// What is wrong with a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    #[error("this is no receipt: {0}")]
    Form(String),
    #[error("the receipt's {0} is not what it should be")]
    Encoding(&'static str),
    #[error("the receipt was changed after it was signed, or another key signed it")]
    Signature,
    #[error("the receipt was signed with the key {found}, and not with the school's key {expected}")]
    AnotherKey { found: String, expected: String },
}

/// Verifies that a receipt is whole and was signed with the key of the fingerprint that the school shows. Without one
/// there is nothing to verify: anybody can sign a receipt with a key of their own.
///
/// # Errors
/// A file that is no receipt, one that was changed, or one of another school.
pub fn verify_receipt(bytes: &[u8], school: &str) -> Result<VerifiedReceipt, ReceiptFault> {
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|error| ReceiptFault::Form(error.to_string()))?;
    if envelope.method != METHOD {
        return Err(ReceiptFault::Encoding("method"));
    }
    let decode = |text: &str, what| STANDARD.decode(text).map_err(|_| ReceiptFault::Encoding(what));
    let key: [u8; 32] = decode(&envelope.public_key, "key")?.try_into().map_err(|_| ReceiptFault::Encoding("key"))?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| ReceiptFault::Encoding("key"))?;
    let signature: [u8; 64] =
        decode(&envelope.signature, "signature")?.try_into().map_err(|_| ReceiptFault::Encoding("signature"))?;
    let signed = records::canonical_json(&envelope.receipt);
    key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&signature)).map_err(|_| ReceiptFault::Signature)?;
    let content = serde_json::from_value(envelope.receipt).map_err(|error| ReceiptFault::Form(error.to_string()))?;
    let found = fingerprint(&key);
    if plain(school) != plain(&found) {
        return Err(ReceiptFault::AnotherKey { found, expected: school.to_owned() });
    }
    Ok(VerifiedReceipt { content, fingerprint: found })
}

fn plain(fingerprint: &str) -> String {
    fingerprint.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase()).collect()
}

fn fingerprint(key: &VerifyingKey) -> String {
    let digest = sha256(key.as_bytes());
    let pairs: Vec<&str> = (0..digest.len()).step_by(2).map(|place| &digest[place..place + 2]).collect();
    pairs.join(":")
}

impl Desk {
    /// The fingerprint of the key that signs the school's receipts.
    pub fn receipt_fingerprint(&self) -> String {
        fingerprint(&self.key().verifying_key())
    }

    /// The receipt of a signature, for whoever may read it.
    pub async fn receipt(&self, actor: &Actor, id: AgreementId) -> Result<Receipt, ReadError> {
        let actor = self.authorise(actor, Verb::ReadAgreement)?;
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&actor));
        let record = found(self.stores().read(&actor).await?.agreement(id).await?, "agreement")?;
        if !self.may_read_agreement(&actor, &record, &published_policies) {
            return Err(ReadError::NotFound { what: "agreement" });
        }
        let text = found(published_policies.version(&record.agreement.policy, record.agreement.version), "agreement")?;
        Ok(self.receipt_of(&record, text, &people_index))
    }

    pub(crate) fn receipt_of(
        &self,
        record: &records::AgreementRecord,
        text: &Text,
        people_index: &PeopleIndex,
    ) -> Receipt {
        let agreement = &record.agreement;
        let countersigned = agreement.countersigned.as_ref();
        let content = ReceiptContent {
            school: self.settings().school_name.clone(),
            agreement: agreement.id.to_string(),
            policy: agreement.policy.0.clone(),
            title: text.document.title.clone(),
            version: agreement.version.0,
            text_sha256: agreement.text_hash.clone(),
            clauses: text.document.clauses.len(),
            clause: record.clause.clone(),
            signed_at: agreement.signed_at.to_string(),
            signed_by: people_index.line(agreement.signer).name,
            signed_for: people_index.line(agreement.binds()).name,
            printed_name: agreement.printed_name.clone(),
            countersigned_by: countersigned.map(|countersigned| countersigned.printed_name.clone()),
            countersigned_at: countersigned.map(|countersigned| countersigned.at.to_string()),
        };
        let receipt = json!(content);
        let signature = self.key().sign(records::canonical_json(&receipt).as_bytes());
        let envelope = Envelope {
            receipt,
            method: METHOD.to_owned(),
            public_key: STANDARD.encode(self.key().verifying_key().as_bytes()),
            signature: STANDARD.encode(signature.to_bytes()),
        };
        Receipt {
            file_name: format!("receipt-{}-{}.json", agreement.policy, agreement.version),
            json: serde_json::to_string_pretty(&envelope).expect("a receipt has a form in JSON"),
        }
    }
}
