//! Passwords, tokens and the hashes under which they are kept.

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Identifiers;
use sha2::{Digest, Sha256};

use crate::desk::settings::PasswordHash;

/// SHA-256, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 32 bytes that nobody can guess.
pub(crate) fn random_bytes(source: &dyn Identifiers) -> [u8; 32] {
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(10) {
        chunk.copy_from_slice(&source.random()[..chunk.len()]);
    }
    bytes
}

/// What a browser holds to be known again. It shows itself to nobody by accident.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    pub(crate) fn new(source: &dyn Identifiers) -> SessionToken {
        SessionToken(URL_SAFE_NO_PAD.encode(random_bytes(source)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SessionToken(…)")
    }
}

/// Letters and digits that are not taken for one another when they are read out or copied from paper.
const CODE_LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Eight letters: 40 bits, enough where every wrong guess is counted and a handful end the guessing.
pub(crate) fn new_code(source: &dyn Identifiers) -> String {
    source.random()[..8].iter().map(|byte| char::from(CODE_LETTERS[usize::from(byte % 32)])).collect()
}

/// A code as people type it: small letters, gaps and hyphens do not matter.
pub(crate) fn normal_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

fn hasher(cost: PasswordHash) -> Argon2<'static> {
    let params = Params::new(cost.memory_kib.max(8 * cost.lanes.max(1)), cost.passes.max(1), cost.lanes.max(1), None)
        .expect("the cost is at least argon2's least");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The password's argon2id hash as a PHC string. Slow by design: never call it where others wait for the thread.
pub(crate) fn hash_password(cost: PasswordHash, password: &str, salt: [u8; 32]) -> String {
    let hash: Phc = hasher(cost)
        .hash_password_with_salt(password.as_bytes(), &salt[..16])
        .expect("a salt of 16 bytes and a cost in bounds are all that argon2 asks for");
    hash.to_string()
}

/// Whether this is the password of the hash. As slow as making it.
pub(crate) fn verify_password(hash: &str, password: &str) -> bool {
    Phc::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_by_its_hash_alone() {
        let hash = hash_password(PasswordHash::CHEAP, "correct horse", [7; 32]);
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        assert!(verify_password(&hash, "correct horse"));
        assert!(!verify_password(&hash, "correct horses"));
        assert!(!verify_password("no hash", "correct horse"));
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        assert_eq!(normal_code(" abcd-efgh "), "ABCDEFGH");
    }
}
