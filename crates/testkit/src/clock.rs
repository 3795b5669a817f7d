//! A clock to turn, and a source of randomness that is the same each time.

use domain::{Clock, Identifiers};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A clock that stands still until it is turned.
#[derive(Debug)]
pub struct TurnableClock(Mutex<Timestamp>);

impl TurnableClock {
    /// A clock that shows `at`, written as in `2026-05-12T10:00:00+01:00`.
    pub fn at(at: &str) -> TurnableClock {
        TurnableClock(Mutex::new(at.parse().expect("a moment")))
    }

    pub fn turn(&self, by: SignedDuration) {
        let mut at = self.0.lock();
        *at += by;
    }

    pub fn set(&self, at: Timestamp) {
        *self.0.lock() = at;
    }
}

impl Clock for TurnableClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

/// Randomness from a seed: the same in each run, and no secret.
#[derive(Debug)]
pub struct SeededIdentifiers(Mutex<StdRng>);

impl SeededIdentifiers {
    pub fn new(seed: u64) -> SeededIdentifiers {
        SeededIdentifiers(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Identifiers for SeededIdentifiers {
    fn random(&self) -> [u8; 10] {
        self.0.lock().random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_identifiers_each_time_and_no_two_alike() {
        let (one, other) = (SeededIdentifiers::new(7), SeededIdentifiers::new(7));
        let first = one.random();
        assert_eq!(first, other.random());
        assert_ne!(first, one.random());
    }

    #[test]
    fn the_clock_moves_only_when_it_is_turned() {
        let clock = TurnableClock::at("2026-05-12T10:00:00+01:00");
        let before = clock.now();
        clock.turn(SignedDuration::from_mins(5));
        assert_eq!(clock.now().duration_since(before), jiff::SignedDuration::from_secs(300));
    }
}
