//! One change to the records.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use jiff::Timestamp;

use crate::error::Error;
use crate::integrity::chain::{self, LedgerEntry};
use crate::integrity::head::Head;
use crate::store::reading::Reading;

/// A change to the records that is not yet kept. What it wrote can be read through it.
#[derive(Debug)]
#[must_use = "a change that is not committed leaves nothing"]
pub struct Change {
    at: Timestamp,
    head: Arc<Head>,
    reading: Reading,
}

impl Change {
    pub(crate) fn new(at: Timestamp, head: Arc<Head>, reading: Reading) -> Change {
        Change { at, head, reading }
    }

    /// When the change is made.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Keeps the change and the ledger entry that says what was done: both or neither. When this returns they are on
    /// the disk. Returns the entry's number.
    pub async fn commit(self, entry: LedgerEntry) -> Result<u64, Error> {
        self.commit_all(entry, Vec::new()).await
    }

    /// As [`Change::commit`], with further entries where one change did several things. Returns the first one's number.
    pub async fn commit_all(mut self, first: LedgerEntry, others: Vec<LedgerEntry>) -> Result<u64, Error> {
        let mut entries = vec![first];
        entries.extend(others);
        let last = chain::append(self.reading.transaction(), self.at, &entries).await?;
        self.reading.into_transaction().commit().await?;
        self.head.note(&last);
        Ok(last.sequence.unsigned_abs() + 1 - entries.len() as u64)
    }
}

impl Deref for Change {
    type Target = Reading;
    fn deref(&self) -> &Reading {
        &self.reading
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Reading {
        &mut self.reading
    }
}
