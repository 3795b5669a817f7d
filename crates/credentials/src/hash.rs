//! Argon2id hashes of passwords, as PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::settings::HashCost;

/// Bytes of a salt: what RFC 9106 section 3.1 recommends for passwords.
pub const SALT_BYTES: usize = 16;

/// The password's argon2id hash as a PHC string. Slow by design: never call it where others wait for the thread.
pub fn hash_password(cost: HashCost, password: &str, salt: [u8; SALT_BYTES]) -> String {
    let lanes = cost.lanes.max(1);
    let params = Params::new(cost.memory_kib.max(8 * lanes), cost.passes.max(1), lanes, None)
        .expect("the cost is at least argon2's least");
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("a salt of 16 bytes and a cost in bounds are all that argon2 asks for");
    hash.to_string()
}

/// Whether this is the password of the hash. As slow as making it.
pub fn verify_password(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_by_its_hash_alone() {
        let hash = hash_password(HashCost::CHEAP, "correct horse", [7; SALT_BYTES]);
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        assert!(verify_password(&hash, "correct horse"));
        assert!(!verify_password(&hash, "correct horses"));
        assert!(!verify_password("no hash", "correct horse"));
    }
}
