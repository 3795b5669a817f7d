//! What the passing of time will change, by when. Only what is due is looked at: an entry that has been overtaken costs a
//! look and nothing else.

use std::collections::BTreeSet;

use domain::{CaseId, EntryId, ExportId, PersonId, RegisterId, RequestId, SessionId, VersionId};
use jiff::Timestamp;

/// Something that may be otherwise from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A time of grace, a signature or a sanction of this person's ends.
    Person(PersonId),
    /// This person's last day is over.
    Leaving(PersonId),
    /// A sign-in ends, or would go idle if nothing more were seen of it.
    Session(SessionId),
    /// It is time to remind of this case.
    Case(CaseId),
    /// It is time to remind of the receipt for this export.
    Receipt(ExportId),
    /// It is time to remind of this request.
    Request(RequestId),
    /// The policy of which this version is in force is due for review.
    Review(VersionId),
    /// The consents on which grants rest are looked at anew, by this version.
    Consents(VersionId),
    /// A register is to be checked.
    Check(RegisterId),
    /// The day of this entry in a register comes.
    Entry(EntryId),
}

/// Whether people leave by their leaving date: not while the clock may have jumped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeavingDates {
    Obeyed,
    Held,
}

#[derive(Debug, Default)]
pub(crate) struct DueQueue(BTreeSet<(Timestamp, Due)>);

impl DueQueue {
    pub(crate) fn add(&mut self, at: Timestamp, due: Due) {
        self.0.insert((at, due));
    }

    /// Takes out what is due by `now`, the earliest first. Leaving dates that are held stay where they are.
    pub(crate) fn take(&mut self, now: Timestamp, leaving_dates: LeavingDates) -> Vec<Due> {
        let (mut due, mut held, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        while let Some(entry) = self.0.first().copied().filter(|(at, _)| *at <= now) {
            self.0.remove(&entry);
            let (_, what) = entry;
            if matches!(what, Due::Leaving(_)) && leaving_dates == LeavingDates::Held {
                held.push(entry);
            } else if seen.insert(what) {
                due.push(what);
            }
        }
        self.0.extend(held);
        due
    }

    /// When the first of it is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Whether somebody's last day is over at `now`.
    pub(crate) fn is_leaving_due(&self, now: Timestamp) -> bool {
        self.0.iter().take_while(|(at, _)| *at <= now).any(|(_, what)| matches!(what, Due::Leaving(_)))
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_due_is_taken_and_once() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let [one, two] = [1, 2].map(|number| Due::Person(PersonId(uuid::Uuid::from_u128(number))));
        let mut queue = DueQueue::default();
        queue.add(at(20), two);
        queue.add(at(10), one);
        queue.add(at(11), one);
        let mut take = |second| queue.take(at(second), LeavingDates::Obeyed);
        assert_eq!(take(9), []);
        assert_eq!(take(11), [one]);
        assert_eq!(take(60), [two]);
        assert_eq!(take(60), []);
    }

    #[test]
    fn a_leaving_date_that_is_held_keeps_its_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let leaving = Due::Leaving(PersonId(uuid::Uuid::from_u128(1)));
        let mut queue = DueQueue::default();
        queue.add(at(10), leaving);
        assert!(queue.is_leaving_due(at(10)) && !queue.is_leaving_due(at(9)));
        assert_eq!(queue.take(at(1000), LeavingDates::Held), []);
        assert_eq!(queue.take(at(9), LeavingDates::Obeyed), []);
        assert_eq!(queue.take(at(10), LeavingDates::Obeyed), [leaving]);
    }
}
