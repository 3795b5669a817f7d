//! What the school keeps about people and what they did, and the ledger of it: in a file of SQLite's or, in builds with
//! the feature `postgres`, in a database of a PostgreSQL server. All that differs between the two is in `dialect.rs`.
//!
//! This room is the only one that speaks SQL. It knows neither policies' meaning nor who may do what: that is for
//! `actions`, which is its only caller.
//!
//! Reading goes through a [`Reading`], one consistent look at the store. Writing goes through a [`Change`], which can
//! only be kept by [`Change::commit`] with the ledger entry that says what was done: what is not told is not done. A
//! change that is dropped leaves nothing. What nobody needs to account for (when a session was last seen, a mistyped
//! password) is the short list of methods in `housekeeping.rs`.
//!
//! To keep a new thing: its table in a new file of `migrations/sqlite/` and one of
//! the same name in `migrations/postgres/`; its columns in `exposure.rs`; a file of its own here
//! with its plain struct, what reads it on [`Reading`] and what writes it on [`Change`].

mod agreements;
mod canonical;
mod credentials;
mod declines;
mod dialect;
mod error;
mod exposure;
mod grants;
mod head;
mod housekeeping;
mod ledger;
mod location;
mod people;
mod query;
mod reminders;
mod requests;
mod role_catalogue;
mod sanctions;
mod sessions;
mod store;
mod texts;
mod transaction;
mod values;
mod versions;
mod viewings;

pub use agreements::AgreementRecord;
pub use canonical::canonical_json;
pub use credentials::Invitation;
pub use declines::Decline;
pub use error::Error;
pub use exposure::{COLUMNS, Exposure};
pub use grants::GrantRecord;
pub use ledger::{Entry, Fault, LedgerReport, LedgerRow};
pub use location::{Location, LocationError};
pub use people::{PeopleFilter, PersonRecord};
pub use reminders::Reminder;
pub use requests::{HandOn, RequestRecord};
pub use sessions::Session;
pub use store::{Change, Reading, Store};
pub use versions::{Approval, VersionRecord, VersionState};
pub use viewings::Viewing;
