//! What a school may set about passwords.

use serde::{Deserialize, Serialize};

/// What one password costs to hash with argon2id. The defaults are the first choice of OWASP's password storage cheat
/// sheet for machines with little memory to spare: 19 MiB, two passes, one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HashCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for HashCost {
    fn default() -> HashCost {
        HashCost { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl HashCost {
    /// As cheap as argon2id goes: for a demonstration or a test, where a thousand passwords are made at once.
    pub const CHEAP: HashCost = HashCost { memory_kib: 8, passes: 1, lanes: 1 };
}

/// How many wrong passwords are borne before the next guess must wait, at the desk and at the gate together. Each wrong
/// one beyond that doubles the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ThrottleSettings {
    /// Wrong passwords for one username from one address.
    pub failures_per_username_and_address: u32,
    /// Wrong passwords for one username from all addresses. Beyond it only addresses from which that username has not
    /// signed in before have to wait.
    pub failures_per_username: u32,
    /// Wrong passwords from one address, whatever the username. A whole school may sit behind one address: many times
    /// those of one username.
    pub failures_per_address: u32,
    /// Seconds that the first guess beyond has to wait.
    pub first_delay_seconds: u32,
    /// Seconds that a guess has to wait at the most.
    pub longest_delay_seconds: u32,
    /// Minutes after the last wrong password until all are forgotten.
    pub window_minutes: u32,
    /// Passwords measured at once. Each takes a processor and the memory that its hash asks for.
    pub checks_at_once: usize,
}

impl Default for ThrottleSettings {
    fn default() -> ThrottleSettings {
        ThrottleSettings {
            failures_per_username_and_address: 5,
            failures_per_username: 20,
            failures_per_address: 100,
            first_delay_seconds: 2,
            longest_delay_seconds: 60,
            window_minutes: 15,
            checks_at_once: 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error = serde_json::from_str::<ThrottleSettings>(r#"{"window-hours": 5}"#).unwrap_err();
        assert!(error.to_string().contains("window-hours"), "{error}");
    }
}
