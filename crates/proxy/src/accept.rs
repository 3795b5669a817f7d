//! Taking clients' connections.

pub(crate) mod client;
pub(crate) mod client_stream;
pub(crate) mod handles;
pub(crate) mod serve;
pub(crate) mod stall;
pub(crate) mod worker;
