//! The log as its callers see it.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Activity;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::{Mutex, RwLock};

use crate::layout::{Layout, day_of, drop_torn_line};
use crate::long_work::LongWork;
use crate::outage::Health;
use crate::permit::ViewingPermit;
use crate::recent::RecentVerdict;
use crate::seal::{self, SealError, Sealed};
use crate::search::{self, ActivityQuery, FoundActivities, SearchError};
use crate::settings::ActivitySettings;
use crate::sweep::{self, SweepError, SweepPlan};
use crate::syncing::Syncing;
use crate::writer::{AppendError, Writer};

/// Why the log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum LogOpenError {
    #[error("{}: another process has this activity log open; stop it first", .0.display())]
    InUse(PathBuf),
    #[error("{}: the activity log could not be opened: {error}", folder.display())]
    Folder { folder: PathBuf, error: io::Error },
}

/// The activity log of one school. Share it in an `Arc`; every method takes `&self`.
pub struct ActivityLog {
    // In the order of dropping: the syncing thread has its last turn, and the lock is given back last.
    syncing: Option<Syncing>,
    long_work: LongWork,
    shared: Arc<SharedLog>,
}

struct SharedLog {
    layout: Layout,
    settings: ActivitySettings,
    writer: Arc<Writer>,
    /// Lines found damaged at sealing since the log was opened.
    damaged_lines: AtomicU64,
    /// Held for reading by whoever reads files, for writing by whoever removes them.
    readers: RwLock<()>,
    /// One seal or sweep at a time.
    keeping: Mutex<()>,
    _lock: File,
}

impl ActivityLog {
    /// Opens the log in `folder`, making it if need be. Drops torn last lines and finishes what a seal that was killed
    /// had begun. One process at a time has a log open.
    pub fn open(folder: &Path, settings: ActivitySettings) -> Result<ActivityLog, LogOpenError> {
        let unopened = |error| LogOpenError::Folder { folder: folder.to_owned(), error };
        let layout = Layout::create(folder).map_err(unopened)?;
        let lock = take_lock(&layout, folder)?;
        recover(&layout).map_err(unopened)?;
        let writer = Arc::new(Writer::new(layout.clone(), &settings));
        let syncing = settings.sync_interval().map(|every| Syncing::start(Arc::clone(&writer), every));
        let syncing = syncing.transpose().map_err(unopened)?;
        let long_work = LongWork::start(settings.search_threads).map_err(unopened)?;
        let (readers, keeping) = (RwLock::new(()), Mutex::new(()));
        let damaged_lines = AtomicU64::new(0);
        let shared = Arc::new(SharedLog { layout, settings, writer, damaged_lines, readers, keeping, _lock: lock });
        Ok(ActivityLog { syncing, long_work, shared })
    }

    /// Writes an activity down. Once this has returned, the activity survives the killing of the process, and, after
    /// [`ActivitySettings::sync_every`], a power cut. It waits for no disk unless that is 0. An error has been counted as
    /// dropped; the caller goes on.
    pub fn append(&self, activity: &Activity) -> Result<(), AppendError> {
        self.shared.writer.append(activity)
    }

    /// How well activity is being kept since the log was opened: for the desk and the metrics.
    pub fn health(&self) -> Health {
        Health { damaged_lines: self.shared.damaged_lines.load(Ordering::Relaxed), ..self.shared.writer.health() }
    }

    /// The latest verdicts since the log was opened, the newest first, without who they concern.
    pub fn latest(&self, count: usize) -> Vec<RecentVerdict> {
        self.shared.writer.latest(count)
    }

    /// The latest blocked verdicts since the log was opened whose identifier ends in these hexadecimal digits, in lower
    /// case, without who they concern. As many are looked through as the setting `referred-verdicts` says.
    pub fn blocked_ending_in(&self, digits: &str) -> Vec<RecentVerdict> {
        self.shared.writer.blocked_ending_in(digits)
    }

    /// What both the permit and the query open. What was appended before is found, sealed or not.
    pub async fn search(&self, permit: &ViewingPermit, query: ActivityQuery) -> Result<FoundActivities, SearchError> {
        let (span, conditions) = (search::span_of(permit, &query), search::conditions_of(permit, &query));
        self.read(async move |shared| search::search(&shared.layout, &shared.settings, span, conditions, query).await)
            .await
    }

