//! Connections to sites, kept for the next request.
//!
//! A connection is driven by whoever uses it: the request's own future polls it, then the answer's body does. So a
//! request crosses no task and no channel between threads. While it is kept, nobody polls it; whether it still stands
//! is found out when it is taken out again.

use std::collections::HashMap;
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use domain::Host;
use gate::GateLimits;
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::http::request_body::RequestBody;

type UpstreamRequest = hyper::Request<RequestBody>;

/// A connection to a site.
pub(crate) struct Upstream {
    sender: SendRequest<RequestBody>,
    connection: Connection<TokioIo<TcpStream>, RequestBody>,
    /// The connection has come to its end and must not be polled again.
    ended: bool,
    since: Instant,
}

impl Upstream {
    pub async fn over(stream: TcpStream, limits: &GateLimits) -> hyper::Result<Upstream> {
        let (sender, connection) = Builder::new()
            .max_headers(limits.header_count)
            .max_buf_size(limits.header_bytes.max(8192))
            .writev(true)
            .handshake(TokioIo::new(stream))
            .await?;
        Ok(Upstream { sender, connection, ended: false, since: Instant::now() })
    }

    /// Moves bytes, as far as that goes without waiting.
    pub fn drive(&mut self, context: &mut Context<'_>) {
        if !self.ended && self.connection.poll_without_shutdown(context).is_ready() {
            self.ended = true;
        }
    }

    /// Sends a request and waits for the answer's headers.
    pub async fn exchange(
        &mut self,
        request: UpstreamRequest,
    ) -> Result<Response<Incoming>, Box<TrySendError<UpstreamRequest>>> {
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        let answer = std::future::poll_fn(|context| {
            if !self.ended && self.connection.poll_without_shutdown(context).is_ready() {
                self.ended = true;
            }
            answer.as_mut().poll(context)
        });
        answer.await.map_err(Box::new)
    }

    /// Whether it can take a request now.
    fn is_ready(&mut self, context: &mut Context<'_>) -> bool {
        self.drive(context);
        !self.ended && matches!(self.sender.poll_ready(context), Poll::Ready(Ok(())))
    }

    /// After a `101`: the bare connection, and what was read of it too far.
    pub async fn into_stream(mut self) -> io::Result<(TcpStream, Bytes)> {
        std::future::poll_fn(|context| {
            self.drive(context);
            if self.ended { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let parts = self.connection.into_parts();
        Ok((parts.io.into_inner(), parts.read_buf))
    }
}

/// One worker's connections that wait for their next request.
pub(crate) struct UpstreamPool {
    idle: Mutex<Idle>,
    longest_idle: Duration,
    most_per_site: usize,
    most: usize,
}

#[derive(Default)]
struct Idle {
    by_site: HashMap<String, Vec<(u16, Upstream)>>,
    count: usize,
}

impl UpstreamPool {
    /// A pool of `most` connections in all.
    pub fn new(limits: &GateLimits, most: usize) -> UpstreamPool {
        UpstreamPool {
            idle: Mutex::default(),
            longest_idle: limits.site_idle,
            most_per_site: limits.idle_per_site,
            most,
        }
    }

    /// A connection to the site that still stands, the one used last first.
    pub async fn take(&self, host: &Host, port: u16) -> Option<Upstream> {
        std::future::poll_fn(|context| {
            let mut idle = self.idle.lock();
            let Idle { by_site, count } = &mut *idle;
            let Some(kept) = by_site.get_mut(host.as_str()) else { return Poll::Ready(None) };
            while let Some(place) = kept.iter().rposition(|(its_port, _)| *its_port == port) {
                let (_, mut upstream) = kept.remove(place);
                *count -= 1;
                if upstream.since.elapsed() < self.longest_idle && upstream.is_ready(context) {
                    return Poll::Ready(Some(upstream));
                }
            }
            Poll::Ready(None)
        })
        .await
    }

    /// Keeps a connection whose answer has been read to its end, if it can be used again and there is room.
    pub fn put(&self, context: &mut Context<'_>, host: &Host, port: u16, mut upstream: Upstream) {
        if !upstream.is_ready(context) {
            return;
        }
        upstream.since = Instant::now();
        let mut idle = self.idle.lock();
        if idle.count >= self.most {
            return;
        }
        match idle.by_site.get_mut(host.as_str()) {
            Some(kept) if kept.len() < self.most_per_site => kept.push((port, upstream)),
            Some(_) => return,
            None => {
                idle.by_site.insert(host.as_str().to_owned(), vec![(port, upstream)]);
            }
        }
        idle.count += 1;
    }

    /// Lets go of what has waited for too long.
    pub fn sweep(&self) {
        let mut idle = self.idle.lock();
        idle.by_site.retain(|_, kept| {
            kept.retain(|(_, upstream)| upstream.since.elapsed() < self.longest_idle);
            !kept.is_empty()
        });
        idle.count = idle.by_site.values().map(Vec::len).sum();
    }
}
