//! Sealing: a day's lines become one Parquet file, at no instant missing or double.
//!
//! The new part is written under another name, synced, and only then named; its name says through which segment it
//! reaches. From the rename on it holds and what it replaces does not, so the removals after it can be cut short
//! anywhere: opening the log, or the next seal, clears what is left.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use domain::Activity;
use files::{create_private_file, create_private_folder, sync_folder};
use jiff::civil::Date;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use tokio::sync::RwLock;
use tokio::task::yield_now;

use crate::checked_file;
use crate::columns::{schema, to_batch};
use crate::day::Day;
use crate::layout::Layout;
use crate::search::SearchError;

/// Activities that are written at once.
const BATCH_ROWS: usize = 8_192;

/// Why a day stays unsealed. Nothing of it is lost: its lines stay where they are.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the activity of {day} could not be read to be sealed")]
    Read {
        day: Date,
        #[source]
        error: SearchError,
    },
    #[error("the activity of {day} could not be sealed; see that the disk has room")]
    Write {
        day: Date,
        #[source]
        error: io::Error,
    },
    #[error("the activity of {day} could not be sealed")]
    Parquet {
        day: Date,
        #[source]
        error: ParquetError,
    },
}

/// A day that was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    pub day: Date,
    /// Activities that the day's part now holds.
    pub activities: u64,
    /// Lines that the disk did not give back as they were written. They are put aside beside the part, for somebody to
    /// look at, and are in no search.
    pub damaged: u64,
}

/// Seals what the day's ended segments hold beyond its part. `None` where there is nothing new. `readers` keeps files
/// from being removed under a search.
pub async fn seal(
    layout: &Layout,
    readers: &RwLock<()>,
    day: Date,
    through: Option<u64>,
) -> Result<Option<Sealed>, SealError> {
    let unwritten = |error| SealError::Write { day, error };
    clear(layout, readers, day).await.map_err(unwritten)?;
    let Some(through) = through else { return Ok(None) };
    let unfinished = layout.unfinished_part(day, through);
    let contents = read_whole(layout, day, through).map_err(|error| SealError::Read { day, error })?;
    let activities = write(layout, &contents, &unfinished).await?;
    put_aside(layout, day, through, &contents.damaged).map_err(unwritten)?;
    fs::rename(&unfinished, layout.part(day, through)).map_err(unwritten)?;
    sync_folder(&layout.sealed_day(day)).map_err(unwritten)?;
    clear(layout, readers, day).await.map_err(unwritten)?;
    Ok(Some(Sealed { day, activities, damaged: contents.damaged.len() as u64 }))
}

/// Damaged lines outlive their segment, which goes when the part holds.
fn put_aside(layout: &Layout, day: Date, through: u64, lines: &[Vec<u8>]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    tracing::error!(%day, lines = lines.len(), "damaged lines of activity were put aside at sealing; see to the disk");
    files::replace(&layout.damaged_lines(day, through), &lines.concat(), files::Readers::Owner)
}

async fn clear(layout: &Layout, readers: &RwLock<()>, day: Date) -> io::Result<()> {
    let _alone = readers.write().await;
    layout.clear_leftovers(day)
}

/// The day with its segments up to and including `through`. A line that is not understood keeps it from being sealed,
/// and so does a part that can't be read.
fn read_whole(layout: &Layout, date: Date, through: u64) -> Result<Day, SearchError> {
    let mut day = Day::read(layout, date, through, Arc::new([]))?;
    match (day.foreign.pop(), day.unreadable.take()) {
        (Some(foreign), _) => Err(foreign.into()),
        (None, Some(error)) => Err(error.into()),
        (None, None) => Ok(day),
    }
}

/// Writes all activities of a day, and says how many there are.
async fn write(layout: &Layout, day: &Day, to: &Path) -> Result<u64, SealError> {
    let date = day.date;
    let unread = |error: SearchError| SealError::Read { day: date, error };
    let unwritten = |error| SealError::Write { day: date, error };
    let unparquet = |error| SealError::Parquet { day: date, error };
    create_private_folder(&layout.sealed_day(date)).map_err(unwritten)?;
    sync_folder(&layout.sealed()).map_err(unwritten)?;
    let file = create_private_file(to).map_err(unwritten)?;
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties())).map_err(unparquet)?;
    let mut activities = day.all().map_err(|error| unread(error.into()))?;
    let mut count = 0;
    loop {
        let batch = activities.by_ref().take(BATCH_ROWS).collect::<Result<Vec<Activity>, _>>();
        let batch = batch.map_err(|error| unread(error.into()))?;
        if batch.is_empty() {
            break;
        }
        count += batch.len() as u64;
        let batch = to_batch(&batch).map_err(|error| unparquet(error.into()))?;
        writer.write(&batch).map_err(unparquet)?;
        // Searches have their turn while a long day is written.
        yield_now().await;
    }
    writer.flush().map_err(unparquet)?;
    writer.sync().map_err(unwritten)?;
    let checksums = checked_file::footer_entry(to).map_err(unwritten)?;
    writer.append_key_value_metadata(checksums.clone());
    let file: File = writer.into_inner().map_err(unparquet)?;
    checked_file::complete(to, &checksums).map_err(unwritten)?;
    file.sync_all().map_err(unwritten)?;
    Ok(count)
}

/// Row groups are small enough that a search of one hour reads little of a day.
fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(64 * 1024))
        .build()
}