    /// Seals what a day has in hot segments; `None` where that is nothing. Any day may be sealed at any time, today
    /// too: what comes after begins a new segment and joins the part at the next seal. It runs to its end even when the
    /// caller stops waiting.
    pub async fn seal(&self, day: Date) -> Result<Option<Sealed>, SealError> {
        let shared = Arc::clone(&self.shared);
        self.long_work.finish(async move { shared.seal(day).await }).await
    }

    /// Seals every day that ended before `now` in UTC and has hot segments: each with what came of it.
    pub async fn seal_finished_days(
        &self,
        now: Timestamp,
    ) -> io::Result<Vec<(Date, Result<Option<Sealed>, SealError>)>> {
        let mut sealed = Vec::new();
        for day in self.shared.layout.hot_days()?.range(..day_of(now)) {
            sealed.push((*day, self.seal(*day).await));
        }
        Ok(sealed)
    }

    /// Which days past [`ActivitySettings::keep_for`] are to be removed: see [`crate::SweepSettings`]. Nothing is removed yet, so
    /// that the ledger can say first what will be.
    ///
    /// # Errors
    /// A folder of the log that can't be read.
    pub fn plan_sweep(&self, now: Timestamp, held: &BTreeSet<Date>) -> io::Result<SweepPlan> {
        let Some(keep_for) = self.shared.settings.keep_for else { return Ok(SweepPlan::default()) };
        sweep::plan(&self.shared.layout, &self.shared.settings.sweep, keep_for, now, held)
    }

    /// Removes days for good, in their order.
    ///
    /// # Errors
    /// The first day that can't be removed; it and those after it stay.
    pub async fn remove_days(&self, days: Vec<Date>) -> Result<(), SweepError> {
        let shared = Arc::clone(&self.shared);
        self.long_work.finish(async move { shared.remove(&days).await }).await
    }

    /// Brings all that was appended to the disk now.
    pub fn sync(&self) {
        self.shared.writer.sync();
    }

    async fn read<T, F>(&self, read: impl FnOnce(Arc<SharedLog>) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send,
    {
        let shared = Arc::clone(&self.shared);
        self.long_work
            .answer(async move {
                let reading = Arc::clone(&shared);
                let _files_stay = reading.readers.read().await;
                read(shared).await
            })
            .await
    }
}

impl Drop for ActivityLog {
    fn drop(&mut self) {
        drop(self.syncing.take());
    }
}

impl SharedLog {
    async fn seal(&self, day: Date) -> Result<Option<Sealed>, SealError> {
        let _one_at_a_time = self.keeping.lock().await;
        let last_ended = self.writer.end_segment(day).map_err(|error| SealError::Write { day, error })?;
        let sealed = seal::seal(&self.layout, &self.readers, day, last_ended).await?;
        self.damaged_lines.fetch_add(sealed.map_or(0, |sealed| sealed.damaged), Ordering::Relaxed);
        Ok(sealed)
    }

    async fn remove(&self, days: &[Date]) -> Result<(), SweepError> {
        let _one_at_a_time = self.keeping.lock().await;
        for day in days.iter().copied() {
            let _alone = self.readers.write().await;
            self.writer.end_segment(day).map_err(|error| SweepError { day, error })?;
            sweep::remove(&self.layout, day)?;
        }
        Ok(())
    }
}

fn take_lock(layout: &Layout, folder: &Path) -> Result<File, LogOpenError> {
    let unopened = |error| LogOpenError::Folder { folder: folder.to_owned(), error };
    let lock = files::private_options().write(true).create(true).truncate(false).open(layout.lock());
    let lock = lock.map_err(unopened)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(LogOpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unopened(error)),
    }
}

fn recover(layout: &Layout) -> io::Result<()> {
    for day in layout.sealed_days()? {
        layout.clear_leftovers(day)?;
    }
    for day in layout.hot_days()? {
        for number in layout.live_segments(day)? {
            drop_torn_line(&layout.segment(day, number))?;
        }
    }
    Ok(())
}
