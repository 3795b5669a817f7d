//! The gate: a forward proxy that carries traffic and asks for verdicts.
//!
//! Everything that leaves the school for the web comes through here. The gate finds out who asks, asks the compiled
//! rules, and lets through or shows the page that quotes the clause. It is given all it decides by as values that are
//! swapped whole ([`Feeds`]) and hands what it saw to a [`Journal`].
//!
//! What it must not know: the database, the desk, files of policies. With all of those gone it goes on by the last
//! rules that it had. It writes nothing personal to the program's own log, and it never decrypts what is allowed.
//!
//! A request's way: `serve` takes the connection, `wire` and `framing` watch its bytes, `worker` reads the `target`,
//! finds out who asks (`identity`, `proof`) and makes a `decision`; then `forward` hands it on over an `upstream`
//! connection that `reach` made, or `tunnel` carries it, or `pages` says why not (`blocked_tunnel` inside TLS, under
//! the school's own [`Authority`]). `tunnels` closes what no longer holds.
//!
//! To add a limit: a field with its default and its meaning in `settings`, a test that runs into it. To add a page: a
//! template, its struct in `pages`. Another protocol gets a file beside `tunnel` and asks [`policy::Rules`] the same way.

mod authority;
mod blocked_tunnel;
mod body;
mod decision;
mod forward;
mod framing;
mod gate;
mod headers;
mod hello;
mod identity;
mod journal;
mod metrics;
mod pages;
mod proof;
mod reach;
mod search;
mod seats;
mod serve;
mod settings;
mod target;
mod tunnel;
mod tunnels;
mod upstream;
mod wire;
mod worker;

pub use authority::{Authority, AuthorityError, NEVER_IMPERSONATED};
pub use gate::{Feeds, Parts, SettingsError};
pub use journal::{Journal, NotRecorded};
pub use metrics::{Count, Metrics};
pub use pages::{CLAUSE_HEADER, reference};
pub use reach::HostsError;
pub use serve::{ServeError, serve};
pub use settings::{Helpline, Limits, Settings, SignIn};
