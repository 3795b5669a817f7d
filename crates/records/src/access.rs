//! Passwords, invitations and sessions.

pub(crate) mod credentials;
pub(crate) mod sessions;

pub use credentials::Invitation;
pub use sessions::Session;
