//! Reading hot segments back.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use domain::{Activity, ActivityId};
use jiff::civil::Date;

use crate::layout::Layout;
use crate::line::{self, LineError};

/// Why hot segments could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HotError {
    #[error("{}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    /// The message leaves out what the line says, which is personal.
    #[error(
        "{}, line {line}, column {}: the line is whole but not understood; it was written by another version of the program: open the log with that one to seal the day",
        path.display(),
        error.column()
    )]
    Foreign { path: PathBuf, line: u64, error: serde_json::Error },
}

/// A day's hot activities, one for each id: the later line holds, and a `Done` always holds over an `Opened`.
#[derive(Default)]
pub struct Hot {
    pub activities: Vec<Activity>,
    places: HashMap<ActivityId, usize>,
    /// Lines that are whole but not understood.
    pub foreign: Vec<HotError>,
    /// Lines that do not fit their checksums, as they are, with their newlines.
    pub damaged: Vec<Vec<u8>>,
}

impl Hot {
    /// Reads the day's segments up to and including `through`; damaged lines are put aside.
    pub fn read(layout: &Layout, day: Date, through: u64) -> Result<Hot, HotError> {
        let unread = |error| HotError::Read { path: layout.hot_day(day), error };
        let mut hot = Hot::default();
        for number in layout.live_segments(day).map_err(unread)?.into_iter().filter(|number| *number <= through) {
            hot.read_segment(layout.segment(day, number))?;
        }
        Ok(hot)
    }

    fn read_segment(&mut self, path: PathBuf) -> Result<(), HotError> {
        let unread = |error| HotError::Read { path: path.clone(), error };
        let mut reader = BufReader::with_capacity(1 << 16, File::open(&path).map_err(unread)?);
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes).map_err(unread)? == 0 {
                break;
            }
            let Some(whole) = bytes.strip_suffix(b"\n") else { break };
            match line::decode(whole) {
                Ok(activity) => self.fold(activity),
                Err(LineError::Torn) => {
                    tracing::error!(segment = %path.display(), line, "a line of the activity log is damaged");
                    self.damaged.push(std::mem::take(&mut bytes));
                }
                Err(LineError::Foreign(error)) => {
                    self.foreign.push(HotError::Foreign { path: path.clone(), line, error });
                }
            }
        }
        Ok(())
    }

    fn fold(&mut self, activity: Activity) {
        match self.places.get(&activity.id) {
            Some(place) if activity.phase >= self.activities[*place].phase => self.activities[*place] = activity,
            Some(_) => {}
            None => {
                self.places.insert(activity.id, self.activities.len());
                self.activities.push(activity);
            }
        }
    }
}
