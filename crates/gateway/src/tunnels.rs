//! The tunnels that are open now, and the plain answers that take their time. When a verdict changes, those that it
//! concerns are closed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use domain::Host;
use smallvec::SmallVec;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::decision::Decision;
use crate::gate::Gate;
use crate::identity::Who;

/// How often every open tunnel is decided about anew. Grants, sanctions and lessons end by the clock; a change of the
/// rules, the directory or the lists is looked at as soon as it comes.
const ROUND: Duration = Duration::from_millis(250);

/// What a tunnel rests on.
pub(crate) struct Footing {
    pub who: Who,
    pub client: IpAddr,
    /// The host that it was asked for, and the one that was named inside.
    pub places: SmallVec<[(Host, Option<String>); 2]>,
    pub safe_search: Option<&'static str>,
}

#[derive(Default)]
pub(crate) struct Tunnels {
    next: AtomicU64,
    open: Mutex<HashMap<u64, (Arc<Footing>, CancellationToken)>>,
}

/// A tunnel's place among the open ones, until it is dropped.
pub(crate) struct Open {
    gate: Arc<Gate>,
    number: u64,
    is_tunnel: bool,
    /// Cancelled when the tunnel is to be closed.
    pub close: CancellationToken,
}

impl Tunnels {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, (Arc<Footing>, CancellationToken)>> {
        self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Open {
    /// A tunnel, or an upgraded connection.
    pub fn new(gate: &Arc<Gate>, footing: Footing) -> Open {
        gate.metrics.tunnels_open.one_more();
        let mut open = Open::answer(gate, footing);
        open.is_tunnel = true;
        open
    }

    /// A plain answer that takes its time: a download, a stream of events.
    pub fn answer(gate: &Arc<Gate>, footing: Footing) -> Open {
        let (number, close) = (gate.tunnels.next.fetch_add(1, Ordering::Relaxed), CancellationToken::new());
        gate.tunnels.lock().insert(number, (Arc::new(footing), close.clone()));
        Open { gate: gate.clone(), number, is_tunnel: false, close }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.gate.tunnels.lock().remove(&self.number);
        if self.is_tunnel {
            self.gate.metrics.tunnels_open.one_less();
        }
    }
}

/// Looks after the open tunnels until the gate stops.
pub(crate) async fn look_after(gate: Arc<Gate>, stop: CancellationToken) {
    let mut feeds = gate.feeds.clone();
    let mut round = tokio::time::interval(ROUND);
    round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = round.tick() => {}
            () = changed(&mut feeds.rules) => {}
            () = changed(&mut feeds.directory) => {}
            () = changed(&mut feeds.sites) => {}
        }
        close_what_no_longer_holds(&gate);
    }
}

/// A feed whose sender is gone never changes any more.
async fn changed<T>(feed: &mut watch::Receiver<T>) {
    if feed.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn close_what_no_longer_holds(gate: &Gate) {
    let open: Vec<_> = gate.tunnels.lock().values().cloned().collect();
    if open.is_empty() {
        return;
    }
    let (rules, directory, sites) = (gate.rules(), gate.directory(), gate.sites());
    let moment = rules.moment(gate.clock.now());
    for (footing, close) in open {
        let standing = footing.who.standing(footing.client, &directory);
        let decide = |host, path| Decision::make(rules.clone(), &sites, standing, (host, path), moment);
        let (mut holds, mut safe_search) = (true, None);
        for (number, (host, path)) in footing.places.iter().enumerate() {
            let decision = decide(host, path.as_deref());
            holds &= decision.is_allowed();
            if number == 0 {
                safe_search = decision.verdict.safe_search;
            }
        }
        if (!holds || safe_search != footing.safe_search) && !close.is_cancelled() {
            gate.metrics.tunnels_closed.one_more();
            close.cancel();
        }
    }
}
