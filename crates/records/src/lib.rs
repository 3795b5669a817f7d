//! What the school keeps about people and what they did, and the ledger of it: in a file of SQLite's or, in builds with
//! the feature `postgres`, in a database of a PostgreSQL server. All that differs between the two is in `engine/dialect.rs`.
//!
//! This crate is the only one that speaks SQL. It knows neither policies' meaning nor who may do what: that is for
//! `actions`, which is its only caller.
//!
//! Reading goes through a [`Reading`], one consistent look at the store. Writing goes through a [`Change`], which can
//! only be kept by [`Change::commit`] with the ledger entry that says what was done: what is not told is not done. A
//! change that is dropped leaves nothing. What nobody needs to account for (when a session was last seen) is the short list of
//! methods in `store/housekeeping.rs`, and what became of a notice, in `notices/outbox.rs`.
//!
//! To keep a new thing: its table in a new file of `migrations/sqlite/` and one of
//! the same name in `migrations/postgres/`; its columns in `column_exposure.rs`; how long its rows are kept in
//! `retention.rs`; a file of its own in the folder of its noun
//! with its plain struct, what reads it on [`Reading`] and what writes it on [`Change`].

mod access;
mod cases;
mod column_exposure;
mod engine;
mod error;
mod integrity;
mod notices;
mod people;
mod policies;
mod registers;
mod retention;
mod signing;
mod store;
mod viewing;

pub use access::*;
pub use cases::*;
pub use column_exposure::{COLUMNS, Exposure};
pub use engine::*;
pub use error::Error;
pub use integrity::*;
pub use notices::*;
pub use people::*;
pub use policies::*;
pub use registers::*;
pub use retention::{KeptFor, RETENTION, RetentionPeriod, TableRetention};
pub use signing::*;
pub use store::*;
pub use viewing::*;
