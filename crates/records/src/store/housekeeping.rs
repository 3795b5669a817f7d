//! The short list of what is written without a ledger entry, because nobody needs to account for it: when a session was
//! last seen, and mistyped passwords, which are counted for a quarter of an hour and then forgotten.

use domain::SessionId;
use jiff::Timestamp;

use crate::engine::query::query;
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::reading::Reading;
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

    /// Remembers a failed sign-in of `subjects` (a username, an address), and forgets all before `forget`.
    pub async fn note_failure(&self, subjects: &[String], at: Timestamp, forget: Timestamp) -> Result<(), Error> {
        let mut transaction = self.begin_writing().await?;
        query("DELETE FROM sign_in_failures WHERE at < ?").bind(millis(forget)).execute(&mut transaction).await?;
        for subject in subjects {
            query("INSERT INTO sign_in_failures (subject, at) VALUES (?, ?)")
                .bind(subject)
                .bind(millis(at))
                .execute(&mut transaction)
                .await?;
        }
        transaction.commit().await
    }

    pub async fn forget_failures(&self, subject: &str) -> Result<(), Error> {
        let mut transaction = self.begin_writing().await?;
        query("DELETE FROM sign_in_failures WHERE subject = ?").bind(subject).execute(&mut transaction).await?;
        transaction.commit().await
    }

    /// Writes a row, takes it away again and waits until that is on the disk: whether a change could be kept now. Setting
    /// a column to what it is would not do, for SQLite then writes nothing.
    pub async fn check_write(&self) -> Result<(), Error> {
        let mut transaction = self.begin_writing().await?;
        for text in [
            "INSERT INTO sign_in_failures (subject, at) VALUES (?, 0)",
            "DELETE FROM sign_in_failures WHERE subject = ? AND at = 0",
        ] {
            query(text).bind("a check of writing").execute(&mut transaction).await?;
        }
        transaction.commit().await
    }
}

impl Reading {
    /// When `subject` failed to sign in since `since`, oldest first.
    pub async fn failures(&mut self, subject: &str, since: Timestamp) -> Result<Vec<Timestamp>, Error> {
        let rows = query("SELECT at FROM sign_in_failures WHERE subject = ? AND at >= ? ORDER BY at")
            .bind(subject)
            .bind(millis(since))
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(|row| row.time("at")).collect()
    }
}
