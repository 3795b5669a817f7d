//! What can go wrong with the store.

use domain::FileId;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the records cannot be reached: {0}")]
    Store(#[from] sqlx::Error),
    #[error("the records' tables cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("there are no records at {location}")]
    NotBegun { location: String },
    #[error("there are records at {location} already")]
    BegunAlready { location: String },
    #[error(
        "the records end at entry {end} of the ledger, but entry {noted} was written: older or other records stand in \
         their place. Put the newest copy back. If there is no newer one, remove '{path}', and tell the governors which \
         entries are lost"
    )]
    Cut { noted: u64, end: u64, path: String },
    #[error(
        "'{path}' does not say where the ledger ends; put a copy of it back, or remove it after 'schoolgate ledger verify'"
    )]
    Head { path: String },
    #[error(
        "the text of '{policy}', version {number}, is not the one that the ledger says was published. Put a copy of the \
         records back in which it is"
    )]
    Altered { policy: String, number: i64 },
    #[error(
        "the content of the file {file} of a report or a request is not what was added. Put a copy of the records back in which it is"
    )]
    AlteredFile { file: FileId },
    #[error("the records' file '{path}' cannot be made private to the program: {cause}")]
    File { path: String, cause: std::io::Error },
    // Neither the value nor what its reader said of it: both may be about a person, and this goes to the program's log.
    #[error("column '{column}' of the records holds a value that cannot be read")]
    Column { column: &'static str, value: String, cause: String },
}

impl Error {
    /// Whether a row with these unique values stands there already.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Error::Store(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}
