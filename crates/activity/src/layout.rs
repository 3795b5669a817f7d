//! Where the log keeps what: folders, names and numbers, and what a killed process may have left behind.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use files::{create_private_folder, sync_folder};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

#[derive(Debug, Clone)]
pub struct Layout {
    folder: PathBuf,
}

impl Layout {
    /// Makes what is missing of the folders and closes them to others.
    pub fn create(folder: &Path) -> io::Result<Layout> {
        let layout = Layout { folder: folder.to_owned() };
        for folder in [folder.to_owned(), layout.hot(), layout.sealed()] {
            create_private_folder(&folder)?;
        }
        sync_folder(folder)?;
        Ok(layout)
    }

    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    pub fn hot(&self) -> PathBuf {
        self.folder.join("hot")
    }

    pub fn sealed(&self) -> PathBuf {
        self.folder.join("sealed")
    }

    pub fn hot_day(&self, day: Date) -> PathBuf {
        self.hot().join(day.to_string())
    }

    pub fn sealed_day(&self, day: Date) -> PathBuf {
        self.sealed().join(format!("day={day}"))
    }

    pub fn segment(&self, day: Date, number: u64) -> PathBuf {
        self.hot_day(day).join(format!("{number:08}.ndjson"))
    }

    pub fn part(&self, day: Date, through: u64) -> PathBuf {
        self.sealed_day(day).join(format!("part-{through:08}.parquet"))
    }

    /// The name under which a part is written before it holds.
    pub fn unfinished_part(&self, day: Date, through: u64) -> PathBuf {
        self.sealed_day(day).join(format!("part-{through:08}.tmp"))
    }

    /// Where the day's lines that were damaged before the part was sealed are put aside.
    pub fn damaged_lines(&self, day: Date, through: u64) -> PathBuf {
        self.sealed_day(day).join(format!("damaged-{through:08}.ndjson"))
    }

    pub fn hot_days(&self) -> io::Result<BTreeSet<Date>> {
        Ok(names(&self.hot())?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    pub fn sealed_days(&self) -> io::Result<BTreeSet<Date>> {
        Ok(names(&self.sealed())?.iter().filter_map(|name| name.strip_prefix("day=")?.parse().ok()).collect())
    }

    /// The part that holds for the day, by the segment through which it reaches.
    pub fn live_part(&self, day: Date) -> io::Result<Option<u64>> {
        Ok(self.parts(day)?.last().copied())
    }

    /// The segments of the day that no part holds yet, in the order of their writing.
    pub fn live_segments(&self, day: Date) -> io::Result<Vec<u64>> {
        let sealed_through = self.live_part(day)?.unwrap_or(0);
        Ok(self.segments(day)?.into_iter().filter(|number| *number > sealed_through).collect())
    }

    /// A number that no segment of the day has or had.
    pub fn next_segment(&self, day: Date) -> io::Result<u64> {
        let last = self.segments(day)?.last().copied().max(self.live_part(day)?);
        Ok(last.unwrap_or(0) + 1)
    }

    /// Removes what no longer holds for the day: unfinished parts, older parts, segments that the live part holds.
    pub fn clear_leftovers(&self, day: Date) -> io::Result<()> {
        let sealed_day = self.sealed_day(day);
        for name in names(&sealed_day)?.iter().filter(|name| name.ends_with(".tmp")) {
            fs::remove_file(sealed_day.join(name))?;
        }
        if let Some((live, older)) = self.parts(day)?.split_last() {
            for part in older {
                fs::remove_file(self.part(day, *part))?;
            }
            for number in self.segments(day)?.iter().filter(|number| *number <= live) {
                fs::remove_file(self.segment(day, *number))?;
            }
        }
        Ok(())
    }

    fn segments(&self, day: Date) -> io::Result<Vec<u64>> {
        numbers(&self.hot_day(day), "", ".ndjson")
    }

    fn parts(&self, day: Date) -> io::Result<Vec<u64>> {
        numbers(&self.sealed_day(day), "part-", ".parquet")
    }
}

/// The UTC date of a moment: the day that an activity belongs to.
pub fn day_of(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// Cuts a segment back to the end of its last whole line. What follows that was never acknowledged.
pub fn drop_torn_line(path: &Path) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let whole = end_of_last_line(&mut file, length)?;
    if whole < length {
        file.set_len(whole)?;
        file.sync_all()?;
        tracing::warn!(segment = %path.display(), bytes = length - whole, "dropped a torn last line");
    }
    Ok(())
}

/// One past the last newline.
fn end_of_last_line(file: &mut File, length: u64) -> io::Result<u64> {
    let mut end = length;
    let mut block = [0; 8192];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let read = &mut block[..usize::try_from(end - start).unwrap_or(usize::MAX)];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(read)?;
        if let Some(place) = read.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + place as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

fn numbers(folder: &Path, before: &str, after: &str) -> io::Result<Vec<u64>> {
    let number = |name: &String| name.strip_prefix(before)?.strip_suffix(after)?.parse().ok();
    let mut numbers: Vec<u64> = names(folder)?.iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The names in a folder; none where there is no such folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
