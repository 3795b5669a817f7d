//! Writing down what passed the gate.

use std::sync::Arc;

use domain::{Activity, Phase};
use tokio::time::Instant;

use crate::kept_text::kept_text;
use crate::metrics::Metrics;
use crate::pages::PageContext;
use crate::settings::GateLimits;
use crate::unidentified_budget::UnidentifiedBudget;

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
    unidentified: UnidentifiedBudget,
    kept_path_bytes: usize,
    kept_method_bytes: usize,
}

impl JournalWriter {
    pub fn new(journal: Arc<dyn Journal>, metrics: Arc<Metrics>, limits: &GateLimits) -> JournalWriter {
        JournalWriter {
            journal,
            metrics,
            unidentified: UnidentifiedBudget::new(limits.unidentified_activities_per_minute),
            kept_path_bytes: limits.kept_path_bytes,
            kept_method_bytes: limits.kept_method_bytes,
        }
    }

    /// Whether the activity is kept at all. Its first line and its last are kept or not together.
    fn keeps(&self, activity: &Activity) -> bool {
        let keeps = activity.person.is_some() || self.unidentified.take(activity.client, activity.at);
        if !keeps {
            self.metrics.activities_not_kept.one_more();
        }
        keeps
    }

    fn record(&self, activity: &Activity) {
        if self.journal.record(activity).is_err() {
            self.metrics.journal_failures.one_more();
        }
    }
}

/// An activity under way. It is written down once when it ends: by [`JournalEntry::finish`], or when it is dropped because one
/// side went away.
pub struct JournalEntry {
    journal: Arc<JournalWriter>,
    started: Instant,
    activity: Box<Activity>,
    is_kept: bool,
    finished: bool,
}

impl JournalEntry {
    pub(crate) fn new(journal: Arc<JournalWriter>, started: Instant, mut activity: Activity) -> JournalEntry {
        let is_kept = journal.keeps(&activity);
        activity.method = kept_text(&activity.method, journal.kept_method_bytes);
        activity.path = activity.path.map(|path| kept_text(&path, journal.kept_path_bytes));
        JournalEntry { journal, started, activity: Box::new(activity), is_kept, finished: false }
    }

    pub fn activity(&mut self) -> &mut Activity {
        &mut self.activity
    }

    /// The request inside a tunnel, which became known only after the tunnel had opened.
    pub fn note_request(&mut self, method: &str, path: &str, search: Option<String>) {
        self.activity.method = kept_text(method, self.journal.kept_method_bytes);
        self.activity.path = Some(kept_text(path, self.journal.kept_path_bytes));
        self.activity.search = search;
    }

    fn record(&self) {
        if self.is_kept {
            self.journal.record(&self.activity);
        }
    }

    /// What a page about it says of when and under which reference.
    pub fn page_context(&self) -> PageContext {
        PageContext { at: self.activity.at, id: Some(self.activity.id) }
    }

    /// A tunnel is about to open.
    pub fn opened(&mut self) {
        self.activity.phase = Phase::Opened;
        self.record();
        self.activity.phase = Phase::Done;
    }

    /// The end: from here on nothing changes any more.
    pub fn finish(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.activity.duration = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.record();
    }
}

impl Drop for JournalEntry {
    fn drop(&mut self) {
        self.finish();
    }
}
