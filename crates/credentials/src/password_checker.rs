//! Checks passwords: each once, slowly, and never more than a few at a time; what fitted is remembered by a keyed hash.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Identifiers;
use jiff::Timestamp;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::hash::{SALT_BYTES, hash_password, verify_password};
use crate::settings::{HashCost, ThrottleSettings};
use crate::throttle::Throttle;

/// The most passwords remembered as right.
const MOST_PROVEN: usize = 50_000;

/// The one checker of passwords, shared by the desk and the gate.
pub struct PasswordChecker {
    /// Passwords that fitted are remembered as hashes under a key that lives as long as this process, so that its memory
    /// holds none of them.
    key: [u8; 32],
    proven: Mutex<HashMap<[u8; 32], Arc<str>>>,
    /// Measured where there is no such person, so that the time taken doesn't tell who there is.
    decoy: Arc<str>,
    throttle: Throttle,
    checks: Semaphore,
    measured: AtomicU64,
}

/// A username and a password, from where and when.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub name: &'a str,
    pub password: &'a str,
    /// `None`: nobody knows it, as behind another proxy.
    pub address: Option<IpAddr>,
    pub at: Timestamp,
}

/// What a password came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordOutcome {
    /// It fits this hash.
    Right(Arc<str>),
    Wrong,
    /// Too many were wrong before; this one was not checked, and none will be until then.
    TooSoon {
        until: Timestamp,
    },
}

impl PasswordChecker {
    /// A checker without a memory of before. Hashing the decoy takes as long as one password.
    pub fn new(settings: ThrottleSettings, cost: HashCost, identifiers: &dyn Identifiers) -> PasswordChecker {
        let mut random = [0; 32 + SALT_BYTES];
        random.chunks_mut(8).for_each(|part| part.copy_from_slice(&identifiers.random()[..part.len()]));
        let (mut key, mut salt) = ([0; 32], [0; SALT_BYTES]);
        key.copy_from_slice(&random[..32]);
        salt.copy_from_slice(&random[32..]);
        PasswordChecker {
            key,
            proven: Mutex::default(),
            decoy: hash_password(cost, "nobody's password", salt).into(),
            throttle: Throttle::new(settings),
            checks: Semaphore::new(settings.checks_at_once.max(1)),
            measured: AtomicU64::new(0),
        }
    }

    /// The count of wrong tries, for proofs that are no passwords: codes typed from paper.
    pub fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// How many passwords have been measured against a hash, not counting what was known from a check before.
    pub fn measured(&self) -> u64 {
        self.measured.load(Ordering::Relaxed)
    }

    /// Whether the password fits `hash`, the one kept for this username where there is any. At once where it was
    /// measured before; otherwise it takes as long as the hash asks for, on a thread of its own.
    pub async fn check(&self, attempt: Attempt<'_>, hash: Option<&str>) -> PasswordOutcome {
        let Attempt { name, password, address, at } = attempt;
        let digest = self.digest(name, password);
        if let Some(hash) = self.remembered(&digest, hash) {
            return PasswordOutcome::Right(hash);
        }
        if let Some(until) = self.throttle.wait_until(name, address, at) {
            return PasswordOutcome::TooSoon { until };
        }
        let Ok(_permit) = self.checks.acquire().await else { return PasswordOutcome::Wrong };
        // Browsers open several connections at once: the first may have proved it while this one waited.
        if let Some(hash) = self.remembered(&digest, hash) {
            return PasswordOutcome::Right(hash);
        }
        if let Some(until) = self.throttle.wait_until(name, address, at) {
            return PasswordOutcome::TooSoon { until };
        }
        self.measured.fetch_add(1, Ordering::Relaxed);
        let known = hash.is_some();
        let hash = hash.map_or_else(|| self.decoy.clone(), Arc::from);
        let (against, password) = (hash.clone(), password.to_owned());
        let fits = tokio::task::spawn_blocking(move || verify_password(&against, &password)).await.unwrap_or(false);
        if !(fits && known) {
            self.throttle.failed(name, address, at);
            return PasswordOutcome::Wrong;
        }
        self.throttle.succeeded(name, address, at);
        self.remember(digest, hash.clone());
        PasswordOutcome::Right(hash)
    }

