//! Signatures, declines, reminders, and consents that are asked once.

pub(crate) mod agreements;
pub(crate) mod declines;
pub(crate) mod reminders;
pub(crate) mod standing_answers;

pub use agreements::AgreementRecord;
pub use declines::DeclineRecord;
pub use reminders::ReminderRecord;
