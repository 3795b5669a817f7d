//! The file, one look at it, one change to it.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::ledger::{self, Entry};
use crate::{Error, LedgerReport};

/// How long a writer waits for another before it gives up.
const BUSY: Duration = Duration::from_secs(10);
/// Looks at the store that may go on at the same time.
const READERS: u32 = 4;

/// The records' file. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) writer: SqlitePool,
    readers: SqlitePool,
}

impl Store {
    /// Opens the file at `path`, makes it where there is none, readable by the program's user alone, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// A file that is no SQLite database, cannot be written, or was written by a newer program.
    pub async fn open(path: &Path) -> Result<Store, Error> {
        files::make_private(path).map_err(|cause| Error::File { path: path.display().to_string(), cause })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged must outlive a power cut: every commit waits for the disk.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Store { writer, readers })
    }

    /// One look: everything read through it is of one moment.
    pub async fn read(&self) -> Result<Reading, Error> {
        Ok(Reading { transaction: self.readers.begin().await? })
    }

    /// Begins a change made at `at`. There is one at a time; the next waits.
    pub async fn change(&self, at: Timestamp) -> Result<Change, Error> {
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Change { at, reading: Reading { transaction } })
    }

    /// Walks the ledger from its first entry.
    pub async fn verify_ledger(&self) -> Result<LedgerReport, Error> {
        ledger::verify(self.read().await?.connection()).await
    }

    /// Waits until everything is in the file itself and lets go of it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// One consistent look at the records.
#[derive(Debug)]
pub struct Reading {
    transaction: Transaction<'static, Sqlite>,
}

impl Reading {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// A change to the records that is not yet kept. What it wrote can be read through it.
#[derive(Debug)]
#[must_use = "a change that is not committed leaves nothing"]
pub struct Change {
    at: Timestamp,
    reading: Reading,
}

impl Change {
    /// When the change is made.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Keeps the change and the ledger entry that says what was done: both or neither. When this returns they are on
    /// the disk. Returns the entry's number.
    pub async fn commit(self, entry: Entry) -> Result<u64, Error> {
        self.commit_all(entry, Vec::new()).await
    }

    /// As [`Change::commit`], with further entries where one change did several things. Returns the first one's number.
    pub async fn commit_all(mut self, first: Entry, others: Vec<Entry>) -> Result<u64, Error> {
        let at = self.at;
        let number = ledger::append(self.reading.connection(), at, &first).await?;
        for entry in others {
            ledger::append(self.reading.connection(), at, &entry).await?;
        }
        self.reading.transaction.commit().await?;
        Ok(number)
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
