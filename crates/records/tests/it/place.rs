//! Somewhere to keep records for one test, on either engine, and a way to meddle with them behind the program's back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use records::{Location, Store};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

pub struct Place {
    pub location: Location,
    pub folder: tempfile::TempDir,
}

impl Place {
    pub fn on_sqlite() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        Place { location: Location::Sqlite(folder.path().join("records.sqlite")), folder }
    }

    #[cfg(feature = "postgres")]
    pub async fn on_postgresql() -> Place {
        let address = crate::postgresql::new_database().await;
        let folder = tempfile::tempdir().expect("a folder");
        Place { location: Location::parse(&address, folder.path()).expect("an address"), folder }
    }

    pub async fn begin(&self) -> Store {
        Store::begin(&self.location, &self.head()).await.expect("records are begun")
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.location, &self.head()).await.expect("the records open")
    }

    /// Runs statements past the program, as somebody with the database's password could.
    pub async fn meddle(&self, statements: &str) {
        let statements = AssertSqlSafe(statements.to_owned());
        match &self.location {
            Location::Sqlite(path) => {
                let pool =
                    SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.expect("the file");
                sqlx::raw_sql(statements).execute(&pool).await.expect("the statements run");
                pool.close().await;
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(options) => {
                let pool = sqlx::PgPool::connect_with((**options).clone()).await.expect("the database");
                sqlx::raw_sql(statements).execute(&pool).await.expect("the statements run");
                pool.close().await;
            }
        }
    }

    /// The text of a migration for this engine.
    pub fn migration(&self, name: &str) -> String {
        let engine = match &self.location {
            Location::Sqlite(_) => "sqlite",
            #[cfg(feature = "postgres")]
            Location::Postgres(_) => "postgres",
        };
        let migrations = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        std::fs::read_to_string(migrations.join(engine).join(format!("{name}.sql"))).expect("the migration is there")
    }

    /// Every table's columns: table, column, and whether it holds texts, numbers, or yes and no.
    pub async fn columns(&self) -> Vec<(String, String, &'static str)> {
        let rows: Vec<(String, String, String)> = match &self.location {
            Location::Sqlite(path) => {
                let pool =
                    SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.expect("the file");
                sqlx::query_as(
                    "SELECT tables.name, columns.name, lower(columns.type) FROM sqlite_master AS tables \
                     JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' \
                     AND tables.name NOT LIKE 'sqlite%' AND tables.name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
                     ORDER BY tables.name, columns.name",
                )
                .fetch_all(&pool)
                .await
                .expect("the columns")
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(options) => {
                let pool = sqlx::PgPool::connect_with((**options).clone()).await.expect("the database");
                sqlx::query_as(
                    "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
                     WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx%' \
                     ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"",
                )
                .fetch_all(&pool)
                .await
                .expect("the columns")
            }
        };
        rows.into_iter().map(|(table, column, kind)| (table, column, kind_of(&kind))).collect()
    }

    /// How many rows each table has.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        let tables: BTreeSet<String> = self.columns().await.into_iter().map(|(table, _, _)| table).collect();
        let counts: Vec<String> =
            tables.iter().map(|table| format!("SELECT '{table}', count(*) FROM {table}")).collect();
        let statement = AssertSqlSafe(counts.join(" UNION ALL "));
        let rows: Vec<(String, i64)> = match &self.location {
            Location::Sqlite(path) => {
                let pool =
                    SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.expect("the file");
                sqlx::query_as(statement).fetch_all(&pool).await.expect("the counts")
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(options) => {
                let pool = sqlx::PgPool::connect_with((**options).clone()).await.expect("the database");
                sqlx::query_as(statement).fetch_all(&pool).await.expect("the counts")
            }
        };
        rows.into_iter().collect()
    }

    /// Where the ledger's last entry is noted.
    pub fn head(&self) -> PathBuf {
        self.folder.path().join("ledger-head")
    }

    pub fn sqlite_file(&self) -> PathBuf {
        self.folder.path().join("records.sqlite")
    }
}

fn kind_of(declared: &str) -> &'static str {
    match declared {
        "text" => "text",
        "integer" | "bigint" => "number",
        "boolean" => "yes or no",
        "blob" | "bytea" => "bytes",
        other => panic!("no column of the records is a '{other}'"),
    }
}

/// Each function is a test, once on SQLite and once on PostgreSQL.
macro_rules! on_both_engines {
    ($(async fn $name:ident($place:ident: &Place) $body:block)+) => {
        $(async fn $name($place: &crate::place::Place) $body)+

        mod on_sqlite {
            $(#[tokio::test] async fn $name() { super::$name(&crate::place::Place::on_sqlite()).await })+
        }

        #[cfg(feature = "postgres")]
        mod on_postgresql {
            $(#[tokio::test] async fn $name() { super::$name(&crate::place::Place::on_postgresql().await).await })+
        }
    };
}
pub(crate) use on_both_engines;
