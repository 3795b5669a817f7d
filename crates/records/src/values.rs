//! How nouns stand in columns.

use std::fmt::Display;
use std::str::FromStr;

use domain::Role;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::Error;

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

/// Reads one row, column by column, in the nouns' types.
pub(crate) trait Columns {
    fn text(&self, column: &'static str) -> Result<String, Error>;
    fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Error>;
    fn time(&self, column: &'static str) -> Result<Timestamp, Error>;
    fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, Error>;
    fn number(&self, column: &'static str) -> Result<i64, Error>;
    fn flag(&self, column: &'static str) -> Result<bool, Error>;

    /// A value that is written as one word.
    fn word<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T, Error> {
        parse(column, self.text(column)?)
    }

    fn maybe_word<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<Option<T>, Error> {
        self.maybe_text(column)?.map(|text| parse(column, text)).transpose()
    }

    /// The role whose name stands there.
    fn role(&self, column: &'static str) -> Result<Role, Error> {
        let value = self.text(column)?;
        Role::named(&value).map_err(|cause| Error::Column { column, value, cause: cause.to_string() })
    }

    fn maybe_role(&self, column: &'static str) -> Result<Option<Role>, Error> {
        self.maybe_text(column)?.map(|_| self.role(column)).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        let value = self.text(column)?;
        serde_json::from_str(&value).map_err(|cause| Error::Column { column, value, cause: cause.to_string() })
    }
}

fn parse<T: FromStr<Err: Display>>(column: &'static str, value: String) -> Result<T, Error> {
    value.parse().map_err(|cause: T::Err| Error::Column { column, value: value.clone(), cause: cause.to_string() })
}

impl Columns for SqliteRow {
    fn text(&self, column: &'static str) -> Result<String, Error> {
        Ok(self.try_get(column)?)
    }

    fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Error> {
        Ok(self.try_get(column)?)
    }

    fn time(&self, column: &'static str) -> Result<Timestamp, Error> {
        let value: i64 = self.try_get(column)?;
        Timestamp::from_millisecond(value).map_err(|cause| Error::Column {
            column,
            value: value.to_string(),
            cause: cause.to_string(),
        })
    }

    fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, Error> {
        let value: Option<i64> = self.try_get(column)?;
        value.map(|_| self.time(column)).transpose()
    }

    fn number(&self, column: &'static str) -> Result<i64, Error> {
        Ok(self.try_get(column)?)
    }

    fn flag(&self, column: &'static str) -> Result<bool, Error> {
        Ok(self.try_get(column)?)
    }
}
