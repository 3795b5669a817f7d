//! Searching, for who shows a permit.

use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use domain::{Activity, Category, Outcome, PersonId};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use parquet::errors::ParquetError;
use tokio_util::task::AbortOnDropHandle;

use crate::columns::ColumnError;
use crate::conditions::Condition;
use crate::day::{Day, Unread};
use crate::hot::HotError;
use crate::layout::{Layout, day_of};
use crate::part::PartError;
use crate::permit::ViewingPermit;
use crate::settings::ActivitySettings;

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the activity folder could not be read: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Hot(#[from] HotError),
    #[error(transparent)]
    Column(#[from] ColumnError),
    #[error("a sealed file is missing or damaged; put it back from a backup")]
    Sealed(#[source] ParquetError),
}

impl From<PartError> for SearchError {
    fn from(error: PartError) -> Self {
        match error {
            PartError::Disk(error) => SearchError::Folder(error),
            PartError::Column(error) => SearchError::Column(error),
            PartError::Parquet(error) => SearchError::Sealed(error),
            PartError::Arrow(error) => SearchError::Sealed(error.into()),
        }
    }
}

/// Which of the activities that a permit opens, and how they are shown. `Default` is all of them, the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActivityQuery {
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    pub person: Option<PersonId>,
    /// This host and the names below it; canonical.
    pub host: Option<String>,
    pub outcome: Option<Outcome>,
    pub policy: Option<String>,
    /// The clause's id, without its policy's.
    pub clause: Option<String>,
    pub category: Option<Category>,
    /// Leaves out what is in this category.
    pub without: Option<Category>,
    /// Anywhere in host, path or search term, in capitals or not.
    pub text: Option<String>,
    /// Rows to pass over.
    pub offset: usize,
    /// The most rows to answer; never more than [`ActivitySettings::page_rows`], which also holds for 0.
    pub limit: usize,
    pub order: Order,
}

/// By the time of the request, then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// One page of what was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundActivities {
    pub rows: Vec<Activity>,
    /// How many there are on all pages.
    pub total: u64,
    /// Days, in UTC, of which what was sealed can't be read: what happened on them is missing here.
    pub unreadable: BTreeSet<Date>,
}

/// A day that was read, and how many of its activities are asked for.
struct Counted {
    day: Day,
    count: u64,
}

/// What query and permit both open, one page of it.
pub async fn search(
    layout: &Layout,
    settings: &ActivitySettings,
    span: Range<Timestamp>,
    conditions: Vec<Condition>,
    query: ActivityQuery,
) -> Result<FoundActivities, SearchError> {
    let conditions: Arc<[Condition]> = conditions.into();
    let days = days_of(layout, &span)?;
    // A task for each day, so that days are read side by side; whoever stops waiting stops them.
    let count = |date| {
        let counting = count_day(layout.clone(), date, Arc::clone(&conditions));
        AbortOnDropHandle::new(tokio::spawn(counting))
    };
    let counted = stream::iter(days).map(count).buffered(settings.search_threads.max(1));
    let counted = counted.map(|counted| counted.expect("counting does not panic"));
    let mut counted: Vec<Counted> = counted.try_collect().await?;
    for foreign in counted.iter().flat_map(|counted| &counted.day.foreign) {
        tracing::error!(%foreign, "a search passed over an activity");
    }
    if query.order == Order::NewestFirst {
        counted.reverse();
    }
    let limit = if query.limit == 0 { settings.page_rows } else { query.limit.min(settings.page_rows) };
    let mut rows = Vec::new();
    let mut place = 0;
    while place < counted.len() {
        match page_of_day(&counted, place, &query, limit).await {
            Ok(page) => {
                rows.extend(page);
                place += 1;
            }
            // What was counted of the part was wrong, and so are the pages before.
            Err(Unread::Part(error)) => {
                let Counted { day, count } = &mut counted[place];
                day.leave_out_part(error);
                *count = day.count().await?;
                (rows, place) = (Vec::new(), 0);
            }
            Err(Unread::Lines(error)) => return Err(error.into()),
        }
    }
    let unreadable =
        counted.iter().filter(|counted| counted.day.unreadable.is_some()).map(|counted| counted.day.date).collect();
    Ok(FoundActivities { rows, total: counted.iter().map(|counted| counted.count).sum(), unreadable })
}

async fn count_day(layout: Layout, date: Date, conditions: Arc<[Condition]>) -> Result<Counted, SearchError> {
    let mut day = Day::read(&layout, date, u64::MAX, conditions)?;
    let count = match guarded(day.count()).await {
        Ok(count) => count,
        Err(error) => {
            day.leave_out_part(error);
            day.count().await?
        }
    };
    Ok(Counted { day, count })
}

/// What one of the days has on the page that is asked for, in the order that is asked for.
async fn page_of_day(
    counted: &[Counted],
    place: usize,
    query: &ActivityQuery,
    limit: usize,
) -> Result<Vec<Activity>, Unread> {
    let in_rows = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let before: u64 = counted[..place].iter().map(|counted| counted.count).sum();
    let (day, count) = (&counted[place].day, in_rows(counted[place].count));
    let skip = query.offset.saturating_sub(in_rows(before)).min(count);
    let end = query.offset.saturating_add(limit).saturating_sub(in_rows(before)).min(count);
    if skip >= end {
        return Ok(Vec::new());
    }
    let newest_first = query.order == Order::NewestFirst;
    let first = if newest_first { count - end } else { skip };
    let mut rows = guarded(day.page(first, end - skip)).await?;
    if newest_first {
        rows.reverse();
    }
    Ok(rows)
}

/// A damaged part on which its reader panics is one that can't be read.
async fn guarded<T, E: From<PartError>>(reading: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let read = AssertUnwindSafe(reading).catch_unwind().await;
    read.unwrap_or_else(|_| Err(PartError::reader_gave_up().into()))
}

/// The days that a span touches, the oldest first.
fn days_of(layout: &Layout, span: &Range<Timestamp>) -> Result<Vec<Date>, SearchError> {
    let sealed = layout.sealed_days()?;
    Ok(sealed.union(&layout.hot_days()?).copied().filter(|day| touches(span, *day)).collect())
}

/// Whether any moment of the UTC day lies in the span.
fn touches(span: &Range<Timestamp>, day: Date) -> bool {
    span.start < span.end
        && day_of(span.start) <= day
        && day <= day_of(span.end.saturating_sub(Span::new().nanoseconds(1)).unwrap_or(span.end))
}

/// The moments that both query and permit open.
pub fn span_of(permit: &ViewingPermit, query: &ActivityQuery) -> Range<Timestamp> {
    let from = query.from.map_or(permit.from(), |from| from.max(permit.from()));
    let until = query.until.map_or(permit.until(), |until| until.min(permit.until()));
    from..until
}

/// What both query and permit ask of an activity. What is cheap to ask comes first.
pub fn conditions_of(permit: &ViewingPermit, query: &ActivityQuery) -> Vec<Condition> {
    let of_query = [
        query.person.map(Condition::Person),
        query.outcome.map(Condition::Outcome),
        query.policy.clone().map(Condition::Policy),
        query.clause.clone().map(Condition::Clause),
        query.host.clone().map(Condition::Host),
        query.category.map(Condition::In),
        query.without.map(Condition::NotIn),
        query.text.as_ref().map(|text| Condition::Text(text.to_lowercase())),
    ];
    let of_permit = [Some(Condition::Span(span_of(permit, query))), Condition::of_subject(permit.subject())];
    let audiences = Some(Condition::Of(permit.audiences().clone()));
    of_permit.into_iter().chain(of_query).chain([audiences]).flatten().collect()
}
