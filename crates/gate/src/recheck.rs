//! Decides anew about what is open, and closes what no longer holds.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::gate::{Gate, KnownAtGate};

/// How often everything open is decided about anew. Grants, sanctions and lessons end by the clock; a change of the
/// rules, the directory or the lists is looked at as soon as it comes.
const ROUND: Duration = Duration::from_millis(250);

/// Looks after the open connections until the gate stops.
pub async fn keep_checking(gate: Arc<Gate>, stop: CancellationToken) {
    let mut feeds = gate.feeds.clone();
    let mut round = tokio::time::interval(ROUND);
    round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = round.tick() => {}
            () = changed(&mut feeds.school) => {}
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
    let open = gate.open_connections.all();
    if open.is_empty() {
        return;
    }
    let (rules, directory, sites) = (gate.rules(), gate.directory(), gate.sites());
    let now = gate.now();
    let known = KnownAtGate { rules: &rules, moment: rules.moment(now), directory: &directory, sites: &sites };
    for (basis, close) in open {
        let standing = basis.identity.standing(basis.client, &directory, now);
        // What a person opened is not theirs any more once they have left, signed out or changed their password, however
        // open the site is to anybody.
        let (mut holds, mut safe_search) = (basis.identity.holds(basis.client, &directory, now), None);
        for (number, (host, path)) in basis.places.iter().enumerate() {
            let decision = gate.decide_by(&known, standing, (host, path.as_deref()), basis.client);
            holds &= decision.is_allowed();
            if number == 0 {
                safe_search = decision.verdict.safe_search;
            }
        }
        if (!holds || safe_search != basis.safe_search) && !close.is_cancelled() {
            gate.metrics.connections_closed.one_more();
            close.cancel();
        }
    }
}
