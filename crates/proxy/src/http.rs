//! Plain requests, and the pages that answer what does not pass.

pub(crate) mod answer_body;
pub(crate) mod exchange;
pub(crate) mod forward;
pub(crate) mod framing;
pub(crate) mod handler;
pub(crate) mod headers;
pub(crate) mod identified_request;
pub(crate) mod page_response;
pub(crate) mod problems;
pub(crate) mod proxy_sign_in;
pub(crate) mod refusals;
pub(crate) mod request_body;
pub(crate) mod target;
pub(crate) mod upstream;
