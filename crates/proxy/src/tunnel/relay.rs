//! Carries bytes both ways.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use gate::{GateLimits, JournalEntry, OpenConnection};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::accept::worker::Worker;

const BUFFER: usize = 16 * 1024;

/// Carries bytes both ways until one side has gone, nothing has moved for too long, the tunnel is to be closed, or the
/// gate stops.
pub(crate) async fn relay(
    worker: &Worker,
    open: OpenConnection,
    mut entry: JournalEntry,
    (mut client, from_client): (TcpStream, Bytes),
    (mut site, from_site): (TcpStream, Bytes),
) {
    let (sent, received) = (AtomicU64::new(0), AtomicU64::new(0));
    let limits = &worker.gate().settings.limits;
    let _slower_without = client.set_nodelay(true);
    {
        let (client_reads, client_writes) = client.split();
        let (site_reads, site_writes) = site.split();
        let both = async {
            tokio::try_join!(
                pump(client_reads, site_writes, from_client, &sent),
                pump(site_reads, client_writes, from_site, &received)
            )
        };
        tokio::select! {
            _ = both => {}
            () = open.close.cancelled() => {}
            () = worker.stop.cancelled() => {}
            () = stands_still(limits, || sent.load(Ordering::Relaxed) + received.load(Ordering::Relaxed)) => {}
            () = sleep(limits.tunnel_total) => {}
        }
    }
    let activity = entry.activity();
    activity.sent = sent.into_inner();
    activity.received = received.into_inner();
    entry.finish();
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    first: Bytes,
    count: &AtomicU64,
) -> io::Result<()> {
    to.write_all(&first).await?;
    count.fetch_add(first.len() as u64, Ordering::Relaxed);
    drop(first);
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
        count.fetch_add(length as u64, Ordering::Relaxed);
    }
}

/// Ready when nothing has moved for `tunnel_idle`, a quarter of it more at the most.
async fn stands_still(limits: &GateLimits, moved: impl Fn() -> u64) {
    let mut seen = moved();
    let mut still = 0;
    while still < 4 {
        sleep(limits.tunnel_idle / 4).await;
        let now = moved();
        still = if now == seen { still + 1 } else { 0 };
        seen = now;
    }
}
