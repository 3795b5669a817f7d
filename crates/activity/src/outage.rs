//! Whether activity is being kept: what was lost, and why, said once when it begins and once when it ends.

use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

/// How well activity is being kept since the log was opened: for the desk and the metrics. Nothing in it is personal.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// Activities that could not be kept.
    pub dropped: u64,
    /// Syncs to the disk that failed.
    pub failed_syncs: u64,
    /// Lines that the disk did not give back as they were written, found at sealing and put aside.
    pub damaged_lines: u64,
    /// Why activity is not being kept just now; `None` while it is.
    pub outage: Option<String>,
}

/// What the log does again and again, and says of it when it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    Appending,
    Syncing,
}

/// Counts failures of one kind of work. A full disk fails thousands of times a minute: the program's log has two lines
/// of it.
pub struct Outages {
    work: Work,
    failures: AtomicU64,
    /// Whether there is an outage now, so that success costs one look.
    failing: AtomicBool,
    current: Mutex<Option<Outage>>,
}

struct Outage {
    cause: String,
    failures: u64,
}

impl Outages {
    pub fn of(work: Work) -> Outages {
        Outages { work, failures: AtomicU64::new(0), failing: AtomicBool::new(false), current: Mutex::new(None) }
    }

    pub fn succeeded(&self) {
        if self.failing.load(Ordering::Relaxed) {
            self.end();
        }
    }

    pub fn failed(&self, error: &(dyn Error + 'static)) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        let mut current = self.current.lock();
        if let Some(outage) = &mut *current {
            outage.failures += 1;
            return;
        }
        *current = Some(Outage { cause: with_causes(error), failures: 1 });
        self.failing.store(true, Ordering::Relaxed);
        match self.work {
            Work::Appending => {
                tracing::error!(error, "activity can't be kept; it is counted and dropped until it can be again");
            }
            Work::Syncing => {
                tracing::error!(error, "activity can't be synced to the disk; a power cut would take what is new");
            }
        }
    }

    #[cold]
    fn end(&self) {
        let Some(outage) = self.current.lock().take() else { return };
        self.failing.store(false, Ordering::Relaxed);
        match self.work {
            Work::Appending => tracing::warn!(dropped = outage.failures, "activity is being kept again"),
            Work::Syncing => tracing::warn!(failed = outage.failures, "activity is being synced to the disk again"),
        }
    }

    pub fn count(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Why the work fails now.
    pub fn cause(&self) -> Option<String> {
        self.current.lock().as_ref().map(|outage| outage.cause.clone())
    }
}

/// An error's sentence, and those of what caused it.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(&format!(": {error}"));
        cause = error.source();
    }
    words
}
