//! What leaders and governors read.

pub(crate) mod read_ledger;
pub(crate) mod signing_progress;

pub use read_ledger::{Fault, LedgerCheck, LedgerLine, LedgerReport};
pub use signing_progress::{ProgressLine, ReminderLine, RemindersError, UnsignedLine, UnsignedQuery};
