//! How many connections one client, or one person, has open.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// Seats for so many at once for each key.
pub(crate) struct Seats<Key> {
    most: usize,
    taken: Mutex<HashMap<Key, usize>>,
}

/// A seat, given back when it is dropped.
pub(crate) struct Seat<Key: Eq + Hash + Copy> {
    pub key: Key,
    seats: Arc<Seats<Key>>,
}

impl<Key: Eq + Hash + Copy> Seats<Key> {
    pub fn new(most: usize) -> Arc<Seats<Key>> {
        Arc::new(Seats { most, taken: Mutex::default() })
    }

    /// A seat for `key`, where one is left.
    pub fn take(self: &Arc<Self>, key: Key) -> Option<Seat<Key>> {
        let mut taken = self.taken.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let count = taken.entry(key).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { key, seats: self.clone() })
    }
}

impl<Key: Eq + Hash + Copy> Drop for Seat<Key> {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_given_back_can_be_taken_again() {
        let seats = Seats::new(2);
        let (first, _second) = (seats.take(1).unwrap(), seats.take(1).unwrap());
        assert!(seats.take(1).is_none());
        assert!(seats.take(2).is_some());
        drop(first);
        assert!(seats.take(1).is_some());
    }
}
