//! What people are told: on their home page, and by mail.

pub(crate) mod mail;
pub(crate) mod news;

pub use mail::Mail;
pub use news::News;
