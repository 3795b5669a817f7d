//! One sealed part: the activities of a day in a Parquet file, in the order of their times.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::ArrowError;
use domain::{Activity, ActivityId, Phase};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowFilter,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;
use tokio::task::yield_now;

use crate::checked_file::CheckedFile;
use crate::columns::{ColumnError, Columns, from_batch, nanoseconds, schema};
use crate::conditions::Condition;

/// Rows that are read at once.
const BATCH_ROWS: usize = 8_192;

/// Why a part can't be read. None of it says what was searched for.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    #[error(transparent)]
    Column(#[from] ColumnError),
}

impl PartError {
    /// The library panicked on the part.
    pub fn reader_gave_up() -> PartError {
        ParquetError::General("its reader gave up".to_owned()).into()
    }
}

/// A part that was opened; its file is read as it is asked for.
pub struct SealedPart {
    file: CheckedFile,
    metadata: ArrowReaderMetadata,
}

impl SealedPart {
    /// Opens a part and sees that each column holds what its name says. A column that came later may be missing.
    pub fn open(path: &Path) -> Result<SealedPart, PartError> {
        let (file, metadata) = CheckedFile::open(File::open(path)?)?;
        let metadata = ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::new())?;
        for field in schema().fields() {
            let fits = match metadata.schema().field_with_name(field.name()) {
                Ok(found) => found.data_type() == field.data_type(),
                Err(_) => field.is_nullable(),
            };
            if !fits {
                let name = field.name();
                return Err(ParquetError::General(format!("the column '{name}' is not what it should be")).into());
            }
        }
        Ok(SealedPart { file, metadata })
    }

    /// How many activities fulfil all conditions, but for those that are left out.
    pub async fn count(&self, conditions: &[Condition], left_out: &HashSet<ActivityId>) -> Result<u64, PartError> {
        let columns: &[&str] = if left_out.is_empty() { &[] } else { &["id"] };
        let mut count = 0;
        for batch in self.builder(conditions, Some(columns)).build()? {
            let batch = batch?;
            count += batch.num_rows() as u64;
            if !left_out.is_empty() {
                let columns = Columns { batch: &batch };
                for row in 0..batch.num_rows() {
                    count -= u64::from(left_out.contains(&columns.id(row)?));
                }
            }
            yield_now().await;
        }
        Ok(count)
    }

    /// The activities that fulfil all conditions, the oldest first: so many after so many.
    pub async fn page(&self, conditions: &[Condition], skip: usize, take: usize) -> Result<Vec<Activity>, PartError> {
        let mut page = Vec::new();
        for batch in self.builder(conditions, None).with_offset(skip).with_limit(take).build()? {
            page.extend(from_batch(&batch?)?);
            yield_now().await;
        }
        Ok(page)
    }

    /// The activities that fulfil all conditions, the oldest first, read a batch at a time.
    pub fn activities(&self, conditions: &[Condition]) -> Result<Activities, PartError> {
        Ok(Activities { reader: self.builder(conditions, None).build()?, batch: Vec::new().into_iter() })
    }

    /// Which of the activities are in the part, and in which phase.
    pub fn phases(&self, of: &HashSet<ActivityId>) -> Result<HashMap<ActivityId, Phase>, PartError> {
        let mut phases = HashMap::new();
        for batch in self.builder(&[], Some(&["id", "phase"])).build()? {
            let batch = batch?;
            let columns = Columns { batch: &batch };
            for row in 0..batch.num_rows() {
                let id = columns.id(row)?;
                if of.contains(&id) {
                    phases.insert(id, columns.phase(row)?);
                }
            }
        }
        Ok(phases)
    }

    /// Reads what fulfils all conditions, in these columns or in all.
    fn builder(
        &self,
        conditions: &[Condition],
        columns: Option<&[&str]>,
    ) -> ParquetRecordBatchReaderBuilder<CheckedFile> {
        let metadata = self.metadata.metadata();
        let groups = metadata.row_groups().iter().enumerate();
        let groups = groups.filter(|(_, group)| conditions.iter().all(|condition| may_hold(condition, group)));
        let groups = groups.map(|(place, _)| place).collect();
        let filter = conditions.iter().map(|condition| self.predicate(condition.clone())).collect();
        let mask = columns.map_or_else(ProjectionMask::all, |columns| self.mask(columns));
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        builder
            .with_batch_size(BATCH_ROWS)
            .with_row_groups(groups)
            .with_projection(mask)
            .with_row_filter(RowFilter::new(filter))
    }

    fn predicate(&self, condition: Condition) -> Box<dyn ArrowPredicate> {
        let mask = self.mask(condition.columns());
        Box::new(ArrowPredicateFn::new(mask, move |batch: RecordBatch| {
            let columns = Columns { batch: &batch };
            let holds = |row| condition.holds(&columns.row(row)).map(Some);
            let holds: Result<BooleanArray, ColumnError> = (0..batch.num_rows()).map(holds).collect();
            holds.map_err(|error| ArrowError::ExternalError(Box::new(error)))
        }))
    }

    fn mask(&self, columns: &[&str]) -> ProjectionMask {
        let places = columns.iter().filter_map(|column| self.metadata.schema().index_of(column).ok());
        ProjectionMask::roots(self.metadata.parquet_schema(), places)
    }
}

/// Whether some activity of a row group may fulfil a condition, by the group's earliest and latest time.
fn may_hold(condition: &Condition, group: &RowGroupMetaData) -> bool {
    let Condition::Span(span) = condition else { return true };
    let at = group.columns().iter().find(|column| column.column_path().string() == "at");
    let Some(Statistics::Int64(times)) = at.and_then(|column| column.statistics()) else { return true };
    let (Some(first), Some(last)) = (times.min_opt(), times.max_opt()) else { return true };
    nanoseconds(span.start) <= *last && *first < nanoseconds(span.end)
}

/// Activities of a part, read a batch at a time.
pub struct Activities {
    reader: ParquetRecordBatchReader,
    batch: std::vec::IntoIter<Activity>,
}

impl Iterator for Activities {
    type Item = Result<Activity, PartError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(activity) = self.batch.next() {
                return Some(Ok(activity));
            }
            let read = |batch: Result<RecordBatch, ArrowError>| Ok(from_batch(&batch?)?.into_iter());
            match self.reader.next().map(read)? {
                Ok(batch) => self.batch = batch,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
