//! The one place that reads the machine's clock and draws its randomness. Everything else is handed these.

use domain::{Clock, Identifiers};
use jiff::Timestamp;
use rand::Rng as _;

/// The machine's own clock.
#[derive(Debug, Clone, Copy)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[allow(clippy::disallowed_methods, reason = "this is where time comes into the program")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Identifiers from the operating system's randomness.
#[derive(Debug, Clone, Copy)]
pub struct MachineIdentifiers;

impl Identifiers for MachineIdentifiers {
    #[allow(clippy::disallowed_methods, reason = "this is where randomness comes into the program")]
    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }
}
