//! The desk itself: who acts, what they may do, what they have to do, how lists are paged, what the gate is told.

pub(crate) mod actor;
pub(crate) mod authorise;
pub(crate) mod authorised;
pub(crate) mod beginning;
pub(crate) mod desk_state;
pub(crate) mod due;
pub(crate) mod error;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod known;
pub(crate) mod last_known;
pub(crate) mod ledger;
pub(crate) mod ledger_details;
pub(crate) mod paging;
pub(crate) mod publishing;
pub(crate) mod settings;
pub(crate) mod standings;
pub(crate) mod stores;
pub(crate) mod wording;

pub use actor::Actor;
pub use authorise::{Authorisation, Holder, Named, Verb, authorisation_page, authorisation_table};
pub use desk_state::{ActorError, Desk, OpenError, Opening, RandomSource};
pub use error::{ErrorKind, Forbidden, ReadError, Unavailable, VerbError};
pub use home::{Entry, Home, Task, TaskKind};
pub use ledger::{Fault, LedgerLine, LedgerReport};
pub use paging::{ListQuery, PAGE_SIZE, Paged};
pub use settings::Settings;
pub use stores::verify_ledger;
pub use wording::moment_words;
