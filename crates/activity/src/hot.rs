//! Reading hot segments back. A day's lines may be more than memory is meant for, so that of each only its place is held:
//! what it says is read again where it is asked for.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use domain::{Activity, ActivityId, Phase};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::conditions::Condition;
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

/// Where a line stands, and what is asked of it before it is read again.
#[derive(Debug, Clone)]
pub struct HotLine {
    pub id: ActivityId,
    pub at: Timestamp,
    pub phase: Phase,
    /// Whether it fulfils the conditions with which the segments were read.
    pub fulfils: bool,
    segment: u64,
    start: u64,
    /// Without its newline.
    length: usize,
}

/// A day's hot lines, one for each id: the later holds, and a `Done` always holds over an `Opened`.
#[derive(Default)]
pub struct Hot {
    pub lines: Vec<HotLine>,
    places: HashMap<ActivityId, usize>,
    /// Lines that are whole but not understood.
    pub foreign: Vec<HotError>,
    /// Lines that do not fit their checksums, as they are, with their newlines.
    pub damaged: Vec<Vec<u8>>,
}

impl Hot {
    /// Reads the day's segments up to and including `through`; damaged lines are put aside.
    pub fn read(layout: &Layout, day: Date, through: u64, conditions: &[Condition]) -> Result<Hot, HotError> {
        let unread = |error| HotError::Read { path: layout.hot_day(day), error };
        let mut hot = Hot::default();
        for number in layout.live_segments(day).map_err(unread)?.into_iter().filter(|number| *number <= through) {
            hot.read_segment(number, layout.segment(day, number), conditions)?;
        }
        Ok(hot)
    }

    fn read_segment(&mut self, segment: u64, path: PathBuf, conditions: &[Condition]) -> Result<(), HotError> {
        let unread = |error| HotError::Read { path: path.clone(), error };
        let mut reader = BufReader::with_capacity(1 << 16, File::open(&path).map_err(unread)?);
        let mut bytes = Vec::new();
        let mut start = 0;
        for line in 1.. {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes).map_err(unread)? == 0 {
                break;
            }
            let Some(whole) = bytes.strip_suffix(b"\n") else { break };
            let length = whole.len();
            match line::decode(whole) {
                Ok(activity) => {
                    let fulfils = conditions.iter().all(|condition| condition.holds_of(&activity));
                    let Activity { id, at, phase, .. } = activity;
                    self.fold(HotLine { id, at, phase, fulfils, segment, start, length });
                }
                Err(LineError::Torn) => {
                    tracing::error!(segment = %path.display(), line, "a line of the activity log is damaged");
                    self.damaged.push(std::mem::take(&mut bytes));
                }
                Err(LineError::Foreign(error)) => {
                    self.foreign.push(HotError::Foreign { path: path.clone(), line, error });
                }
            }
            start += length as u64 + 1;
        }
        Ok(())
    }

    fn fold(&mut self, line: HotLine) {
        match self.places.get(&line.id) {
            Some(place) if line.phase >= self.lines[*place].phase => self.lines[*place] = line,
            Some(_) => {}
            None => {
                self.places.insert(line.id, self.lines.len());
                self.lines.push(line);
            }
        }
    }
}

/// Reads lines of a day again.
pub struct HotReader<'a> {
    layout: &'a Layout,
    day: Date,
    /// The segment that was read last.
    open: Option<(u64, File)>,
}

impl<'a> HotReader<'a> {
    pub fn new(layout: &'a Layout, day: Date) -> HotReader<'a> {
        HotReader { layout, day, open: None }
    }

    /// What a line says.
    ///
    /// # Errors
    /// Its segment can't be read, or the line has been damaged since it was read first.
    pub fn activity(&mut self, line: &HotLine) -> Result<Activity, HotError> {
        let path = self.layout.segment(self.day, line.segment);
        self.read(line, &path).map_err(|error| HotError::Read { path, error })
    }

    fn read(&mut self, line: &HotLine, path: &Path) -> io::Result<Activity> {
        let file = match self.open.take() {
            Some((segment, file)) if segment == line.segment => file,
            _ => File::open(path)?,
        };
        let mut bytes = vec![0; line.length];
        file.read_exact_at(&mut bytes, line.start)?;
        self.open = Some((line.segment, file));
        // the error of a line that is not understood might quote it
        line::decode(&bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a line changed while it was read"))
    }
}
