//! Tunnels: `CONNECT`, and connections upgraded to WebSocket. Carried as they are, never decrypted.

pub(crate) mod bare_stream;
pub(crate) mod blocked;
pub(crate) mod carry;
pub(crate) mod connect;
pub(crate) mod plain_page;
pub(crate) mod relay;
pub(crate) mod upgrade;
