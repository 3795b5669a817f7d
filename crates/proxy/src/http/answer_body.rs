//! An answer's body on its way to the client: streamed frame by frame, counted, never held whole.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use domain::Host;
use gate::{JournalEntry, OpenConnection, OpenConnections, TunnelBasis};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::accept::stall::Stall;
use crate::http::headers::CLAUSE_HEADER;
use crate::http::request_body::BodyError;
use crate::http::upstream::{Upstream, UpstreamPool};

/// An answer's body on its way to the client.
pub(crate) enum AnswerBody {
    Empty,
    Page(Bytes),
    Relayed(Box<RelayedAnswer>),
}

/// A site's answer, and what is to be done when it has been read to its end: the connection goes back to the pool, and
/// the activity is written down, before the last bytes are handed on.
pub(crate) struct RelayedAnswer {
    pub incoming: Incoming,
    pub upstream: Option<Upstream>,
    pub entry: JournalEntry,
    pub sent: Option<Arc<AtomicU64>>,
    pub received: u64,
    pub stall: Stall,
    /// Where the connection goes back to.
    pub pool: Arc<UpstreamPool>,
    pub host: Host,
    pub port: u16,
    pub register: Arc<OpenConnections>,
    /// What the answer rests on, until it is in the register.
    pub basis: Option<TunnelBasis>,
    pub watched: Option<WatchedConnection>,
}

/// An answer that takes its time: it ends when its verdict changes, as a tunnel does.
pub(crate) struct WatchedConnection {
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    open: OpenConnection,
}

impl AnswerBody {
    pub fn page(text: String) -> AnswerBody {
        AnswerBody::Page(text.into())
    }
}

impl RelayedAnswer {
    /// The site's answer has come to its end.
    pub fn end(&mut self, context: &mut Context<'_>) {
        if let Some(upstream) = self.upstream.take() {
            self.pool.put(context, &self.host, self.port, upstream);
        }
        self.count();
        self.entry.finish();
    }

    /// Ready when the verdict that let it through no longer holds. Most answers never wait, and are never registered.
    fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(basis) = self.basis.take() {
            let open = self.register.answer(basis);
            self.watched = Some(WatchedConnection { closed: Box::pin(open.close.clone().cancelled_owned()), open });
        }
        match &mut self.watched {
            Some(watched) => watched.closed.as_mut().poll(context),
            None => Poll::Pending,
        }
    }

    fn count(&mut self) {
        let activity = self.entry.activity();
        activity.sent = self.sent.as_ref().map_or(0, |sent| sent.load(Ordering::Relaxed));
        activity.received = self.received;
    }

    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let first = Pin::new(&mut self.incoming).poll_frame(context);
        if first.is_ready() {
            return first;
        }
        let Some(upstream) = &mut self.upstream else { return Poll::Pending };
        upstream.drive(context);
        Pin::new(&mut self.incoming).poll_frame(context)
    }
}

impl Drop for RelayedAnswer {
    fn drop(&mut self) {
        self.count();
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let body = match &mut *self {
            AnswerBody::Empty => return Poll::Ready(None),
            AnswerBody::Page(page) => {
                let page = std::mem::take(page);
                *self = AnswerBody::Empty;
                return Poll::Ready(Some(Ok(Frame::data(page))));
            }
            AnswerBody::Relayed(body) => body,
        };
        // One that never waits is looked at between its frames.
        if body.watched.as_ref().is_some_and(|watched| watched.open.close.is_cancelled()) {
            body.upstream = None;
            return Poll::Ready(Some(Err(BodyError::Closed)));
        }
        match body.poll_incoming(context) {
            Poll::Ready(Some(Ok(mut frame))) => {
                if let Some(trailers) = frame.trailers_mut() {
                    trailers.remove(CLAUSE_HEADER);
                }
                body.stall.moved();
                body.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                if body.incoming.is_end_stream() || frame.is_trailers() {
                    body.end(context);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                body.upstream = None;
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => {
                body.end(context);
                Poll::Ready(None)
            }
            Poll::Pending => {
                let error = if body.poll_closed(context).is_ready() {
                    BodyError::Closed
                } else if body.stall.poll_too_long(context).is_ready() {
                    BodyError::Stalled
                } else {
                    return Poll::Pending;
                };
                body.upstream = None;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            AnswerBody::Empty => true,
            AnswerBody::Page(page) => page.is_empty(),
            AnswerBody::Relayed(body) => body.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            AnswerBody::Empty => SizeHint::with_exact(0),
            AnswerBody::Page(page) => SizeHint::with_exact(page.len() as u64),
            AnswerBody::Relayed(body) => body.incoming.size_hint(),
        }
    }
}
