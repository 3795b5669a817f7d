//! The log as one table: sealed parts and hot lines together, each activity once.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::{DataFrame, Expr, JoinType, SessionConfig, SessionContext, col, lit};
use futures_util::StreamExt;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::columns::{ColumnError, from_batch, nanoseconds, schema, to_batch};
use crate::hot::{Hot, HotError};
use crate::layout::{Layout, day_of, part_name};
use crate::settings::ActivitySettings;

/// The sealed folder, as the columnar library names it.
const STORE: &str = "activity://sealed";

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the activity folder could not be read: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Hot(#[from] HotError),
    #[error(transparent)]
    Column(#[from] ColumnError),
    #[error("the sealed activity could not be read: {0}")]
    Sealed(SealedFault),
}

/// What kept the sealed activity from being read. The library's own error can quote what was searched for, which is
/// personal and must not reach the program's log, so no more than its kind is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedFault {
    #[error("{0}; see that the disk has room and that the program may read the folder")]
    Disk(std::io::ErrorKind),
    #[error("a sealed file is missing or damaged; put it back from a backup")]
    File,
    #[error("the search needs more memory than it may take; search fewer days")]
    Memory,
    #[error("the search itself failed; this is a fault of the program")]
    Query,
}

impl From<DataFusionError> for SearchError {
    fn from(error: DataFusionError) -> Self {
        SearchError::Sealed(match error.find_root() {
            DataFusionError::IoError(error) => SealedFault::Disk(error.kind()),
            DataFusionError::ObjectStore(_) | DataFusionError::ParquetError(_) => SealedFault::File,
            DataFusionError::ResourcesExhausted(_) => SealedFault::Memory,
            _ => SealedFault::Query,
        })
    }
}

