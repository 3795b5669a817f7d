//! How many connections one client, or one person, has open.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;

/// So many connections at once for each key: an address, a person.
pub struct ConnectionLimits<Key> {
    most: usize,
    taken: Mutex<HashMap<Key, usize>>,
}

/// One connection's slot, given back when it is dropped.
pub struct ConnectionSlot<Key: Eq + Hash + Copy> {
    pub key: Key,
    limits: Arc<ConnectionLimits<Key>>,
}

impl<Key: Eq + Hash + Copy> ConnectionLimits<Key> {
    pub fn new(most: usize) -> Arc<ConnectionLimits<Key>> {
        Arc::new(ConnectionLimits { most, taken: Mutex::default() })
    }

    /// A slot for `key`, where one is left.
    pub fn take(self: &Arc<Self>, key: Key) -> Option<ConnectionSlot<Key>> {
        let mut taken = self.taken.lock();
        let count = taken.entry(key).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(ConnectionSlot { key, limits: self.clone() })
    }
}

impl<Key: Eq + Hash + Copy> Drop for ConnectionSlot<Key> {
    fn drop(&mut self) {
        let mut taken = self.limits.taken.lock();
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
    fn a_slot_given_back_can_be_taken_again() {
        let limits = ConnectionLimits::new(2);
        let (first, _second) = (limits.take(1).unwrap(), limits.take(1).unwrap());
        assert!(limits.take(1).is_none());
        assert!(limits.take(2).is_some());
        drop(first);
        assert!(limits.take(1).is_some());
    }
}
