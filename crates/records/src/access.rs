//! Passwords, invitations and sessions.

pub(crate) mod credentials;
pub(crate) mod sessions;

pub use credentials::InvitationRecord;
pub use sessions::Session;