    fn digest(&self, name: &str, password: &str) -> [u8; 32] {
        let name = name.to_lowercase();
        let length = (name.len() as u64).to_be_bytes();
        Sha256::new()
            .chain_update(self.key)
            .chain_update(length)
            .chain_update(name)
            .chain_update(password)
            .finalize()
            .into()
    }

    fn remembered(&self, digest: &[u8; 32], hash: Option<&str>) -> Option<Arc<str>> {
        let proven = self.proven.lock();
        proven.get(digest).filter(|proven| Some(&***proven) == hash).cloned()
    }

    fn remember(&self, digest: [u8; 32], hash: Arc<str>) {
        let mut proven = self.proven.lock();
        if proven.len() >= MOST_PROVEN {
            proven.clear();
        }
        proven.insert(digest, hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;

    impl Identifiers for Zeros {
        fn random(&self) -> [u8; 10] {
            [0; 10]
        }
    }

    fn checker() -> PasswordChecker {
        PasswordChecker::new(ThrottleSettings::default(), HashCost::CHEAP, &Zeros)
    }

    fn hash(password: &str) -> String {
        hash_password(HashCost::CHEAP, password, [1; SALT_BYTES])
    }

    fn attempt<'a>(name: &'a str, password: &'a str) -> Attempt<'a> {
        let address = Some("192.0.2.1".parse().unwrap());
        Attempt { name, password, address, at: Timestamp::from_second(1_780_000_000).unwrap() }
    }

    fn is_right(outcome: &PasswordOutcome) -> bool {
        matches!(outcome, PasswordOutcome::Right(_))
    }

    #[tokio::test]
    async fn a_password_is_measured_once_and_again_when_it_changes() {
        let (checker, before, after) = (checker(), hash("old"), hash("new"));
        for _ in 0..5 {
            assert!(is_right(&checker.check(attempt("ANA", "old"), Some(&before)).await));
        }
        assert_eq!(checker.measured(), 1);
        assert_eq!(checker.check(attempt("ana", "old"), Some(&after)).await, PasswordOutcome::Wrong);
        assert!(is_right(&checker.check(attempt("ana", "new"), Some(&after)).await));
        assert_eq!(checker.check(attempt("ana", "new"), None).await, PasswordOutcome::Wrong, "she has left");
    }

    #[tokio::test]
    async fn after_some_wrong_passwords_none_is_measured_until_the_wait_is_over() {
        let (checker, hash) = (checker(), hash("right"));
        for _ in 0..5 {
            assert_eq!(checker.check(attempt("ana", "wrong"), Some(&hash)).await, PasswordOutcome::Wrong);
        }
        let guess = attempt("ana", "right");
        let until = guess.at + jiff::SignedDuration::from_secs(2);
        assert_eq!(checker.check(guess, Some(&hash)).await, PasswordOutcome::TooSoon { until });
        assert_eq!(checker.measured(), 5);
        assert!(is_right(&checker.check(Attempt { at: until, ..guess }, Some(&hash)).await));
        for _ in 0..9 {
            checker.check(Attempt { password: "wrong", at: until, ..guess }, Some(&hash)).await;
        }
        assert!(is_right(&checker.check(Attempt { at: until, ..guess }, Some(&hash)).await), "known from before");
    }

    #[tokio::test]
    async fn no_password_fits_where_there_is_no_hash_though_one_is_measured() {
        let checker = checker();
        assert_eq!(checker.check(attempt("nobody", "nobody's password"), None).await, PasswordOutcome::Wrong);
        assert_eq!(checker.measured(), 1);
    }
}
