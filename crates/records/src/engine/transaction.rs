//! A pool of connections and one transaction on it, whichever engine keeps the records.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::Sqlite;
#[cfg(feature = "postgres")]
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use crate::error::Error;

#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(PgPool),
}

impl Pool {
    pub(crate) async fn close(&self) {
        match self {
            Pool::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

#[derive(Debug)]
pub(crate) enum EngineTransaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// One transaction. Dropped before it is committed, it leaves nothing.
#[derive(Debug)]
pub(crate) struct Transaction {
    inner: EngineTransaction,
    /// Set when its connection can no longer be relied on.
    broken: Arc<AtomicBool>,
}

impl Transaction {
    pub(crate) fn new(inner: EngineTransaction, broken: Arc<AtomicBool>) -> Transaction {
        Transaction { inner, broken }
    }

    pub(crate) fn inner(&mut self) -> &mut EngineTransaction {
        &mut self.inner
    }

    /// Passes a statement's outcome on, and remembers a failure that may have ended the transaction behind its back, as
    /// a full disk does.
    pub(crate) fn noting<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, Error> {
        if outcome.as_ref().is_err_and(|error| !is_about_content(error)) {
            self.broken.store(true, Ordering::Release);
        }
        Ok(outcome?)
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        let outcome = match self.inner {
            EngineTransaction::Sqlite(inner) => inner.commit().await,
            #[cfg(feature = "postgres")]
            EngineTransaction::Postgres(inner) => inner.commit().await,
        };
        if outcome.is_err() {
            self.broken.store(true, Ordering::Release);
        }
        Ok(outcome?)
    }
}

/// Whether a constraint of the tables refused what was to be written: nothing is wrong with the store.
fn is_about_content(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind;
    matches!(error, sqlx::Error::Database(error) if matches!(
        error.kind(),
        ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation | ErrorKind::CheckViolation
    ))
}
