//! One statement with its values, run on whichever engine keeps the records.

use std::borrow::Cow;

use sqlx::AssertSqlSafe;
#[cfg(feature = "postgres")]
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

#[cfg(feature = "postgres")]
use crate::engine::dialect::for_postgres;
use crate::engine::transaction::{EngineTransaction, Transaction};
use crate::error::Error;

/// What stands in a column: texts, numbers, yes or no, and the bytes of a file.
#[derive(Clone)]
pub(crate) enum SqlValue {
    Text(Option<String>),
    Number(Option<i64>),
    Flag(bool),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($type:ty => $value:ident, $make:expr;)+) => {
        $(impl From<$type> for SqlValue {
            fn from(value: $type) -> SqlValue {
                SqlValue::$value($make(value))
            }
        })+
    };
}

value_from! {
    &str => Text, |text: &str| Some(text.to_owned());
    &String => Text, |text: &String| Some(text.clone());
    String => Text, Some;
    Option<String> => Text, |text| text;
    &Option<String> => Text, Option::<String>::clone;
    Option<&str> => Text, |text: Option<&str>| text.map(str::to_owned);
    i64 => Number, Some;
    Option<i64> => Number, |number| number;
    bool => Flag, |flag| flag;
    Vec<u8> => Bytes, |bytes| bytes;
}

/// One row, whichever engine it came from.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    #[cfg(feature = "postgres")]
    Postgres(PgRow),
}

/// How many parameters one statement has at most. SQLite takes 32,766 and PostgreSQL 65,535; beyond a few thousand
/// there is nothing more to gain.
pub(crate) const MAX_PARAMETERS: usize = 8_192;

pub(crate) struct Query {
    text: Cow<'static, str>,
    values: Vec<SqlValue>,
}

/// A statement. Its text is made of constants alone: what people typed is bound.
pub(crate) fn query(text: impl Into<Cow<'static, str>>) -> Query {
    Query { text: text.into(), values: Vec::new() }
}

/// The statement in an engine's own type, its values bound.
macro_rules! bound {
    ($text:expr, $values:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($text));
        for value in $values {
            query = match value {
                SqlValue::Text(text) => query.bind(text),
                SqlValue::Number(number) => query.bind(number),
                SqlValue::Flag(flag) => query.bind(flag),
                SqlValue::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }};
}

impl Query {
    pub(crate) fn bind(mut self, value: impl Into<SqlValue>) -> Query {
        self.values.push(value.into());
        self
    }

    pub(crate) async fn fetch_all(self, transaction: &mut Transaction) -> Result<Vec<Row>, Error> {
        let rows = match transaction.inner() {
            EngineTransaction::Sqlite(inner) => {
                let rows = bound!(self.text.into_owned(), self.values).fetch_all(&mut **inner).await;
                rows.map(|rows| rows.into_iter().map(Row::Sqlite).collect())
            }
            #[cfg(feature = "postgres")]
            EngineTransaction::Postgres(inner) => {
                let text = for_postgres(&self.text).into_owned();
                let rows = bound!(text, self.values).fetch_all(&mut **inner).await;
                rows.map(|rows| rows.into_iter().map(Row::Postgres).collect())
            }
        };
        transaction.noting(rows)
    }

    pub(crate) async fn fetch_optional(self, transaction: &mut Transaction) -> Result<Option<Row>, Error> {
        Ok(self.fetch_all(transaction).await?.into_iter().next())
    }

    pub(crate) async fn fetch_one(self, transaction: &mut Transaction) -> Result<Row, Error> {
        self.fetch_optional(transaction).await?.ok_or(Error::Store(sqlx::Error::RowNotFound))
    }

    /// How many rows it changed.
    pub(crate) async fn execute(self, transaction: &mut Transaction) -> Result<u64, Error> {
        let done = match transaction.inner() {
            EngineTransaction::Sqlite(inner) => {
                let done = bound!(self.text.into_owned(), self.values).execute(&mut **inner).await;
                done.map(|done| done.rows_affected())
            }
            #[cfg(feature = "postgres")]
            EngineTransaction::Postgres(inner) => {
                let text = for_postgres(&self.text).into_owned();
                bound!(text, self.values).execute(&mut **inner).await.map(|done| done.rows_affected())
            }
        };
        transaction.noting(done)
    }
}

/// A pattern that finds `text` anywhere, its own wildcards taken as letters.
pub(crate) fn like(text: &str) -> String {
    let escaped = text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Writes many rows with few statements: each is `before`, the parameters of its rows in parentheses, and `after`.
pub(crate) async fn write_rows<const COLUMNS: usize>(
    transaction: &mut Transaction,
    before: &str,
    rows: &[[SqlValue; COLUMNS]],
    after: &str,
) -> Result<(), Error> {
    let parameters = format!("({})", ["?"; COLUMNS].join(", "));
    for rows in rows.chunks(MAX_PARAMETERS / COLUMNS) {
        let all = vec![parameters.as_str(); rows.len()].join(", ");
        let statement = Query { text: format!("{before} {all} {after}").into(), values: rows.as_flattened().to_vec() };
        statement.execute(transaction).await?;
    }
    Ok(())
}
