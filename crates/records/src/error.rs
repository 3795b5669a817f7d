//! What can go wrong with the store.

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
    #[error("the records' file '{path}' cannot be made private to the program: {cause}")]
    File { path: String, cause: std::io::Error },
    #[error("column '{column}' of the records holds a value that cannot be read: {cause}")]
    Column { column: &'static str, value: String, cause: String },
}

impl Error {
    /// Whether a row with these unique values stands there already.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Error::Store(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}
