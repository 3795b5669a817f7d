//! Sweeping: whole days that are past keeping go, unless they are held.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use domain::Span;
use files::sync_folder;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::layout::Layout;

/// A day that should be gone and is not. The next sweep takes it up again.
#[derive(Debug, thiserror::Error)]
#[error("the activity of {day} is past keeping and could not be removed: {error}")]
pub struct SweepError {
    pub day: Date,
    pub error: io::Error,
}

/// What a sweep did with the days past keeping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    pub dropped: Vec<Date>,
    /// Past keeping, and left alone because they are held.
    pub held: Vec<Date>,
}

/// The days of the log that have been past keeping since before `now`.
pub fn past_keeping(layout: &Layout, keep_for: Span, now: Timestamp) -> io::Result<Vec<Date>> {
    let days = layout.hot_days()?.union(&layout.sealed_days()?).copied().collect::<BTreeSet<_>>();
    Ok(days.into_iter().filter(|day| is_past_keeping(*day, keep_for, now)).collect())
}

/// A day is kept in full until its last moment has been kept for the span.
fn is_past_keeping(day: Date, keep_for: Span, now: Timestamp) -> bool {
    let end = day.checked_add(1.day()).ok().and_then(|next| next.to_zoned(TimeZone::UTC).ok());
    end.is_some_and(|end| keep_for.after(&end).timestamp() <= now)
}

/// Removes a day. Its segments go first: they are never read back as new after their part has gone.
pub fn remove(layout: &Layout, day: Date) -> Result<(), SweepError> {
    let remove = || -> io::Result<()> {
        remove_folder(&layout.hot_day(day))?;
        sync_folder(&layout.hot())?;
        remove_folder(&layout.sealed_day(day))?;
        sync_folder(&layout.sealed())
    };
    remove().map_err(|error| SweepError { day, error })
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_kept_until_its_last_moment_has_been_kept_for_the_whole_span() {
        let day = jiff::civil::date(2026, 5, 15);
        let keep_for = "30 days".parse().unwrap();
        assert!(!is_past_keeping(day, keep_for, "2026-06-14T23:59:59Z".parse().unwrap()));
        assert!(is_past_keeping(day, keep_for, "2026-06-15T00:00:00Z".parse().unwrap()));
    }
}