/// What is wrong with one part, in the library's own words.
#[derive(Debug, thiserror::Error)]
enum UnreadablePart {
    #[error(transparent)]
    Library(#[from] DataFusionError),
    #[error(transparent)]
    Column(#[from] ColumnError),
    #[error("the file is empty")]
    Empty,
}

impl SearchError {
    /// Whether a damaged part could be the cause, and the search could be answered without it.
    pub fn may_be_a_part(&self) -> bool {
        match self {
            SearchError::Sealed(fault) => *fault != SealedFault::Memory,
            SearchError::Column(_) => true,
            SearchError::Folder(_) | SearchError::Hot(_) => false,
        }
    }
}

/// Some days of the log, up to a segment where they are being sealed.
pub struct Tables {
    pub context: SessionContext,
    sealed: Vec<(Date, u64)>,
    hot: Hot,
    /// Parts of days whose hot lines hold an opening, which a sealed end could hold over.
    doubtful: Vec<(Date, u64)>,
    unreadable: BTreeSet<Date>,
}

impl Tables {
    /// The days that a span touches.
    pub fn of_span(
        layout: &Layout,
        settings: &ActivitySettings,
        span: &Range<Timestamp>,
    ) -> Result<Tables, SearchError> {
        let sealed = layout.sealed_days()?;
        let touched: BTreeSet<Date> =
            sealed.union(&layout.hot_days()?).copied().filter(|day| touches(span, *day)).collect();
        let mut tables = Tables::new(layout, settings)?;
        for day in touched {
            tables.add(layout, day, u64::MAX)?;
        }
        for foreign in &tables.hot.foreign {
            tracing::error!(%foreign, "a search passed over an activity");
        }
        Ok(tables)
    }

    /// One day with its segments up to and including `through`. A line that is not understood is an error, and so is a
    /// part that can't be read.
    pub fn of_day(
        layout: &Layout,
        settings: &ActivitySettings,
        day: Date,
        through: u64,
    ) -> Result<Tables, SearchError> {
        let mut tables = Tables::new(layout, settings)?;
        tables.add(layout, day, through)?;
        if !tables.unreadable.is_empty() {
            return Err(SearchError::Sealed(SealedFault::File));
        }
        match tables.hot.foreign.pop() {
            Some(foreign) => Err(foreign.into()),
            None => Ok(tables),
        }
    }

    /// Lines of the days' segments that do not fit their checksums.
    pub fn damaged_lines(&self) -> &[Vec<u8>] {
        &self.hot.damaged
    }

    /// Each activity of the days once, in no order.
    pub async fn activities(&self) -> Result<DataFrame, SearchError> {
        let hot = self.context.read_batch(to_batch(self.hot.activities()).map_err(DataFusionError::from)?)?;
        if self.sealed.is_empty() {
            return Ok(hot);
        }
        let sealed = self.parts(&self.sealed)?;
        if self.hot.activities().is_empty() {
            return Ok(sealed);
        }
        let newer = Some(col("hot_phase").gt_eq(col("phase")));
        let hot_keys = keys(hot.clone(), "hot_id", "hot_phase")?;
        let sealed = sealed.join(hot_keys, JoinType::LeftAnti, &["id"], &["hot_id"], newer)?;
        let hot = if self.doubtful.is_empty() {
            hot
        } else {
            let over = Some(col("sealed_phase").gt(col("phase")));
            let sealed_keys = keys(self.parts(&self.doubtful)?, "sealed_id", "sealed_phase")?;
            hot.join(sealed_keys, JoinType::LeftAnti, &["id"], &["sealed_id"], over)?
        };
        Ok(sealed.union(hot)?)
    }

    /// Days whose part can't be read, and is left out of [`Tables::activities`].
    pub fn unreadable(&self) -> &BTreeSet<Date> {
        &self.unreadable
    }

    /// Leaves out the sealed parts that can't be read, and says whether there were any. Each part is read whole. What is
    /// wrong with one goes to the program's log, and its file stays where it is.
    pub async fn leave_out_unreadable(&mut self) -> bool {
        let known = self.unreadable.len();
        for (day, through) in self.sealed.clone() {
            // Nothing is searched for here, so that the error has no word of it.
            if let Err(error) = self.read_whole(day, through).await {
                self.leave_out(day, through, &error);
            }
        }
        let unreadable = &self.unreadable;
        self.sealed.retain(|(day, _)| !unreadable.contains(day));
        self.doubtful.retain(|(day, _)| !unreadable.contains(day));
        unreadable.len() > known
    }

    fn leave_out(&mut self, day: Date, through: u64, error: &(dyn std::error::Error + 'static)) {
        let part = part_name(day, through);
        tracing::error!(error, part, "a sealed day of activity can't be read, and searches go on without it");
        self.unreadable.insert(day);
    }

    async fn read_whole(&self, day: Date, through: u64) -> Result<(), UnreadablePart> {
        let mut batches = self.parts(&[(day, through)])?.execute_stream().await?;
        while let Some(batch) = batches.next().await {
            from_batch(&batch?)?;
        }
        Ok(())
    }

    fn new(layout: &Layout, settings: &ActivitySettings) -> Result<Tables, SearchError> {
        Ok(Tables {
            context: context(layout, settings)?,
            sealed: Vec::new(),
            hot: Hot::default(),
            doubtful: Vec::new(),
            unreadable: BTreeSet::new(),
        })
    }

    fn add(&mut self, layout: &Layout, day: Date, through: u64) -> Result<(), SearchError> {
        let before = self.hot.activities().len();
        self.hot.read(layout, day, through)?;
        let opened = self.hot.activities()[before..].iter().any(|activity| activity.phase == domain::Phase::Opened);
        if let Some(part) = layout.live_part(day)? {
            // The library passes over an empty file as one without rows.
            if std::fs::metadata(layout.part(day, part))?.len() == 0 {
                self.leave_out(day, part, &UnreadablePart::Empty);
                return Ok(());
            }
            self.sealed.push((day, part));
            if opened {
                self.doubtful.push((day, part));
            }
        }
        Ok(())
    }

    fn parts(&self, parts: &[(Date, u64)]) -> Result<DataFrame, DataFusionError> {
        let url =
            |(day, through): &(Date, u64)| ListingTableUrl::parse(format!("{STORE}/{}", part_name(*day, *through)));
        let urls = parts.iter().map(url).collect::<Result<_, _>>()?;
        let format = ParquetFormat::default().with_options(self.context.copied_table_options().parquet);
        let options = ListingOptions::new(Arc::new(format)).with_file_extension(".parquet");
        let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema());
        self.context.read_table(Arc::new(ListingTable::try_new(config)?))
    }
}

fn keys(activities: DataFrame, id: &str, phase: &str) -> Result<DataFrame, DataFusionError> {
    activities.select(vec![col("id").alias(id), col("phase").alias(phase)])
}

/// A context for one tables: what it remembers of files must not outlive them.
fn context(layout: &Layout, settings: &ActivitySettings) -> Result<SessionContext, DataFusionError> {
    let mut config = SessionConfig::new().with_target_partitions(settings.search_threads.max(1));
    let parquet = &mut config.options_mut().execution.parquet;
    parquet.pushdown_filters = true;
    parquet.reorder_filters = true;
    parquet.schema_force_view_types = false;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(settings.search_memory.max(16) << 20, 1.0)
        .with_temp_file_path(layout.spill())
        .build_arc()?;
    let store = LocalFileSystem::new_with_prefix(layout.sealed())?;
    runtime.register_object_store(ObjectStoreUrl::parse(STORE)?.as_ref(), Arc::new(store));
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// Whether any moment of the UTC day lies in the span.
fn touches(span: &Range<Timestamp>, day: Date) -> bool {
    span.start < span.end
        && day_of(span.start) <= day
        && day <= day_of(span.end.saturating_sub(Span::new().nanoseconds(1)).unwrap_or(span.end))
}

/// The moments of a span.
pub fn within(span: &Range<Timestamp>) -> Expr {
    let moment = |at: Timestamp| lit(ScalarValue::TimestampNanosecond(Some(nanoseconds(at)), Some("UTC".into())));
    col("at").gt_eq(moment(span.start)).and(col("at").lt(moment(span.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that the program's log could write of an error.
    fn all_words(error: &dyn std::error::Error) -> String {
        let causes = std::iter::successors(Some(error), |error| error.source());
        causes.map(|error| format!("{error} {error:?}")).collect::<Vec<_>>().join(": ")
    }

    #[test]
    fn an_error_says_nothing_of_what_was_searched_for() {
        let quoting = || "search ILIKE '%a private worry%'".to_owned();
        let full = std::io::Error::new(std::io::ErrorKind::StorageFull, quoting());
        for (error, fault) in [
            (DataFusionError::Plan(quoting()), SealedFault::Query),
            (DataFusionError::Execution(quoting()).context(quoting()), SealedFault::Query),
            (DataFusionError::ResourcesExhausted(quoting()).context(quoting()), SealedFault::Memory),
            (DataFusionError::IoError(full), SealedFault::Disk(std::io::ErrorKind::StorageFull)),
        ] {
            let error = SearchError::from(error);
            assert!(matches!(error, SearchError::Sealed(found) if found == fault), "{error:?}");
            assert!(!all_words(&error).contains("worry"), "{}", all_words(&error));
        }
    }
}
