//! Notices what has stood still for too long.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// Counts how long something has stood still. No timer runs while it moves.
pub(crate) struct Stall {
    longest: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stall {
    pub fn new(longest: Duration) -> Stall {
        Stall { longest, timer: None }
    }

    pub fn moved(&mut self) {
        self.timer = None;
    }

    /// Ready when it has stood still for too long.
    pub fn poll_too_long(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let longest = self.longest;
        self.timer.get_or_insert_with(|| Box::pin(sleep(longest))).as_mut().poll(context)
    }
}
