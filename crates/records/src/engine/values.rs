//! How nouns stand in columns.

use std::fmt::Display;
use std::str::FromStr;

use domain::Role;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Decode, Row as _, Sqlite, Type};

use crate::engine::query::Row;
use crate::error::Error;

/// Milliseconds since 1970.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub(crate) fn maybe_millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(millis)
}

pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("nouns have a form in JSON")
}

fn parse<T: FromStr<Err: Display>>(column: &'static str, value: String) -> Result<T, Error> {
    value.parse().map_err(|cause: T::Err| Error::Column { column, value: value.clone(), cause: cause.to_string() })
}

/// What every engine gives back as the same type.
pub(crate) trait Stored: for<'row> Decode<'row, Sqlite> + Type<Sqlite> + StoredToo {}
impl<T: for<'row> Decode<'row, Sqlite> + Type<Sqlite> + StoredToo> Stored for T {}

#[cfg(feature = "postgres")]
pub(crate) trait StoredToo: for<'row> Decode<'row, sqlx::Postgres> + Type<sqlx::Postgres> {}
#[cfg(feature = "postgres")]
impl<T: for<'row> Decode<'row, sqlx::Postgres> + Type<sqlx::Postgres>> StoredToo for T {}

#[cfg(not(feature = "postgres"))]
pub(crate) trait StoredToo {}
#[cfg(not(feature = "postgres"))]
impl<T> StoredToo for T {}

/// One row, column by column, in the nouns' types.
impl Row {
    fn get<T: Stored>(&self, column: &'static str) -> Result<T, Error> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, Error> {
        self.get(column)
    }

    pub(crate) fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Error> {
        self.get(column)
    }

    pub(crate) fn number(&self, column: &'static str) -> Result<i64, Error> {
        self.get(column)
    }

    pub(crate) fn maybe_number(&self, column: &'static str) -> Result<Option<i64>, Error> {
        self.get(column)
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, Error> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, Error> {
        time(column, self.get(column)?)
    }

    pub(crate) fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, Error> {
        self.get::<Option<i64>>(column)?.map(|value| time(column, value)).transpose()
    }

    /// A value that is written as one word.
    pub(crate) fn word<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T, Error> {
        parse(column, self.text(column)?)
    }

    pub(crate) fn maybe_word<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<Option<T>, Error> {
        self.maybe_text(column)?.map(|text| parse(column, text)).transpose()
    }

    /// The role whose name stands there.
    pub(crate) fn role(&self, column: &'static str) -> Result<Role, Error> {
        role(column, self.text(column)?)
    }

    pub(crate) fn maybe_role(&self, column: &'static str) -> Result<Option<Role>, Error> {
        self.maybe_text(column)?.map(|value| role(column, value)).transpose()
    }

    /// The roles whose names stand there, with a space between.
    pub(crate) fn roles(&self, column: &'static str) -> Result<Vec<Role>, Error> {
        let names = self.maybe_text(column)?.unwrap_or_default();
        names.split_whitespace().map(|name| role(column, name.to_owned())).collect()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        let value = self.text(column)?;
        serde_json::from_str(&value).map_err(|cause| Error::Column { column, value, cause: cause.to_string() })
    }
}

fn role(column: &'static str, value: String) -> Result<Role, Error> {
    Role::named(&value).map_err(|cause| Error::Column { column, value, cause: cause.to_string() })
}

fn time(column: &'static str, value: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(value).map_err(|cause| Error::Column {
        column,
        value: value.to_string(),
        cause: cause.to_string(),
    })
}
