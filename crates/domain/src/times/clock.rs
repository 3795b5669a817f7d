//! The time, given and not taken.

use jiff::Timestamp;

/// Tells the time. Only the program's own start reads the machine's clock; everything else is handed one of these.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// A clock that stands still, for a worked example or a single look-up at a stated time.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
