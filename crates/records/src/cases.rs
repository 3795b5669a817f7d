//! Requests.

pub(crate) mod requests;

pub use requests::{HandOn, RequestRecord};
