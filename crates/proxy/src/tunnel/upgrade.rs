//! Connections upgraded to WebSocket.

use std::sync::Arc;

use gate::{JournalEntry, TunnelBasis};
use hyper::upgrade::OnUpgrade;

use crate::accept::client::Client;
use crate::accept::worker::Worker;
use crate::http::upstream::Upstream;
use crate::tunnel::bare_stream::bare_stream;
use crate::tunnel::relay::relay;

/// Carries a connection that was upgraded. The client counts as connected until that is over.
pub(crate) fn upgrade(
    worker: Arc<Worker>,
    client: Arc<Client>,
    mut entry: JournalEntry,
    basis: TunnelBasis,
    upstream: Upstream,
    upgraded: OnUpgrade,
) {
    entry.opened();
    let task = worker.clone();
    worker.tasks.spawn(async move {
        let Some((stream, early)) = bare_stream(upgraded).await else { return };
        let (site, first) = match upstream.into_stream().await {
            Ok(bare) => bare,
            Err(error) => return task.shared.failures.note("an upgraded connection could not be carried", &error),
        };
        let open = task.gate().open_connections.tunnel(basis);
        relay(&task, open, entry, (stream, early), (site, first)).await;
        drop(client);
    });
}
