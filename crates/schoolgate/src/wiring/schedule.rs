//! How long the program sleeps before it looks again at what is due.

use std::time::Duration;

use jiff::Timestamp;

/// The least time between two looks: what is due and can't be done just now is not asked for without a pause.
const SHORTEST: Duration = Duration::from_secs(1);

/// Until what is next due. But no longer than `longest`, for other programs change the records too.
pub fn pause(next: Option<Timestamp>, now: Timestamp, longest: Duration) -> Duration {
    let until = next.map_or(longest, |next| Duration::try_from(next.duration_since(now)).unwrap_or_default());
    until.clamp(SHORTEST.min(longest), longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_when_something_is_due_and_neither_at_once_nor_too_late() {
        let longest = Duration::from_secs(5);
        let after = |seconds: i64| {
            let now = Timestamp::UNIX_EPOCH;
            pause(Some(now + jiff::SignedDuration::from_secs(seconds)), now, longest)
        };
        assert_eq!(after(3), Duration::from_secs(3));
        assert_eq!(after(90), longest);
        assert_eq!(after(0), SHORTEST);
        assert_eq!(after(-90), SHORTEST);
        assert_eq!(pause(None, Timestamp::UNIX_EPOCH, longest), longest);
    }
}
