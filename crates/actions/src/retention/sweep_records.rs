//! Removing what the records have kept for long enough.

use std::collections::BTreeMap;

use activity::SweepSettings;
use domain::Span;
use records::{Event, KeptFor, RETENTION, TableRetention};

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;

/// What a sweep of the records removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordsSweep {
    /// How many rows of each table.
    pub removed: BTreeMap<&'static str, u64>,
    /// Whether nothing was looked at, because the clock can't be believed.
    pub doubted: bool,
}

impl Desk {
    /// Removes from the records what is past keeping, and says in the ledger how many rows of which tables went. Nothing
    /// goes by a clock that may be wrong: the ledger is the witness, as the activity log is for its own days.
    ///
    /// # Errors
    /// Records that can't be reached; then nothing is removed.
    pub async fn sweep_records(&self, settings: &SweepSettings) -> Result<RecordsSweep, Unavailable> {
        let sweeping = Authorised::program(Verb::SweepRecords);
        let now = self.now().to_zoned(self.time_zone().clone());
        if self.ledger_doubts(&sweeping, settings).await? {
            return Ok(RecordsSweep { doubted: true, ..RecordsSweep::default() });
        }
        let most = self.settings().retention.rows_at_once.get();
        let mut change = self.begin_within(self.turn().await, &sweeping).await?;
        let mut removed = BTreeMap::new();
        for table in RETENTION {
            let Some(cutoff) = self.time_kept(table).and_then(|time| time.fixed_before(&now)) else { continue };
            let rows = change.remove_past_keeping(table, cutoff.timestamp(), most).await?;
            if rows > 0 {
                removed.insert(table.table, rows);
            }
        }
        if !removed.is_empty() {
            change.commit(&sweeping, Event::SweepRecords { removed: removed.clone() }).await?;
            // A case that is past keeping goes with the receipts for it that were awaited still.
            if removed.contains_key("cases") {
                self.stores().mark_stale();
            }
        }
        Ok(RecordsSweep { removed, doubted: false })
    }

    /// Whether the ledger has a gap that no school has, and has not gone on since for as long as makes a clock trusted: a
    /// clock that is years ahead when the program starts leaves one.
    pub(crate) async fn ledger_doubts(&self, by: &Authorised, settings: &SweepSettings) -> Result<bool, Unavailable> {
        let now = self.now().to_zoned(self.time_zone().clone());
        let Some(since) = settings.trusted_after.fixed_before(&now) else { return Ok(false) };
        let around = self.stores().read(by).await?.ledger_around(since.timestamp()).await?;
        Ok(around.is_some_and(|(before, after)| {
            let before = before.to_zoned(now.time_zone().clone());
            let quiet_ends = settings.longest_quiet.fixed_after(&before);
            quiet_ends.is_some_and(|end| end.timestamp() <= after.unwrap_or(now.timestamp()))
        }))
    }

    /// How long the school keeps the rows of a table, where it sets that.
    fn time_kept(&self, table: &TableRetention) -> Option<Span> {
        match table.kept_for {
            KeptFor::Period { period, .. } => self.settings().retention.time(period),
            KeptFor::Always | KeptFor::Parent { .. } => None,
        }
    }
}
