//! Checks passwords: each once, slowly, and never more than a few at a time; what fitted is remembered by a keyed hash.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use domain::{Directory, PersonId};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::settings::Limits;

const MOST_PROVEN: usize = 50_000;
const MOST_FAILURES: usize = 50_000;

/// Remembers which passwords fitted and who failed how often. Passwords are kept as hashes under a key that lives as long
/// as this process, so that its memory holds none of them.
pub(crate) struct PasswordCache {
    key: [u8; 32],
    proven: Mutex<HashMap<[u8; 32], Proven>>,
    failures: Mutex<HashMap<(IpAddr, String), Failures>>,
    checks: Semaphore,
}

struct Proven {
    name: String,
    person: PersonId,
    hash: Arc<str>,
}

struct Failures {
    count: u32,
    since: Instant,
}

/// What a name and a password came to.
#[derive(Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    Known(Identity),
    Wrong,
    /// Too many were wrong; this one was not checked.
    TooMany,
}

/// Checked where there is no such person, so that the time taken doesn't tell who there is. Nothing fits it.
static NOBODYS_HASH: LazyLock<String> = LazyLock::new(|| {
    "$argon2id$v=19$m=19456,t=2,p=1$c2Nob29sZ2F0ZW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()
});

impl PasswordCache {
    pub fn new(key: [u8; 32], limits: &Limits) -> PasswordCache {
        PasswordCache {
            key,
            proven: Mutex::default(),
            failures: Mutex::default(),
            checks: Semaphore::new(limits.sign_in_checks.max(1)),
        }
    }

    fn digest(&self, name: &str, password: &str) -> [u8; 32] {
        let length = (name.len() as u64).to_be_bytes();
        Sha256::new()
            .chain_update(self.key)
            .chain_update(length)
            .chain_update(name)
            .chain_update(password)
            .finalize()
            .into()
    }

    /// Whom this password proved somebody to be, where it is known from before and still holds.
    fn remembered(&self, digest: &[u8; 32], directory: &Directory) -> Option<Identity> {
        let mut proven = self.proven.lock();
        let known = proven.get(digest)?;
        let holds = directory
            .by_username(&known.name)
            .is_some_and(|(person, member)| person == known.person && member.password.as_deref() == Some(&*known.hash));
        if !holds {
            proven.remove(digest);
            return None;
        }
        Some(Identity::Password { person: known.person, hash: known.hash.clone() })
    }

    /// Whom a name and a password prove somebody to be. At once where they were checked before; otherwise it takes as
    /// long as the hash asks for, on a thread of its own.
    pub async fn check(
        &self,
        (name, password): (&str, &str),
        client: IpAddr,
        directory: &Directory,
        limits: &Limits,
        metrics: &Metrics,
    ) -> PasswordCheck {
        let name = name.to_lowercase();
        let digest = self.digest(&name, password);
        if let Some(who) = self.remembered(&digest, directory) {
            return PasswordCheck::Known(who);
        }
        if self.too_many(client, &name, limits) {
            return PasswordCheck::TooMany;
        }
        let Ok(_permit) = self.checks.acquire().await else { return PasswordCheck::Wrong };
        // Browsers open several connections at once: the first may have proved it while this one waited.
        if let Some(who) = self.remembered(&digest, directory) {
            return PasswordCheck::Known(who);
        }
        if self.too_many(client, &name, limits) {
            return PasswordCheck::TooMany;
        }
        let member = directory.by_username(&name);
        let found = member.and_then(|(person, member)| Some((person, member.password.clone()?)));
        let hash = found.as_ref().map_or_else(|| NOBODYS_HASH.clone(), |(_, hash)| hash.clone());
        metrics.passwords_checked.one_more();
        let password = password.to_owned();
        let fits = tokio::task::spawn_blocking(move || fits(&password, &hash)).await.unwrap_or(false);
        match found {
            Some((person, hash)) if fits => {
                let hash: Arc<str> = hash.into();
                let mut proven = self.proven.lock();
                if proven.len() >= MOST_PROVEN {
                    proven.clear();
                }
                proven.insert(digest, Proven { name, person, hash: hash.clone() });
                PasswordCheck::Known(Identity::Password { person, hash })
            }
            _ => {
                self.failed(client, name, limits);
                PasswordCheck::Wrong
            }
        }
    }

