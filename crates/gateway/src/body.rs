//! Bodies on their way through: streamed frame by frame, counted, never held whole.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use domain::Host;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use smallvec::smallvec;
use tokio::time::{Sleep, sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::identity::Who;
use crate::journal::Entry;
use crate::tunnels::{Footing, Open};
use crate::upstream::Upstream;
use crate::wire::Stall;
use crate::worker::Worker;

#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the body broke off: {0}")]
    Broken(#[from] hyper::Error),
    #[error("the body has stood still for too long")]
    Stalled,
    #[error("the verdict that let the body through no longer holds")]
    Closed,
}

/// How long a body with `Expect: 100-continue` waits for the site's word before it is sent all the same
/// (RFC 9110 section 10.1.1: a client must not wait for ever).
const LONGEST_WAIT_FOR_CONTINUE: Duration = Duration::from_secs(1);

/// The site's word that it wants the body.
#[derive(Default)]
pub(crate) struct Continue {
    given: AtomicBool,
    waiting: std::sync::Mutex<Option<Waker>>,
}

impl Continue {
    pub fn give(&self) {
        self.given.store(true, Ordering::Release);
        let waiting = self.waiting.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        waiting.into_iter().for_each(Waker::wake);
    }
}

struct WaitForContinue {
    word: Arc<Continue>,
    longest: Pin<Box<Sleep>>,
}

/// A request's body on its way to the site.
pub(crate) enum RequestBody {
    Empty,
    Relayed(Box<RelayedRequest>),
}

pub(crate) struct RelayedRequest {
    incoming: Incoming,
    sent: Arc<AtomicU64>,
    stall: Stall,
    wait: Option<WaitForContinue>,
}

impl RequestBody {
    pub fn relay(incoming: Incoming, sent: Arc<AtomicU64>, idle: Duration, word: Option<Arc<Continue>>) -> RequestBody {
        let wait = word.map(|word| WaitForContinue { word, longest: Box::pin(sleep(LONGEST_WAIT_FOR_CONTINUE)) });
        RequestBody::Relayed(Box::new(RelayedRequest { incoming, sent, stall: Stall::new(idle), wait }))
    }
}

impl RelayedRequest {
    fn poll_word(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(wait) = &mut self.wait else { return Poll::Ready(()) };
        *wait.word.waiting.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(context.waker().clone());
        if wait.word.given.load(Ordering::Acquire) || wait.longest.as_mut().poll(context).is_ready() {
            self.wait = None;
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let RequestBody::Relayed(body) = self.get_mut() else { return Poll::Ready(None) };
        if body.poll_word(context).is_pending() {
            return Poll::Pending;
        }
        match Pin::new(&mut body.incoming).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                body.stall.moved();
                if let Some(data) = frame.data_ref() {
                    body.sent.fetch_add(data.len() as u64, Ordering::Relaxed);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(other) => Poll::Ready(other.map(|result| result.map_err(BodyError::Broken))),
            Poll::Pending => match body.stall.poll_too_long(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(BodyError::Stalled))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            RequestBody::Empty => true,
            RequestBody::Relayed(body) => body.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            RequestBody::Empty => SizeHint::with_exact(0),
            RequestBody::Relayed(body) => body.incoming.size_hint(),
        }
    }
}

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
    pub entry: Entry,
    pub sent: Option<Arc<AtomicU64>>,
    pub received: u64,
    pub stall: Stall,
    pub worker: Arc<Worker>,
    pub host: Host,
    pub port: u16,
    /// Who is being answered, and from where they asked.
    pub who: Who,
    pub client: IpAddr,
    pub safe_search: Option<&'static str>,
    pub watched: Option<Watched>,
}

/// An answer that takes its time: it ends when its verdict changes, as a tunnel does.
pub(crate) struct Watched {
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    open: Open,
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
            self.worker.pool.put(context, &self.host, self.port, upstream);
        }
        self.count();
        self.entry.finish();
    }

    /// Ready when the verdict that let it through no longer holds.
    fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let watched = self.watched.get_or_insert_with(|| {
            let activity = self.entry.activity();
            let place = (Host::parse(&activity.host).unwrap_or_else(|_| self.host.clone()), activity.path.clone());
            let footing = Footing {
                who: self.who.clone(),
                client: self.client,
                places: smallvec![place],
                safe_search: self.safe_search,
            };
            let open = Open::answer(&self.worker.gate, footing);
            Watched { closed: Box::pin(open.close.clone().cancelled_owned()), open }
        });
        watched.closed.as_mut().poll(context)
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
            Poll::Ready(Some(Ok(frame))) => {
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
