//! Where the records are: a file of SQLite's, or a database of a PostgreSQL server.

#[cfg(feature = "postgres")]
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where the records are kept.
#[derive(Clone)]
pub enum Location {
    Sqlite(PathBuf),
    #[cfg(feature = "postgres")]
    /// Its password is never shown; it may stand in `~/.pgpass` or `PGPASSWORD` instead of the address.
    Postgres(Box<PgConnectOptions>),
}

/// Why an address names no place for records.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    #[error(
        "the records' address begins with neither 'sqlite:' nor 'postgres://'; write 'sqlite:records.sqlite' or 'postgres://user@host/database'"
    )]
    Unknown,
    #[error("the records' address 'sqlite:' names no file; write 'sqlite:records.sqlite'")]
    NoFile,
    #[cfg(feature = "postgres")]
    // The address is not repeated, and neither is its fault in the library's words: both may hold a password.
    #[error("the records' address is none that PostgreSQL knows; write 'postgres://user@host/database'")]
    Postgres,
    #[cfg(not(feature = "postgres"))]
    #[error("this build of the program keeps records in SQLite alone; build it with '--features postgres'")]
    NoPostgres,
}

impl Location {
    /// Reads an address: `sqlite:` and a file, taken from the data folder on, or `postgres://user@host/database`.
    ///
    /// # Errors
    /// An address of neither form.
    pub fn parse(address: &str, data: &Path) -> Result<Location, LocationError> {
        if let Some(file) = address.strip_prefix("sqlite:") {
            return if file.is_empty() { Err(LocationError::NoFile) } else { Ok(Location::Sqlite(data.join(file))) };
        }
        if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
            return Err(LocationError::Unknown);
        }
        postgres(address)
    }
}

#[cfg(feature = "postgres")]
fn postgres(address: &str) -> Result<Location, LocationError> {
    let options: PgConnectOptions = address.parse().map_err(|_| LocationError::Postgres)?;
    Ok(Location::Postgres(Box::new(options)))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<Location, LocationError> {
    Err(LocationError::NoPostgres)
}

impl Location {
    /// The file, where the records are in one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Location::Sqlite(path) => Some(path),
            #[cfg(feature = "postgres")]
            Location::Postgres(_) => None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Sqlite(path) => write!(out, "'{}'", path.display()),
            #[cfg(feature = "postgres")]
            Location::Postgres(options) => {
                let database = options.get_database().unwrap_or(options.get_username());
                write!(out, "PostgreSQL's database '{database}' on '{}'", options.get_host())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<Location, LocationError> {
        Location::parse(address, Path::new("/srv/school"))
    }

    #[test]
    fn a_file_is_taken_from_the_data_folder_on() {
        assert_eq!(parse("sqlite:records.sqlite").unwrap().to_string(), "'/srv/school/records.sqlite'");
        assert_eq!(parse("sqlite:/elsewhere/records.sqlite").unwrap().to_string(), "'/elsewhere/records.sqlite'");
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_password_is_shown_nowhere() {
        let location = parse("postgres://desk:lantern-harbour@db.school.example/records").unwrap();
        let shown = format!("{location} {location:?}");
        assert!(shown.contains("'records' on 'db.school.example'") && !shown.contains("lantern"), "{shown}");
        let wrong = parse("postgres://desk:lantern-harbour@db:port/records").unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("lantern"), "{wrong:?}");
    }

    #[test]
    fn an_address_of_another_kind_is_refused_with_its_mend() {
        for address in ["", "records.sqlite", "mysql://host/records", "sqlite:"] {
            assert!(parse(address).unwrap_err().to_string().contains("sqlite:records.sqlite"), "{address}");
        }
    }
}
