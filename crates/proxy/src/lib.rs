//! The proxy: carries HTTP and tunnels, and asks the gate for every verdict.
//!
//! It takes connections, reads where each request goes, lets the [`gate`] find out who asks and decide, and then carries
//! the traffic or shows the gate's page. It never decrypts what is allowed.
//!
//! What it must not know: how a verdict comes about, the database, the desk. It writes nothing personal to the program's
//! own log: no site, no person, no address.
//!
//! A request's way, and no file looks back: `accept/serve` takes the connection, `accept/client_stream` and
//! `http/framing` watch its bytes, `http/handler` reads the `http/target`, finds out who asks and has it decided; then
//! `http/forward` hands it on over an `http/upstream` connection that the `connector` made, or `tunnel/connect` opens a
//! tunnel that `tunnel/carry` looks into and `tunnel/relay` carries, or `http/refusals` says why not (`tunnel/blocked`
//! inside TLS, under the school's own [`Authority`]).
//!
//! To add a limit: a field in the gate's `settings`, a test that runs into it. Another protocol gets a crate of its own
//! beside this one.

mod accept;
mod connector;
mod failure_log;
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod shared;
mod tls;
mod tunnel;

pub use accept::handles::raise_handle_limit;
pub use accept::serve::{ServeError, serve};
pub use connector::HostsError;
pub use http::headers::CLAUSE_HEADER;
pub use tls::authority::{Authority, AuthorityError, NEVER_IMPERSONATED};
