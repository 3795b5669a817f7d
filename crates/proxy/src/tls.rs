//! TLS, as far as the proxy looks at it: the first message, and the school's own certificates.

pub(crate) mod authority;
pub(crate) mod client_hello;
pub(crate) mod peek;
