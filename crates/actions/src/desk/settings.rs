//! What a school may set about its desk.

use serde::{Deserialize, Serialize};

/// Settings of what people do at the desk. A key that is not known here is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The school's name, as receipts and pages show it.
    pub school_name: String,
    pub password_hash: PasswordHash,
    pub throttle: Throttle,
    /// Hours after which a sign-in at the desk ends whatever the policy's session clause says.
    pub session_longest_hours: u32,
    /// Days for which an invitation to set a password holds.
    pub invitation_days: u32,
    /// Days between the first notice that a signature is owed and the first reminder; the second and third follow
    /// after twice and three times as many.
    pub reminder_days: u32,
    /// The most days that somebody may be left untold that their activity was looked at.
    pub longest_untold_days: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            school_name: "The school".to_owned(),
            password_hash: PasswordHash::default(),
            throttle: Throttle::default(),
            session_longest_hours: 12,
            invitation_days: 14,
            reminder_days: 7,
            longest_untold_days: 180,
        }
    }
}

/// What one password costs to hash with argon2id. The defaults are the first choice of OWASP's password storage cheat
/// sheet for machines with little memory to spare: 19 MiB, two passes, one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PasswordHash {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for PasswordHash {
    fn default() -> PasswordHash {
        PasswordHash { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl PasswordHash {
    /// As cheap as argon2id goes: for a demonstration or a test, where a thousand passwords are made at once.
    pub const CHEAP: PasswordHash = PasswordHash { memory_kib: 8, passes: 1, lanes: 1 };
}

/// How many failed sign-ins are borne within the window, before the next must wait until the first of them is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Throttle {
    pub failures_per_username: u32,
    /// A whole school may sit behind one address: many times those of one username.
    pub failures_per_address: u32,
    pub window_minutes: u32,
}

impl Default for Throttle {
    fn default() -> Throttle {
        Throttle { failures_per_username: 5, failures_per_address: 100, window_minutes: 15 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error = serde_json::from_str::<Settings>(r#"{"reminder-dais": 5}"#).unwrap_err();
        assert!(error.to_string().contains("reminder-dais"), "{error}");
    }
}
