//! The machine's clock, and identifiers that come the same in each run.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Clock, Identifiers};

pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "the start of a program reads the clock")]
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// Identifiers counted from a number and scattered: all different, and no secret.
pub struct Numbers(AtomicU64);

impl Numbers {
    pub fn from(first: u64) -> Numbers {
        Numbers(AtomicU64::new(first))
    }
}

impl Identifiers for Numbers {
    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        let number = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bytes[2..].copy_from_slice(&number.to_be_bytes());
        bytes
    }
}
