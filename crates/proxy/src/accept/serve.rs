//! Takes connections, one loop to each worker thread, and stops in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use gate::{Gate, GateLimits};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::accept::client::Client;
use crate::accept::client_stream::ClientStream;
use crate::accept::handles::{Room, raise_handle_limit};
use crate::accept::worker::Worker;
use crate::connector::HostsError;
use crate::http::handler;
use crate::shared::Shared;
use crate::tls::authority::Authority;

/// Why the proxy does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Hosts(#[from] HostsError),
    #[error("the gate can't take connections: {0}")]
    Listener(#[from] io::Error),
}

const TURNED_AWAY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 10\r\ncontent-length: 0\r\n\r\n";

/// Carries what `gate` allows until `stop` is cancelled, and then for as long as `limits.shutdown` lets open connections
/// finish.
///
/// # Errors
/// The settings are not sound, or no thread or listener can be had.
pub async fn serve(
    listener: TcpListener,
    gate: Arc<Gate>,
    authority: Arc<Authority>,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let room = find_room(&gate.settings.limits);
    let shared = Arc::new(Shared::new(gate.clone(), authority, room)?);
    let listener = listener.into_std()?;
    let workers = match gate.settings.workers {
        0 => thread::available_parallelism().map_or(1, usize::from),
        workers => workers,
    };
    let (over, mut all_over) = mpsc::channel::<()>(1);
    for number in 0..workers {
        let worker = Arc::new(Worker::new(shared.clone(), room.idle / workers.max(1), stop.child_token()));
        let (listener, over) = (listener.try_clone()?, over.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name(format!("gate-{number}")).spawn(move || {
            runtime.block_on(run(worker, listener));
            runtime.shutdown_timeout(Duration::from_millis(100));
            drop(over);
        })?;
    }
    drop((over, listener));
    gate::keep_checking(gate, stop).await;
    let _none_left = all_over.recv().await;
    Ok(())
}

fn find_room(limits: &GateLimits) -> Room {
    match raise_handle_limit() {
        Ok(handles) => {
            let room = Room::fit(limits, handles);
            if room.connections < limits.connections {
                tracing::warn!(
                    handles,
                    connections = room.connections,
                    wanted = limits.connections,
                    "there are too few file handles for all the connections that the gate may take; raise the limit of \
                     open files (LimitNOFILE) to have more"
                );
            }
            room
        }
        Err(error) => {
            tracing::warn!(%error, "the limit of file handles is not known; the gate takes as many connections as it may");
            Room::fit(limits, u64::MAX)
        }
    }
}

async fn run(worker: Arc<Worker>, listener: std::net::TcpListener) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "a worker of the gate has no listener"),
    };
    let limits = worker.gate().settings.limits.clone();
    let mut sweep = interval((limits.site_idle / 2).max(Duration::from_millis(100)));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => take(&worker, stream, from, &limits),
                // Out of file handles, most likely: others will be closed.
                Err(error) => {
                    worker.shared.failures.note("a connection could not be taken", &error);
                    sleep(Duration::from_millis(50)).await;
                }
            },
            _ = sweep.tick() => worker.pool.sweep(),
            () = worker.stop.cancelled() => break,
        }
    }
    drop(listener);
    worker.tasks.close();
    let _in_time = timeout(limits.shutdown, worker.tasks.wait()).await;
}

/// Takes a connection, unless there are too many.
fn take(worker: &Arc<Worker>, stream: TcpStream, from: SocketAddr, limits: &GateLimits) {
    let gate = worker.gate();
    let slot = worker.shared.clients.take(from.ip().to_canonical());
    let most = worker.shared.room.connections as u64;
    let Some(slot) = slot.filter(|_| gate.metrics.connections_open.get() < most) else {
        gate.metrics.turned_away.one_more();
        let _as_far_as_it_goes = stream.try_write(TURNED_AWAY);
        return;
    };
    let _slower_without = stream.set_nodelay(true);
    let (stream, finding) = ClientStream::new(stream, longest_head(limits), limits.body_idle);
    let client = Arc::new(Client::new(slot, finding, gate.metrics.clone()));
    let task = worker.clone();
    worker.tasks.spawn(async move { attend(&task, stream, client).await });
}

/// The watcher of the framing and hyper follow heads of the same length: what hyper reads and the watcher does not could
/// be framed in two ways unseen. Below 8192 hyper does not go.
fn longest_head(limits: &GateLimits) -> usize {
    limits.header_bytes.max(8192)
}

/// Answers the requests of one connection, one after the other.
async fn attend(worker: &Arc<Worker>, stream: ClientStream, client: Arc<Client>) {
    let limits = &worker.gate().settings.limits;
    let service = service_fn(|request| handler::answer(worker.clone(), client.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_headers(limits.header_count)
        .max_buf_size(longest_head(limits))
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // What a client does wrong is no news for the program's own log.
        _ = connection.as_mut() => return,
        () = worker.stop.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _in_time = timeout(limits.shutdown, connection).await;
}
