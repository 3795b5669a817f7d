//! Passwords: the hashes under which they are kept, and the one checker that the desk and the gate share.
//!
//! A guess costs the same wherever it is made: [`PasswordChecker`] counts wrong passwords at the desk and at the gate
//! together, by username and by address, and makes the next guess wait ([`Throttle`]). Nobody is ever locked out: who
//! signs in from where they have signed in before does not wait for what strangers do to their name.
//!
//! What it must not know: where hashes are kept, who may sign in, what a session is.

mod hash;
mod password_checker;
mod settings;
mod throttle;

pub use hash::{hash_password, verify_password};
pub use password_checker::{Attempt, PasswordChecker, PasswordOutcome};
pub use settings::{HashCost, ThrottleSettings};
pub use throttle::Throttle;
