//! Writing down what passed the gate.

use std::sync::Arc;

use domain::{Activity, Phase};
use tokio::time::Instant;

use crate::gate::Gate;

/// Where activities are written down.
pub trait Journal: Send + Sync + 'static {
    /// Writes one activity down. Returns only when it is in the operating system's hands, so that it outlives this
    /// process; it is called on the way of every answer and must be quick.
    ///
    /// # Errors
    /// The activity could not be written. The gate counts it and goes on.
    fn record(&self, activity: &Activity) -> Result<(), NotRecorded>;
}

/// An activity was not written down; the journal itself knows and says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the activity could not be written down")]
pub struct NotRecorded;

/// An activity under way. It is written down once when it ends: by [`Entry::finish`], or when it is dropped because one
/// side went away.
pub(crate) struct Entry {
    gate: Arc<Gate>,
    started: Instant,
    activity: Box<Activity>,
    finished: bool,
}

impl Entry {
    pub fn new(gate: Arc<Gate>, started: Instant, activity: Activity) -> Entry {
        Entry { gate, started, activity: Box::new(activity), finished: false }
    }

    pub fn activity(&mut self) -> &mut Activity {
        &mut self.activity
    }

    /// A tunnel is about to open.
    pub fn opened(&mut self) {
        self.activity.phase = Phase::Opened;
        self.gate.record(&self.activity);
        self.activity.phase = Phase::Done;
    }

    /// The end: from here on nothing changes any more.
    pub fn finish(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.activity.duration = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.gate.record(&self.activity);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.finish();
    }
}
