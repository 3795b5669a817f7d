//! Appending: the one part of the log that the gate waits for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Activity;
use jiff::civil::Date;

use crate::glimpse::{Glimpse, Ring};
use crate::layout::{Layout, day_of};
use crate::line;
use crate::segment::Segment;
use crate::settings::Settings;

/// Days whose segments stay open at once. Two are usual: today, and yesterday while its last tunnels close.
const OPEN_DAYS: usize = 4;

/// Why an activity was not kept. Each one is counted; the caller goes on.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("the day's segment could not be begun: {0}; see that the activity folder is writable and has room")]
    Begin(io::Error),
    #[error("the activity could not be written: {0}; see that the disk has room")]
    Write(io::Error),
    #[error("the activity was written but could not be synced: {0}; see to the disk")]
    Sync(io::Error),
    #[error("the activity could not be put into a line: {0}")]
    Encode(#[from] serde_json::Error),
    #[error("the activity's time is outside the years 1678 to 2261, which the sealed form can hold")]
    Time,
}

pub struct Writer {
    layout: Layout,
    sync_each: bool,
    open: Mutex<BTreeMap<Date, Segment>>,
    ring: Mutex<Ring>,
    dropped: AtomicU64,
    unsynced: AtomicU64,
}

thread_local! {
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Writer {
    pub fn new(layout: Layout, settings: &Settings) -> Writer {
        Writer {
            layout,
            sync_each: settings.sync_interval().is_none(),
            open: Mutex::new(BTreeMap::new()),
            ring: Mutex::new(Ring::new(settings.live_lines)),
            dropped: AtomicU64::new(0),
            unsynced: AtomicU64::new(0),
        }
    }

    pub fn append(&self, activity: &Activity) -> Result<(), AppendError> {
        let kept = LINE.with_borrow_mut(|line| self.keep(activity, line));
        match kept {
            Ok(()) => lock(&self.ring).show(activity),
            Err(_) => drop(self.dropped.fetch_add(1, Ordering::Relaxed)),
        }
        kept
    }

    fn keep(&self, activity: &Activity, line: &mut Vec<u8>) -> Result<(), AppendError> {
        if i64::try_from(activity.at.as_nanosecond()).is_err() {
            return Err(AppendError::Time);
        }
        line::encode(activity, line)?;
        let file = self.write(day_of(activity.at), line)?;
        match file {
            Some(file) => file.sync_data().map_err(AppendError::Sync),
            None => Ok(()),
        }
    }

    /// Answers the file where the caller must sync it.
    fn write(&self, day: Date, line: &[u8]) -> Result<Option<Arc<File>>, AppendError> {
        let mut open = lock(&self.open);
        if !open.contains_key(&day) {
            self.make_room(&mut open);
            let segment = Segment::create(&self.layout, day).map_err(AppendError::Begin)?;
            open.insert(day, segment);
        }
        let segment = open.get_mut(&day).expect("the day's segment was just begun");
        match segment.append(line) {
            Ok(()) if self.sync_each => Ok(segment.take_unsynced()),
            Ok(()) => Ok(None),
            Err(failed) => {
                if !failed.mended {
                    open.remove(&day);
                }
                Err(AppendError::Write(failed.error))
            }
        }
    }

    fn make_room(&self, open: &mut BTreeMap<Date, Segment>) {
        if open.len() >= OPEN_DAYS
            && let Some((_, mut oldest)) = open.pop_first()
        {
            self.sync_file(oldest.take_unsynced());
        }
    }

    /// Ends the day's segment, so that the next append of that day begins another, and answers the last segment that
    /// has ended. Appends wait meanwhile: one that came between would begin a segment that is taken for ended.
    pub fn end_segment(&self, day: Date) -> io::Result<Option<u64>> {
        let (ended, last) = {
            let mut open = lock(&self.open);
            (open.remove(&day), self.layout.live_segments(day)?.last().copied())
        };
        self.sync_file(ended.and_then(|mut segment| segment.take_unsynced()));
        Ok(last)
    }

    /// Brings what was written since the last time to the disk. Appends go on meanwhile.
    pub fn sync(&self) {
        let unsynced: Vec<_> = lock(&self.open).values_mut().filter_map(Segment::take_unsynced).collect();
        unsynced.into_iter().for_each(|file| self.sync_file(Some(file)));
    }

    fn sync_file(&self, file: Option<Arc<File>>) {
        if let Some(Err(error)) = file.map(|file| file.sync_data()) {
            self.unsynced.fetch_add(1, Ordering::Relaxed);
            tracing::error!(%error, "activity could not be synced to the disk");
        }
    }

    pub fn latest(&self, count: usize) -> Vec<Glimpse> {
        lock(&self.ring).latest(count)
    }

    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub fn failed_syncs(&self) -> u64 {
        self.unsynced.load(Ordering::Relaxed)
    }
}

/// A thread that panicked while it held the lock leaves a segment or ring that is still whole: both change in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