    fn too_many(&self, client: IpAddr, name: &str, limits: &Limits) -> bool {
        let failures = self.failures.lock();
        let count = |name: &str| {
            failures
                .get(&(client, name.to_owned()))
                .filter(|failures| failures.since.elapsed() < limits.sign_in_window)
                .map_or(0, |failures| failures.count)
        };
        count(name) >= limits.sign_in_failures || count("") >= limits.sign_in_failures_per_client
    }

    /// Counted for the name from this address, and for the address (under no name).
    fn failed(&self, client: IpAddr, name: String, limits: &Limits) {
        let mut failures = self.failures.lock();
        if failures.len() >= MOST_FAILURES {
            failures.retain(|_, failures| failures.since.elapsed() < limits.sign_in_window);
            if failures.len() >= MOST_FAILURES {
                failures.clear();
            }
        }
        for name in [name, String::new()] {
            let entry = failures.entry((client, name)).or_insert_with(|| Failures { count: 0, since: Instant::now() });
            if entry.since.elapsed() >= limits.sign_in_window {
                *entry = Failures { count: 0, since: Instant::now() };
            }
            entry.count += 1;
        }
    }
}

fn fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher;
    use argon2::{Algorithm, Params, Version};
    use domain::{Audience, Member, Standing};
    use uuid::Uuid;

    fn hash(password: &str) -> String {
        let cheap = Params::new(8, 1, 1, None).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap)
            .hash_password_with_salt(password.as_bytes(), b"some salt of ours")
            .unwrap()
            .to_string()
    }

    fn directory(password: &str) -> Directory {
        let mut directory = Directory::default();
        let member = Member { standing: Standing::of(Audience::Pupil), password: Some(hash(password)) };
        directory.insert(PersonId(Uuid::from_u128(7)), "Ana", member);
        directory
    }

    struct Desk {
        cache: PasswordCache,
        limits: Limits,
        metrics: Metrics,
    }

    impl Desk {
        fn new() -> Desk {
            let limits = Limits { sign_in_failures: 3, ..Limits::default() };
            Desk { cache: PasswordCache::new([1; 32], &limits), limits, metrics: Metrics::default() }
        }

        async fn check(&self, name: &str, password: &str, directory: &Directory) -> PasswordCheck {
            let client = "192.0.2.1".parse().unwrap();
            self.cache.check((name, password), client, directory, &self.limits, &self.metrics).await
        }
    }

    #[tokio::test]
    async fn a_password_is_checked_once_and_again_when_it_changes() {
        let desk = Desk::new();
        let before = directory("old");
        for _ in 0..5 {
            assert!(matches!(desk.check("ANA", "old", &before).await, PasswordCheck::Known(_)));
        }
        assert_eq!(desk.metrics.passwords_checked.get(), 1);
        let after = directory("new");
        assert_eq!(desk.check("ANA", "old", &after).await, PasswordCheck::Wrong);
        assert!(matches!(desk.check("ANA", "new", &after).await, PasswordCheck::Known(_)));
        assert_eq!(desk.check("ANA", "old", &Directory::default()).await, PasswordCheck::Wrong);
    }

    #[tokio::test]
    async fn after_some_wrong_passwords_none_is_checked_any_more() {
        let desk = Desk::new();
        let directory = directory("right");
        assert!(matches!(desk.check("ana", "right", &directory).await, PasswordCheck::Known(_)));
        for _ in 0..3 {
            assert_eq!(desk.check("ana", "wrong", &directory).await, PasswordCheck::Wrong);
        }
        assert_eq!(desk.check("ana", "guess", &directory).await, PasswordCheck::TooMany);
        assert_eq!(desk.metrics.passwords_checked.get(), 4);
        assert!(matches!(desk.check("ana", "right", &directory).await, PasswordCheck::Known(_)), "known from before");
        assert_eq!(desk.check("ben", "wrong", &directory).await, PasswordCheck::Wrong, "another name is still checked");
    }

    #[test]
    fn nothing_fits_nobodys_hash_though_it_is_checked_in_earnest() {
        let hash = PasswordHash::new(&NOBODYS_HASH).unwrap();
        assert!(hash.salt.is_some() && hash.hash.is_some());
        assert!(!fits("", &NOBODYS_HASH));
    }
}
