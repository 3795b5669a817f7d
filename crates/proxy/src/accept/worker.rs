//! One thread's share of the proxy: its connections to sites, and the tasks that carry its clients' traffic.

use std::sync::Arc;

use gate::{Gate, Moments};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::http::upstream::UpstreamPool;
use crate::shared::Shared;

pub(crate) struct Worker {
    pub shared: Arc<Shared>,
    pub pool: Arc<UpstreamPool>,
    pub moments: Moments,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
}

impl Worker {
    pub fn new(shared: Arc<Shared>, most_idle: usize, stop: CancellationToken) -> Worker {
        let pool = Arc::new(UpstreamPool::new(&shared.gate.settings.limits, most_idle));
        Worker { shared, pool, moments: Moments::default(), tasks: TaskTracker::new(), stop }
    }

    pub fn gate(&self) -> &Gate {
        &self.shared.gate
    }
}
