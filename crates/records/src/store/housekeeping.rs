//! The short list of what is written without a ledger entry, because nobody needs to account for it: when a session was
//! last seen, and whether anything can be written at all.

use domain::SessionId;
use jiff::Timestamp;

use crate::engine::query::query;
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::records_store::Store;

impl Store {
    pub async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), Error> {
        let mut transaction = self.begin_writing().await?;
        query("UPDATE sessions SET last_seen = ?1 WHERE id = ?2 AND ended_at IS NULL AND last_seen < ?1")
            .bind(millis(at))
            .bind(id.to_string())
            .execute(&mut transaction)
            .await?;
        transaction.commit().await
    }

    /// Counts a check in a row kept for that, and waits until it is on the disk: whether a change could be kept now.
    pub async fn check_write(&self) -> Result<(), Error> {
        let mut transaction = self.begin_writing().await?;
        query("UPDATE write_checks SET checks = checks + 1").execute(&mut transaction).await?;
        transaction.commit().await
    }
}
