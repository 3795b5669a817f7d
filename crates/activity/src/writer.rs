//! Appending: the one part of the log that the gate waits for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::Arc;

use domain::{Activity, Outcome};
use jiff::civil::Date;
use parking_lot::Mutex;

use crate::layout::{Layout, day_of};
use crate::line;
use crate::outage::{Health, Outages, Work};
use crate::recent::{RecentVerdict, RecentVerdicts};
use crate::segment::Segment;
use crate::settings::ActivitySettings;

/// Days whose segments stay open at once. Two are usual: today, and yesterday while its last tunnels close.
const OPEN_DAYS: usize = 4;

/// Why an activity was not kept. Each one is counted; the caller goes on.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("the day's segment of the activity log could not be begun; see that its folder is writable and has room")]
    Begin(#[source] io::Error),
    #[error("the activity could not be written; see that the disk has room")]
    Write(#[source] io::Error),
    #[error("the activity was written but could not be synced; see to the disk")]
    Sync(#[source] io::Error),
    #[error("the activity could not be put into a line")]
    Encode(#[from] serde_json::Error),
    #[error("the activity's time is outside the years 1678 to 2261, which the sealed form can hold")]
    Time,
}

pub struct Writer {
    layout: Layout,
    sync_each: bool,
    open: Mutex<BTreeMap<Date, Segment>>,
    ring: Mutex<RecentVerdicts>,
    /// Those whose people were shown a page with a reference.
    blocked: Mutex<RecentVerdicts>,
    appending: Outages,
    syncing: Outages,
}

thread_local! {
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Writer {
    pub fn new(layout: Layout, settings: &ActivitySettings) -> Writer {
        Writer {
            layout,
            sync_each: settings.sync_interval().is_none(),
            open: Mutex::new(BTreeMap::new()),
            ring: Mutex::new(RecentVerdicts::new(settings.live_lines)),
            blocked: Mutex::new(RecentVerdicts::new(settings.referred_verdicts)),
            appending: Outages::of(Work::Appending),
            syncing: Outages::of(Work::Syncing),
        }
    }

    pub fn append(&self, activity: &Activity) -> Result<(), AppendError> {
        let kept = LINE.with_borrow_mut(|line| self.keep(activity, line));
        match &kept {
            Ok(()) => {
                self.appending.succeeded();
                self.ring.lock().show(activity);
                if activity.outcome == Outcome::Blocked {
                    self.blocked.lock().show(activity);
                }
            }
            Err(error) => self.appending.failed(error),
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
        let mut open = self.open.lock();
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
            let mut open = self.open.lock();
            (open.remove(&day), self.layout.live_segments(day)?.last().copied())
        };
        self.sync_file(ended.and_then(|mut segment| segment.take_unsynced()));
        Ok(last)
    }

    /// Brings what was written since the last time to the disk. Appends go on meanwhile.
    pub fn sync(&self) {
        let unsynced: Vec<_> = self.open.lock().values_mut().filter_map(Segment::take_unsynced).collect();
        unsynced.into_iter().for_each(|file| self.sync_file(Some(file)));
    }

    fn sync_file(&self, file: Option<Arc<File>>) {
        match file.map(|file| file.sync_data()) {
            None => {}
            Some(Ok(())) => self.syncing.succeeded(),
            Some(Err(error)) => self.syncing.failed(&error),
        }
    }

    pub fn latest(&self, count: usize) -> Vec<RecentVerdict> {
        self.ring.lock().latest(count)
    }

    /// The blocked verdicts whose identifier ends so, among the latest.
    pub fn blocked_ending_in(&self, digits: &str) -> Vec<RecentVerdict> {
        self.blocked.lock().ending_in(digits)
    }

    /// What was lost, and why where it is being lost now.
    pub fn health(&self) -> Health {
        Health {
            dropped: self.appending.count(),
            failed_syncs: self.syncing.count(),
            outage: self.appending.cause(),
            ..Health::default()
        }
    }
}
