//! Makes guessing slow: each wrong password beyond a few makes the next guess wait, longer each time.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use crate::settings::ThrottleSettings;

/// The most subjects whose failures are remembered, and the most familiar places. Each takes about a hundred bytes.
const MOST: usize = 50_000;

/// Counts wrong passwords by username, by address, and by both together.
pub struct Throttle {
    settings: ThrottleSettings,
    state: Mutex<ThrottleState>,
}

#[derive(Default)]
struct ThrottleState {
    failures: HashMap<ThrottleKey, Failures>,
    /// Where a username has signed in, and when last.
    familiar: HashMap<(String, IpAddr), Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum ThrottleKey {
    Name(String),
    Address(IpAddr),
    NameAt(String, IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Throttle {
    pub fn new(settings: ThrottleSettings) -> Throttle {
        Throttle { settings, state: Mutex::default() }
    }

    /// Until when a guess for this username from this address has to wait, where it has to. `None` as the address:
    /// nobody knows it, as behind another proxy.
    pub fn wait_until(&self, name: &str, address: Option<IpAddr>, now: Timestamp) -> Option<Timestamp> {
        let (name, address) = (name.to_lowercase(), address.map(network));
        let state = self.state.lock();
        let familiar = address.is_some_and(|address| state.familiar.contains_key(&(name.clone(), address)));
        let ends = self.subjects(name, address).into_iter().filter_map(|(subject, borne)| {
            if familiar && matches!(subject, ThrottleKey::Name(_)) {
                return None;
            }
            let failures = state.failures.get(&subject).filter(|failures| !self.forgotten(failures, now))?;
            Some(failures.last + self.delay(failures.count.checked_sub(borne)?))
        });
        ends.max().filter(|end| now < *end)
    }

    /// A password was wrong.
    pub fn failed(&self, name: &str, address: Option<IpAddr>, now: Timestamp) {
        let mut state = self.state.lock();
        make_room(&mut state.failures, |failures| failures.last);
        for (subject, _) in self.subjects(name.to_lowercase(), address.map(network)) {
            let failures = state.failures.entry(subject).or_insert(Failures { count: 0, last: now });
            if self.forgotten(failures, now) {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
    }

    /// A password was right: this username is at home at this address, and what it got wrong there is forgotten. What
    /// was guessed elsewhere is not.
    pub fn succeeded(&self, name: &str, address: Option<IpAddr>, now: Timestamp) {
        let (name, address) = (name.to_lowercase(), address.map(network));
        let mut state = self.state.lock();
        let at = address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        state.failures.remove(&ThrottleKey::NameAt(name.clone(), at));
        let Some(address) = address else { return };
        make_room(&mut state.familiar, |last| *last);
        state.familiar.insert((name, address), now);
    }

    /// Each subject with the failures that are borne of it. All guesses from unknown addresses come from one place; the
    /// place itself is not counted, since the whole school may be behind it.
    fn subjects(&self, name: String, address: Option<IpAddr>) -> Vec<(ThrottleKey, u32)> {
        let settings = &self.settings;
        let at = address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        let mut subjects = vec![
            (ThrottleKey::NameAt(name.clone(), at), settings.failures_per_username_and_address),
            (ThrottleKey::Name(name), settings.failures_per_username),
        ];
        subjects.extend(address.map(|address| (ThrottleKey::Address(address), settings.failures_per_address)));
        subjects
    }

    /// Doubles with each failure beyond those that are borne.
    fn delay(&self, beyond: u32) -> SignedDuration {
        let seconds = u64::from(self.settings.first_delay_seconds).checked_shl(beyond).unwrap_or(u64::MAX);
        let seconds = seconds.min(u64::from(self.settings.longest_delay_seconds));
        SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    fn forgotten(&self, failures: &Failures, now: Timestamp) -> bool {
        now.duration_since(failures.last) > SignedDuration::from_mins(i64::from(self.settings.window_minutes))
    }
}

/// Who has an address of IPv6 has its whole /64 (RFC 6177): one guesser, however many of them are used.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Lets go of the older half where the map is full.
fn make_room<Key: Eq + Hash + Clone, Value>(map: &mut HashMap<Key, Value>, last: impl Fn(&Value) -> Timestamp) {
    if map.len() < MOST {
        return;
    }
    let mut times: Vec<Timestamp> = map.values().map(&last).collect();
    let middle = times.len() / 2;
    let (_, middle, _) = times.select_nth_unstable(middle);
    let middle = *middle;
    map.retain(|_, value| last(value) > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn waits(throttle: &Throttle, name: &str, from: &str, second: i64) -> Option<i64> {
        throttle.wait_until(name, Some(address(from)), at(second)).map(|end| (end - at(second)).get_seconds())
    }

    fn fail(throttle: &Throttle, name: &str, from: &str, times: usize) {
        (0..times).for_each(|_| throttle.failed(name, Some(address(from)), at(0)));
    }

    #[test]
    fn each_wrong_password_beyond_a_few_makes_the_next_wait_longer() {
        let throttle = Throttle::new(ThrottleSettings::default());
        fail(&throttle, "ana", "10.0.0.1", 4);
        assert_eq!(waits(&throttle, "ana", "10.0.0.1", 0), None);
        for delay in [2, 4, 8, 16, 32, 60, 60] {
            fail(&throttle, "ANA", "10.0.0.1", 1);
            assert_eq!(waits(&throttle, "ana", "10.0.0.1", 0), Some(delay));
        }
        assert_eq!(waits(&throttle, "ana", "10.0.0.1", 60), None, "a delay, no lock");
        assert_eq!(waits(&throttle, "ben", "10.0.0.1", 0), None, "another name from there");
        assert_eq!(waits(&throttle, "ana", "10.0.0.2", 0), None, "the same name from elsewhere");
    }

    #[test]
    fn who_is_at_home_at_an_address_does_not_wait_for_what_strangers_do_to_their_name() {
        let throttle = Throttle::new(ThrottleSettings::default());
        throttle.succeeded("ana", Some(address("10.0.0.1")), at(0));
        for number in 1..=30 {
            fail(&throttle, "ana", &format!("10.0.1.{number}"), 1);
        }
        assert_eq!(waits(&throttle, "ana", "10.0.2.1", 0), Some(60), "a stranger");
        assert_eq!(waits(&throttle, "ana", "10.0.0.1", 0), None, "ana herself");
    }

    #[test]
    fn an_address_that_tries_many_names_waits_with_every_name() {
        let throttle = Throttle::new(ThrottleSettings::default());
        for number in 0..100 {
            fail(&throttle, &format!("pupil{number}"), "10.0.0.1", 1);
        }
        assert_eq!(waits(&throttle, "somebody-new", "10.0.0.1", 0), Some(2));
    }

    #[test]
    fn a_network_of_ipv6_is_one_guesser() {
        let throttle = Throttle::new(ThrottleSettings::default());
        for number in 1..=5 {
            fail(&throttle, "ana", &format!("2001:db8:0:1::{number}"), 1);
        }
        assert!(waits(&throttle, "ana", "2001:db8:0:1::99", 0).is_some());
        assert!(waits(&throttle, "ana", "2001:db8:0:2::1", 0).is_none());
    }

    #[test]
    fn what_was_wrong_is_forgotten_after_the_window_and_by_a_right_one() {
        let throttle = Throttle::new(ThrottleSettings::default());
        fail(&throttle, "ana", "10.0.0.1", 9);
        throttle.failed("ana", Some(address("10.0.0.1")), at(15 * 60 + 1));
        assert_eq!(waits(&throttle, "ana", "10.0.0.1", 15 * 60 + 1), None);
        fail(&throttle, "ben", "10.0.0.1", 9);
        throttle.succeeded("ben", Some(address("10.0.0.1")), at(0));
        assert_eq!(waits(&throttle, "ben", "10.0.0.1", 0), None);
    }

    #[test]
    fn where_no_address_is_known_a_username_has_one_place_and_is_at_home_nowhere() {
        let throttle = Throttle::new(ThrottleSettings::default());
        throttle.succeeded("ana", None, at(0));
        (0..5).for_each(|_| throttle.failed("ana", None, at(0)));
        assert!(throttle.wait_until("ana", None, at(0)).is_some());
        throttle.succeeded("ana", None, at(0));
        assert!(throttle.wait_until("ana", None, at(0)).is_none());
    }

    #[test]
    fn a_full_memory_lets_go_of_the_oldest() {
        let mut map: HashMap<usize, Timestamp> =
            (0..MOST).map(|number| (number, at(i64::try_from(number).unwrap()))).collect();
        make_room(&mut map, |last| *last);
        assert!(map.len() < MOST && map.contains_key(&(MOST - 1)) && !map.contains_key(&0));
    }
}
