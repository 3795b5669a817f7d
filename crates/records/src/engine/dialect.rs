//! All that differs between SQLite and PostgreSQL. The rest of this crate writes one SQL, which both understand:
//! parameters as `?` or `?1`, `LIKE` that takes capitals for small letters, `ON CONFLICT` for what may stand there already.

#[cfg(feature = "postgres")]
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
#[cfg(feature = "postgres")]
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::engine::location::Location;
use crate::engine::query::query;
use crate::engine::transaction::{EngineTransaction, Pool, Transaction};
use crate::error::Error;

/// How long a writer waits for another process's change before it gives up.
const BUSY: Duration = Duration::from_secs(10);
/// Rows that SQLite's own thread reads ahead of whoever asked. With few of them the two threads take turns all through a
/// large table.
const ROWS_AHEAD: usize = 1_024;
/// Looks at the store that may go on at the same time.
const READERS: u32 = 4;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");
#[cfg(feature = "postgres")]
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

#[cfg(feature = "postgres")]
/// SQLite lets one process write at a time by itself. PostgreSQL would let two, and a verb that looks before it writes
/// would not see what the other is about to keep: so changes queue for this lock.
const POSTGRES_BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(7310868)";

/// Whether the records have been begun here: their newest table is older than every version of the program.
const SQLITE_BEGUN: &str = "SELECT count(*) AS total FROM sqlite_master WHERE type = 'table' AND name = 'ledger_head'";
#[cfg(feature = "postgres")]
const POSTGRES_BEGUN: &str =
    "SELECT count(*) AS total FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'ledger_head'";

/// The one connection that writes, made when it is first asked for.
pub(crate) fn writer(location: &Location) -> Pool {
    match location {
        Location::Sqlite(path) => {
            Pool::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_lazy_with(sqlite(path)))
        }
        #[cfg(feature = "postgres")]
        Location::Postgres(options) => {
            Pool::Postgres(PgPoolOptions::new().max_connections(1).connect_lazy_with(PgConnectOptions::clone(options)))
        }
    }
}

/// Connections that can't write.
pub(crate) fn readers(location: &Location) -> Pool {
    match location {
        Location::Sqlite(path) => Pool::Sqlite(
            SqlitePoolOptions::new()
                .max_connections(READERS)
                .connect_lazy_with(sqlite(path).pragma("query_only", "ON")),
        ),
        #[cfg(feature = "postgres")]
        Location::Postgres(options) => Pool::Postgres(
            PgPoolOptions::new().max_connections(READERS).connect_lazy_with(PgConnectOptions::clone(options)),
        ),
    }
}

/// One connection that leaves no trace: it neither migrates nor writes a byte beside the file.
pub(crate) fn onlooker(location: &Location) -> Pool {
    match location {
        Location::Sqlite(path) => {
            // With a log of unfinished changes beside it somebody may have the file open; without one it stands still.
            let mut log = path.as_os_str().to_owned();
            log.push("-wal");
            let stands_still = !Path::new(&log).exists();
            let options =
                SqliteConnectOptions::new().filename(path).read_only(true).immutable(stands_still).busy_timeout(BUSY);
            Pool::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options))
        }
        #[cfg(feature = "postgres")]
        Location::Postgres(_) => readers(location),
    }
}

fn sqlite(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // What was acknowledged must outlive a power cut: every commit waits for the disk.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .row_buffer_size(ROWS_AHEAD)
}

/// Brings the tables up to date.
pub(crate) async fn migrate(pool: &Pool) -> Result<(), Error> {
    match pool {
        Pool::Sqlite(pool) => SQLITE_MIGRATIONS.run(pool).await?,
        #[cfg(feature = "postgres")]
        Pool::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
    }
    Ok(())
}

/// Whether there are records at all.
pub(crate) async fn is_begun(pool: &Pool) -> Result<bool, Error> {
    let text = match pool {
        Pool::Sqlite(_) => SQLITE_BEGUN,
        #[cfg(feature = "postgres")]
        Pool::Postgres(_) => POSTGRES_BEGUN,
    };
    let mut transaction = Transaction::new(begin_reading(pool).await?, Arc::default());
    Ok(query(text).fetch_one(&mut transaction).await?.number("total")? > 0)
}

/// One moment of the records, whatever is written meanwhile.
pub(crate) async fn begin_reading(pool: &Pool) -> Result<EngineTransaction, sqlx::Error> {
    Ok(match pool {
        Pool::Sqlite(pool) => EngineTransaction::Sqlite(pool.begin().await?),
        #[cfg(feature = "postgres")]
        Pool::Postgres(pool) => {
            EngineTransaction::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
        }
    })
}

/// A change: the next one waits until this is over.
pub(crate) async fn begin_writing(pool: &Pool) -> Result<EngineTransaction, sqlx::Error> {
    Ok(match pool {
        Pool::Sqlite(pool) => EngineTransaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
        #[cfg(feature = "postgres")]
        Pool::Postgres(pool) => EngineTransaction::Postgres(pool.begin_with(POSTGRES_BEGIN).await?),
    })
}

#[cfg(feature = "postgres")]
/// The text as PostgreSQL reads it: `$1` for parameters, `ILIKE` for `LIKE`. No text here holds a question mark or the
/// word LIKE in quotes.
pub(crate) fn for_postgres(text: &str) -> Cow<'_, str> {
    if !text.contains('?') && !text.contains(" LIKE ") {
        return Cow::Borrowed(text);
    }
    let text = text.replace(" LIKE ", " ILIKE ");
    let mut out = String::with_capacity(text.len() + 16);
    let mut next = 1;
    for (place, part) in text.split('?').enumerate() {
        if place > 0 {
            out.push('$');
            if !part.starts_with(|letter: char| letter.is_ascii_digit()) {
                out.push_str(&next.to_string());
                next += 1;
            }
        }
        out.push_str(part);
    }
    Cow::Owned(out)
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_in_their_order_or_as_they_say() {
        assert_eq!(for_postgres("INSERT INTO a VALUES (?, ?)"), "INSERT INTO a VALUES ($1, $2)");
        assert_eq!(for_postgres("SELECT ?2, ?10, ?2"), "SELECT $2, $10, $2");
        assert_eq!(for_postgres("a LIKE ?1"), "a ILIKE $1");
    }
}
