//! The records as they are opened: who reads goes through one look at them, who writes through one change.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use parking_lot::RwLock;

use crate::engine::dialect;
use crate::engine::location::Location;
use crate::engine::transaction::{Pool, Transaction};
use crate::error::Error;
use crate::integrity::chain::{self, Fault, LedgerReport};
use crate::integrity::head::Head;
use crate::integrity::texts;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// The records. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<SharedStore>,
}

#[derive(Debug)]
struct SharedStore {
    location: Location,
    writer: RwLock<Pool>,
    /// Set when the writer failed in a way that its connection may not have survived, as by a full disk.
    broken: Arc<AtomicBool>,
    readers: Pool,
    head: Arc<Head>,
}

impl Store {
    /// Opens the records that are there and brings their tables up to date. `head` is the file beside them in which the
    /// ledger's last entry is noted.
    ///
    /// # Errors
    /// [`Error::NotBegun`] where there are none; [`Error::Cut`] where the ledger once went further; [`Error::Altered`]
    /// where a policy's text is not the one that was published; records that can't be reached, cannot be written, or were written by a
    /// newer program.
    pub async fn open(location: &Location, head: &Path) -> Result<Store, Error> {
        if let Some(path) = location.file() {
            if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
                return Err(Error::NotBegun { location: location.to_string() });
            }
            make_private(path)?;
        }
        let store = Store::at(location, head, dialect::readers(location));
        if !dialect::is_begun(&store.shared.readers).await? {
            return Err(Error::NotBegun { location: location.to_string() });
        }
        let mut reading = store.read().await?;
        chain::check_end(reading.transaction(), &store.shared.head).await?;
        texts::check(reading.transaction()).await?;
        drop(reading);
        dialect::migrate(&store.writer()).await?;
        Ok(store)
    }

    /// Opens the records to read them alone: not a byte of them changes, and neither do their tables.
    ///
    /// # Errors
    /// [`Error::NotBegun`] where there are none; records that can't be reached.
    pub async fn look(location: &Location, head: &Path) -> Result<Store, Error> {
        let store = Store::at(location, head, dialect::onlooker(location));
        let missing = location.file().is_some_and(|path| !path.exists());
        if missing || !dialect::is_begun(&store.shared.readers).await? {
            return Err(Error::NotBegun { location: location.to_string() });
        }
        Ok(store)
    }

    /// Begins records where there are none, readable by the program's user alone.
    ///
    /// # Errors
    /// [`Error::BegunAlready`]; a place that can't be written.
    pub async fn begin(location: &Location, head: &Path) -> Result<Store, Error> {
        if let Some(path) = location.file() {
            make_private(path)?;
        }
        let store = Store::at(location, head, dialect::readers(location));
        if dialect::is_begun(&store.shared.readers).await? {
            return Err(Error::BegunAlready { location: location.to_string() });
        }
        dialect::migrate(&store.writer()).await?;
        store.shared.head.note(&chain::end(store.read().await?.transaction()).await?);
        Ok(store)
    }

    fn at(location: &Location, head: &Path, readers: Pool) -> Store {
        Store {
            shared: Arc::new(SharedStore {
                location: location.clone(),
                writer: RwLock::new(dialect::writer(location)),
                broken: Arc::default(),
                readers,
                head: Arc::new(Head::at(head)),
            }),
        }
    }

    fn writer(&self) -> Pool {
        self.shared.writer.read().clone()
    }

    /// Puts a new writer in the old one's place. A connection that met a full disk stays inside a transaction that no
    /// longer is, and would refuse every change from then on.
    fn renew_writer(&self) {
        let new = dialect::writer(&self.shared.location);
        let old = std::mem::replace(&mut *self.shared.writer.write(), new);
        tokio::spawn(async move { old.close().await });
    }

    /// One look: everything read through it is of one moment.
    pub async fn read(&self) -> Result<Reading, Error> {
        let inner = dialect::begin_reading(&self.shared.readers).await?;
        Ok(Reading::new(Transaction::new(inner, Arc::default())))
    }

    /// Begins a change made at `at`. There is one at a time; the next waits.
    pub async fn change(&self, at: Timestamp) -> Result<Change, Error> {
        let transaction = self.begin_writing().await?;
        Ok(Change::new(at, self.shared.head.clone(), Reading::new(transaction)))
    }

    /// Begins to write. After a failure the writer is made anew, so that changes are kept again as soon as they can be.
    pub(crate) async fn begin_writing(&self) -> Result<Transaction, Error> {
        if self.shared.broken.swap(false, Ordering::AcqRel) {
            self.renew_writer();
        }
        let inner = match dialect::begin_writing(&self.writer()).await {
            Ok(inner) => inner,
            // Many are waiting, and the writer is well.
            Err(error @ sqlx::Error::PoolTimedOut) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the records' writer is made anew");
                self.renew_writer();
                dialect::begin_writing(&self.writer()).await?
            }
        };
        Ok(Transaction::new(inner, self.shared.broken.clone()))
    }

    /// Walks the ledger from its first entry; where all of it fits, holds each published text against it.
    pub async fn verify_ledger(&self) -> Result<LedgerReport, Error> {
        let noted = self.shared.head.read()?;
        let mut reading = self.read().await?;
        let mut report = chain::verify(reading.transaction(), noted).await?;
        if report.fault.is_none() {
            report.fault = match texts::check(reading.transaction()).await {
                Ok(()) => None,
                Err(Error::Altered { policy, number }) => Some(Fault::Text { policy, number }),
                Err(error) => return Err(error),
            };
        }
        Ok(report)
    }

    /// Waits until everything is in the file itself and lets go of it.
    pub async fn close(&self) {
        self.shared.readers.close().await;
        self.writer().close().await;
    }
}

fn make_private(path: &Path) -> Result<(), Error> {
    files::make_private(path).map_err(|cause| Error::File { path: path.display().to_string(), cause })
}
