//! A request's body on its way to the site: streamed frame by frame, counted, never held whole.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use parking_lot::Mutex;
use tokio::time::{Sleep, sleep};

use crate::accept::stall::Stall;

#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the body broke off: {0}")]
    Broken(#[from] hyper::Error),
    #[error("the body has stood still for too long")]
    Stalled,
    #[error("what let the body through no longer holds")]
    Closed,
}

/// How long a body with `Expect: 100-continue` waits for the site's word before it is sent all the same
/// (RFC 9110 section 10.1.1: a client must not wait for ever).
const LONGEST_WAIT_FOR_CONTINUE: Duration = Duration::from_secs(1);

/// The site's word that it wants the body.
#[derive(Default)]
pub(crate) struct Continue {
    given: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Continue {
    pub fn give(&self) {
        self.given.store(true, Ordering::Release);
        let waiting = self.waiting.lock().take();
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
        *wait.word.waiting.lock() = Some(context.waker().clone());
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
