//! What is open now: tunnels, upgraded connections, and plain answers that take their time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Host;
use parking_lot::Mutex;
use smallvec::SmallVec;
use tokio_util::sync::CancellationToken;

use crate::identity::Identity;
use crate::metrics::Metrics;

/// What the verdict that lets a tunnel stay open rests on.
pub struct TunnelBasis {
    /// How its person was identified.
    pub identity: Identity,
    pub client: IpAddr,
    /// The host that it was asked for, and the one that was named inside.
    pub places: SmallVec<[(Host, Option<String>); 2]>,
    pub safe_search: Option<&'static str>,
}

/// The register of what is open.
pub struct OpenConnections {
    next: AtomicU64,
    open: Mutex<HashMap<u64, (Arc<TunnelBasis>, CancellationToken)>>,
    metrics: Arc<Metrics>,
}

/// A connection's place in the register, until it is dropped.
pub struct OpenConnection {
    register: Arc<OpenConnections>,
    number: u64,
    is_tunnel: bool,
    /// Cancelled when the connection is to be closed.
    pub close: CancellationToken,
}

impl OpenConnections {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Arc<OpenConnections> {
        Arc::new(OpenConnections { next: AtomicU64::new(0), open: Mutex::default(), metrics })
    }

    /// A tunnel, or an upgraded connection.
    pub fn tunnel(self: &Arc<Self>, basis: TunnelBasis) -> OpenConnection {
        self.metrics.tunnels_open.one_more();
        let mut open = self.answer(basis);
        open.is_tunnel = true;
        open
    }

    /// A plain answer that takes its time: a download, a stream of events.
    pub fn answer(self: &Arc<Self>, basis: TunnelBasis) -> OpenConnection {
        let (number, close) = (self.next.fetch_add(1, Ordering::Relaxed), CancellationToken::new());
        self.open.lock().insert(number, (Arc::new(basis), close.clone()));
        OpenConnection { register: self.clone(), number, is_tunnel: false, close }
    }

    pub(crate) fn all(&self) -> Vec<(Arc<TunnelBasis>, CancellationToken)> {
        self.open.lock().values().cloned().collect()
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.register.open.lock().remove(&self.number);
        if self.is_tunnel {
            self.register.metrics.tunnels_open.one_less();
        }
    }
}
