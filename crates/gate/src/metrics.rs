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

/// One figure, as a monitoring system reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// As Prometheus names figures: what it counts, `_total` at the end where it only grows.
    pub name: &'static str,
    pub help: &'static str,
    pub kind: SampleKind,
    pub value: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleKind {
    /// Grows from the start of the program.
    Counter,
    /// What is now.
    Gauge,
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

impl Metrics {
    /// Every figure. A counter that is not read here does not compile.
    pub fn samples(&self) -> Vec<Sample> {
        let Metrics {
            requests,
            blocked,
            refused,
            unreachable,
            turned_away,
            journal_failures,
            activities_not_kept,
            connections_closed,
            connections_open,
            tunnels_open,
        } = self;
        let counter = |name, help, count: &Count| Sample { name, help, kind: SampleKind::Counter, value: count.get() };
        let gauge = |name, help, count: &Count| Sample { name, help, kind: SampleKind::Gauge, value: count.get() };
        vec![
            counter("schoolgate_gate_requests_total", "Requests read, CONNECT included.", requests),
            counter("schoolgate_gate_blocked_total", "Requests and tunnels answered with a page that blocks.", blocked),
            counter("schoolgate_gate_refused_total", "Requests refused as malformed.", refused),
            counter("schoolgate_gate_unreachable_total", "Sites that could not be reached.", unreachable),
            counter(
                "schoolgate_gate_turned_away_total",
                "Connections refused because a limit was reached.",
                turned_away,
            ),
            counter(
                "schoolgate_gate_journal_failures_total",
                "Activities that were not written down.",
                journal_failures,
            ),
            counter(
                "schoolgate_gate_activities_not_kept_total",
                "Activities of nobody in particular beyond what is kept from one address in a minute.",
                activities_not_kept,
            ),
            counter(
                "schoolgate_gate_connections_closed_total",
                "Tunnels and slow answers closed because what let them through no longer held.",
                connections_closed,
            ),
            gauge("schoolgate_gate_connections_open", "Connections of clients that are open.", connections_open),
            gauge("schoolgate_gate_tunnels_open", "Tunnels and upgraded connections that are open.", tunnels_open),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_a_name_of_its_own_and_its_count() {
        let metrics = Metrics::default();
        metrics.blocked.one_more();
        let samples = metrics.samples();
        let names: std::collections::BTreeSet<_> = samples.iter().map(|sample| sample.name).collect();
        assert_eq!(names.len(), samples.len());
        for sample in &samples {
            assert_eq!(sample.name.ends_with("_total"), sample.kind == SampleKind::Counter, "{}", sample.name);
            assert_eq!(sample.value, u64::from(sample.name == "schoolgate_gate_blocked_total"), "{}", sample.name);
        }
    }
}
