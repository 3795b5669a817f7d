//! What one client, one connection and one request may take of the desk.

use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as time;
use serde::{Deserialize, Serialize};

/// The section `[desk.limits]` of the configuration. What goes beyond is closed, and nobody else is held up by it. Times
/// are written `30s`, `5m`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeskLimits {
    /// Connections open at once, over all clients; a quarter of the program's file handles where that is less. The gate
    /// leaves room for them with `gate.limits.handles-kept-free`.
    pub connections: usize,
    /// Connections open at once from one address. It does not hold for `trusted-proxies`, which stand for everybody.
    pub connections_per_client: usize,
    /// Bytes of a request's line and headers together; at least 8192.
    pub header_bytes: usize,
    /// From the start of a connection, or the end of the answer before, until a request's headers are complete.
    #[serde(with = "time")]
    pub header_read: Duration,
    /// From a request's headers until its answer begins: sending a whole upload has to fit.
    #[serde(with = "time")]
    pub request: Duration,
    /// Clients that are told at once that they are one too many; the others are closed without a word.
    pub refusals: usize,
    /// How long telling one of them may take.
    #[serde(with = "time")]
    pub refusal: Duration,
    /// How long open requests get to finish when the program stops.
    #[serde(with = "time")]
    pub finishing: Duration,
    /// How long the answer to a form can be come back to, and a form that came after its session had ended is kept.
    #[serde(with = "time")]
    pub kept_for: Duration,
    /// Answers and forms that are kept for one visitor; then the oldest goes.
    pub kept_per_visitor: usize,
    /// Bytes of the largest answer or form that is kept. A larger answer is shown once, without an address of its own.
    pub kept_answer_bytes: usize,
    /// Bytes of all that is kept in memory for all visitors.
    pub kept_bytes: usize,
}

impl Default for DeskLimits {
    fn default() -> DeskLimits {
        DeskLimits {
            connections: 500,
            connections_per_client: 100,
            header_bytes: 64 * 1024,
            header_read: Duration::from_secs(15),
            request: Duration::from_mins(2),
            refusals: 16,
            refusal: Duration::from_secs(1),
            finishing: Duration::from_secs(5),
            kept_for: Duration::from_mins(30),
            kept_per_visitor: 20,
            kept_answer_bytes: 4 * 1024 * 1024,
            kept_bytes: 64 * 1024 * 1024,
        }
    }
}
