//! Signatures, declines, reminders.

pub(crate) mod agreements;
pub(crate) mod declines;
pub(crate) mod reminders;

pub use agreements::AgreementRecord;
pub use declines::DeclineRecord;
pub use reminders::ReminderRecord;
