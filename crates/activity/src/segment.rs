//! One hot segment that this process writes.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use files::{create_private_folder, private_options, sync_folder};
use jiff::civil::Date;

use crate::layout::Layout;

pub struct Segment {
    file: Arc<File>,
    /// Bytes of whole lines.
    length: u64,
    /// Written to since it was last handed to a sync.
    dirty: bool,
}

/// What became of the segment when a line could not be written.
pub struct WriteFailed {
    pub error: io::Error,
    /// Whether the segment ends with a whole line again. If not, it must not be written to any more.
    pub mended: bool,
}

impl Segment {
    /// Begins the day's next segment.
    pub fn create(layout: &Layout, day: Date) -> io::Result<Segment> {
        create_private_folder(&layout.hot_day(day))?;
        let path = layout.segment(day, layout.next_segment(day)?);
        let file = private_options().append(true).create_new(true).open(path)?;
        sync_folder(&layout.hot_day(day))?;
        sync_folder(&layout.hot())?;
        Ok(Segment { file: Arc::new(file), length: 0, dirty: false })
    }

    /// Hands the line to the operating system, in one write where it takes it whole.
    pub fn append(&mut self, line: &[u8]) -> Result<(), WriteFailed> {
        match (&*self.file).write_all(line) {
            Ok(()) => {
                self.length += line.len() as u64;
                self.dirty = true;
                Ok(())
            }
            Err(error) => Err(WriteFailed { error, mended: self.file.set_len(self.length).is_ok() }),
        }
    }

    pub fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// The file, if anything was written to it since this was last asked.
    pub fn take_unsynced(&mut self) -> Option<Arc<File>> {
        std::mem::take(&mut self.dirty).then(|| self.file())
    }
}
