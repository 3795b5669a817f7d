//! Removing what the records have kept for long enough.

use std::collections::BTreeMap;

use domain::Span;
use records::{Event, KeptFor, RETENTION, TableRetention};

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;

impl Desk {
    /// Removes from the records what is past keeping, and says in the ledger how many rows of which tables went.
    ///
    /// # Errors
    /// Records that can't be reached; then nothing is removed.
    pub async fn sweep_records(&self) -> Result<BTreeMap<&'static str, u64>, Unavailable> {
        let sweeping = Authorised::program(Verb::SweepRecords);
        let now = self.now().to_zoned(self.time_zone().clone());
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
        }
        Ok(removed)
    }

    /// How long the school keeps the rows of a table, where it sets that.
    fn time_kept(&self, table: &TableRetention) -> Option<Span> {
        match table.kept_for {
            KeptFor::Period { period, .. } => self.settings().retention.time(period),
            KeptFor::Always | KeptFor::Parent { .. } => None,
        }
    }
}
