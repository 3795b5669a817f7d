//! How many activities of nobody in particular are kept from one address in a minute: who need not say who they are must
//! not be able to fill the disk.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use jiff::Timestamp;
use parking_lot::Mutex;

/// The most addresses that are counted in one minute; from those beyond nothing is kept. Each takes some 50 bytes.
const MOST_ADDRESSES: usize = 100_000;

pub(crate) struct UnidentifiedBudget {
    most: u32,
    minute: Mutex<Minute>,
}

#[derive(Default)]
struct Minute {
    number: i64,
    taken: HashMap<IpAddr, u32>,
}

impl UnidentifiedBudget {
    pub fn new(most: u32) -> UnidentifiedBudget {
        UnidentifiedBudget { most, minute: Mutex::default() }
    }

    /// Whether one more from `client` is kept.
    pub fn take(&self, client: IpAddr, at: Timestamp) -> bool {
        let number = at.as_second().div_euclid(60);
        let mut minute = self.minute.lock();
        if minute.number != number {
            *minute = Minute { number, taken: HashMap::new() };
        }
        let network = network(client);
        if minute.taken.len() >= MOST_ADDRESSES && !minute.taken.contains_key(&network) {
            return false;
        }
        let taken = minute.taken.entry(network).or_default();
        *taken = taken.saturating_add(1);
        *taken <= self.most
    }
}

/// Who has an address of IPv6 has its whole /64 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_budget_and_a_new_one_every_minute() {
        let budget = UnidentifiedBudget::new(2);
        let at = |second| Timestamp::from_second(second).unwrap();
        let take = |client: &str, second| budget.take(client.parse().unwrap(), at(second));
        assert_eq!([take("10.0.0.1", 0), take("10.0.0.1", 30), take("10.0.0.1", 59)], [true, true, false]);
        assert!(take("10.0.0.2", 59), "another address");
        assert!(take("10.0.0.1", 60), "another minute");
        assert_eq!(["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(|from| take(from, 60)), [true, true, false]);
    }
}
