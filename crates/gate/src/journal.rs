//! Writing down what passed the gate.

use std::sync::Arc;

use domain::{Activity, Phase};
use tokio::time::Instant;

use crate::metrics::Metrics;
use crate::pages::PageContext;

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

/// Writes activities into the journal. Where that fails the gate goes on and counts it.
pub(crate) struct JournalWriter {
    journal: Arc<dyn Journal>,
    metrics: Arc<Metrics>,
}

impl JournalWriter {
    pub fn new(journal: Arc<dyn Journal>, metrics: Arc<Metrics>) -> JournalWriter {
        JournalWriter { journal, metrics }
    }

    fn record(&self, activity: &Activity) {
        if self.journal.record(activity).is_err() {
            self.metrics.journal_failures.one_more();
        }
    }
}

/// An activity under way. It is written down once when it ends: by [`Entry::finish`], or when it is dropped because one
/// side went away.
pub struct Entry {
    journal: Arc<JournalWriter>,
    started: Instant,
    activity: Box<Activity>,
    finished: bool,
}

impl Entry {
    pub(crate) fn new(journal: Arc<JournalWriter>, started: Instant, activity: Activity) -> Entry {
        Entry { journal, started, activity: Box::new(activity), finished: false }
    }

    pub fn activity(&mut self) -> &mut Activity {
        &mut self.activity
    }

    /// What a page about it says of when and under which reference.
    pub fn page_context(&self) -> PageContext {
        PageContext { at: self.activity.at, id: Some(self.activity.id) }
    }

    /// A tunnel is about to open.
    pub fn opened(&mut self) {
        self.activity.phase = Phase::Opened;
        self.journal.record(&self.activity);
        self.activity.phase = Phase::Done;
    }

    /// The end: from here on nothing changes any more.
    pub fn finish(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.activity.duration = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.journal.record(&self.activity);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.finish();
    }
}
