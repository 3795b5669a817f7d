//! Sealing: a day's lines become one Parquet file, at no instant missing or double.
//!
//! The new part is written under another name, synced, and only then named; its name says through which segment it
//! reaches. From the rename on it holds and what it replaces does not, so the removals after it can be cut short
//! anywhere: opening the log, or the next seal, clears what is left.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::col;
use files::{create_private_file, create_private_folder, sync_folder};
use futures_util::StreamExt;
use jiff::civil::Date;
use tokio::sync::RwLock;

use crate::columns::schema;
use crate::layout::Layout;
use crate::settings::Settings;
use crate::view::{SearchError, View};

/// Why a day stays unsealed. Nothing of it is lost: its lines stay where they are.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("{day} could not be read to be sealed: {error}")]
    Read { day: Date, error: SearchError },
    #[error("{day} could not be sealed: {error}; see that the disk has room")]
    Write { day: Date, error: io::Error },
    #[error("{day} could not be sealed: {error}")]
    Parquet { day: Date, error: ParquetError },
}

/// A day that was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    pub day: Date,
    /// Activities that the day's part now holds.
    pub activities: u64,
}

/// Seals what the day's ended segments hold beyond its part. `None` where there is nothing new. `readers` keeps files
/// from being removed under a search.
pub async fn seal(
    layout: &Layout,
    settings: &Settings,
    readers: &RwLock<()>,
    day: Date,
    through: Option<u64>,
) -> Result<Option<Sealed>, SealError> {
    let unwritten = |error| SealError::Write { day, error };
    clear(layout, readers, day).await.map_err(unwritten)?;
    let Some(through) = through else { return Ok(None) };
    let unfinished = layout.unfinished_part(day, through);
    let activities = write(layout, settings, day, through, &unfinished).await?;
    fs::rename(&unfinished, layout.part(day, through)).map_err(unwritten)?;
    sync_folder(&layout.sealed_day(day)).map_err(unwritten)?;
    clear(layout, readers, day).await.map_err(unwritten)?;
    Ok(Some(Sealed { day, activities }))
}

async fn clear(layout: &Layout, readers: &RwLock<()>, day: Date) -> io::Result<()> {
    let _alone = readers.write().await;
    layout.clear_leftovers(day)
}

async fn write(layout: &Layout, settings: &Settings, day: Date, through: u64, to: &Path) -> Result<u64, SealError> {
    let unread = |error| SealError::Read { day, error };
    let unwritten = |error| SealError::Write { day, error };
    let unparquet = |error| SealError::Parquet { day, error };
    let view = View::of_day(layout, settings, day, through).map_err(unread)?;
    let activities = view.activities().await.map_err(unread)?;
    let order = vec![col("at").sort(true, false), col("id").sort(true, false)];
    let unread = |error: DataFusionError| unread(error.into());
    let mut sorted = activities.sort(order).map_err(unread)?.execute_stream().await.map_err(unread)?;

    create_private_folder(&layout.sealed_day(day)).map_err(unwritten)?;
    sync_folder(&layout.sealed()).map_err(unwritten)?;
    let file = create_private_file(to).map_err(unwritten)?;
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties())).map_err(unparquet)?;
    let mut count = 0;
    while let Some(batch) = sorted.next().await {
        let batch = batch.map_err(unread)?;
        count += batch.num_rows() as u64;
        writer.write(&batch).map_err(unparquet)?;
    }
    let file: File = writer.into_inner().map_err(unparquet)?;
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
