//! What the gate counts about itself.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only counts; no order between threads is asked of it.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn one_more(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn one_less(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The gate's counters since it started, and what is open now.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Requests read, `CONNECT` included.
    pub requests: Count,
    /// Requests and tunnels answered with a page that blocks.
    pub blocked: Count,
    /// Requests refused because their framing was ambiguous or their target was none.
    pub refused: Count,
    /// Sites that could not be reached.
    pub unreachable: Count,
    /// Passwords checked, not counting what was known from a check before.
    pub passwords_checked: Count,
    /// Connections turned away because a limit was reached.
    pub turned_away: Count,
    /// Activities that the journal did not take.
    pub journal_failures: Count,
    /// Activities of nobody in particular that went beyond what is kept from one address in a minute.
    pub activities_not_kept: Count,
    /// Tunnels and slow answers closed because what let them through no longer held.
    pub connections_closed: Count,
    /// Open now: client connections.
    pub connections_open: Count,
    /// Open now: tunnels and upgraded connections.
    pub tunnels_open: Count,
}
