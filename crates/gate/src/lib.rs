//! The gate: finds out who asks, decides by the compiled rules, and says why.
//!
//! Every protocol that leaves the school for the web asks here. The gate is given all it decides by as values that are
//! swapped whole ([`Feeds`]) and hands what it saw to a [`Journal`]. It keeps the register of what is open, and closes
//! what no longer holds.
//!
//! What it must not know: any protocol (the crate `proxy` speaks HTTP and TLS), the database, the desk, files of
//! policies. With all of those gone it goes on by the last rules that it had. It writes nothing personal to the
//! program's own log.
//!
//! The way of a question: [`Gate::identify`] or [`Gate::identify_by_address`] says who asks, [`Gate::decide`] gives a [`ExplainedVerdict`],
//! [`Gate::begin`] a [`JournalEntry`] in the journal, [`GatePages`] the page that says why not, [`OpenConnections`] the place of
//! what stays open.
//!
//! To add a limit: a field with its default and its meaning in `settings`, a test that runs into it. To add a page: a
//! template, its struct in `pages`. Another protocol gets a crate beside `proxy` and asks a [`Gate`] the same way.

mod connection_limits;
mod explained_verdict;
mod gate;
mod identity;
mod journal;
mod kept_text;
mod metrics;
mod moments;
mod network;
mod open_connections;
mod pages;
mod recheck;
mod request_facts;
mod search_terms;
mod settings;
mod unidentified_budget;

pub use connection_limits::{ConnectionLimits, ConnectionSlot};
pub use explained_verdict::ExplainedVerdict;
pub use gate::{Feeds, Gate, Parts};
pub use identity::{Identity, PasswordCheck};
pub use journal::{Journal, JournalEntry, NotRecorded};
pub use metrics::{Count, Metrics, Sample, SampleKind};
pub use moments::Moments;
pub use network::{Network, NoNetwork};
pub use open_connections::{OpenConnection, OpenConnections, TunnelBasis};
pub use pages::{GatePages, GateProblem, Page, PageContext, STYLE, reference};
pub use recheck::keep_checking;
pub use request_facts::{RequestFacts, note_decision};
pub use search_terms::search_terms;
pub use settings::{GateLimits, GateSettings, SignInDemand};
