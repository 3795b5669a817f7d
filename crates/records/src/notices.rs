//! What people are told, until they have read it.

pub(crate) mod outbox;

pub use outbox::Outgoing;
