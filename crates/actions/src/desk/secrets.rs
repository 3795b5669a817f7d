//! Tokens and codes, and the hashes under which they are kept.

pub(crate) mod keys;
pub(crate) mod own_password;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Identifiers;
use sha2::{Digest, Sha256};

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

/// A text that nobody can guess, for a form that must be taken once.
pub(crate) fn random_token(source: &dyn Identifiers) -> String {
    URL_SAFE_NO_PAD.encode(random_bytes(source))
}

/// Twelve letters that follow from a token: 60 bits, which nobody guesses in a lifetime of counted tries. Whoever sends
/// the same form twice is given the same code, and nothing but its hash is kept.
pub(crate) fn code_of(token: &str) -> String {
    let hash = Sha256::digest([b"code of a report: ", token.as_bytes()].concat());
    hash[..12].iter().map(|byte| char::from(CODE_LETTERS[usize::from(byte % 32)])).collect()
}

/// A code as people type it: small letters, gaps and hyphens do not matter.
pub(crate) fn normal_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        assert_eq!(normal_code(" abcd-efgh "), "ABCDEFGH");
    }
}
