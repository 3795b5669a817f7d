//! What leaders and governors read.

pub(crate) mod signing_progress;

pub use signing_progress::{ProgressLine, ReminderLine, RemindersError, UnsignedLine, UnsignedQuery};
