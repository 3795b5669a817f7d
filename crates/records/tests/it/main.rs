//! The records on real engines: SQLite's file, and Debian's PostgreSQL. What holds on one must hold on the other.

mod access;
mod cases;
mod end_of_ledger;
mod engines;
mod events;
mod full_disk;
mod kept_files;
mod ledger;
mod notices;
mod people;
mod place;
mod policies;
#[cfg(feature = "postgres")]
mod postgresql;
mod register_entries;
mod reported;
mod retention;
mod sample;
mod store;
