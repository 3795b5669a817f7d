//! Sends a request to its site and waits for the answer's headers.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::Host;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::{HeaderMap, Method, Request, Response, Uri};
use tokio::time::timeout;

use crate::accept::worker::Worker;
use crate::connector::Unreached;
use crate::http::request_body::RequestBody;
use crate::http::upstream::Upstream;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error(transparent)]
    Unreached(Unreached),
    #[error("the connection broke before the answer")]
    Broken(#[source] hyper::Error),
    #[error("the answer did not come in time")]
    TooLate,
}

/// What is needed to send a request without a body once more.
struct Again {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Again {
    fn of(request: &Request<RequestBody>) -> Option<Again> {
        let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
            && matches!(request.body(), RequestBody::Empty);
        harmless.then(|| Again {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
        })
    }

    fn request(self) -> Request<RequestBody> {
        let mut request = Request::new(RequestBody::Empty);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.headers_mut() = self.headers;
        request
    }
}

/// Sends the request over a kept connection, or a new one. A site may close a kept connection just as the request is on
/// its way: then it is sent once more, where that can do no harm (RFC 9112 section 9.3.1).
pub(crate) async fn exchange(
    worker: &Worker,
    host: &Host,
    port: u16,
    mut request: Request<RequestBody>,
    sent: Option<&AtomicU64>,
) -> Result<(Upstream, Response<Incoming>), NoAnswer> {
    let limits = &worker.gate().settings.limits;
    loop {
        let kept = worker.pool.take(host, port).await;
        let again = kept.is_some().then(|| Again::of(&request)).flatten();
        let is_kept = kept.is_some();
        let mut upstream = match kept {
            Some(upstream) => upstream,
            None => {
                let stream = worker.shared.connector.connect(host, port).await.map_err(NoAnswer::Unreached)?;
                Upstream::over(stream, limits).await.map_err(NoAnswer::Broken)?
            }
        };
        let Some(answer) = within(limits.answer, sent, upstream.exchange(request)).await else {
            return Err(NoAnswer::TooLate);
        };
        match answer {
            Ok(answer) => return Ok((upstream, answer)),
            Err(mut failed) => {
                request = match (failed.take_message(), again) {
                    (Some(unsent), _) if is_kept => unsent,
                    (None, Some(again)) if !failed.error().is_parse() => again.request(),
                    _ => {
                        let failed: TrySendError<_> = *failed;
                        return Err(NoAnswer::Broken(failed.into_error()));
                    }
                };
            }
        }
    }
}

/// Waits so long; longer while the request's body is moving.
async fn within<F: Future>(limit: Duration, sent: Option<&AtomicU64>, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut seen = 0;
    loop {
        if let Ok(output) = timeout(limit, future.as_mut()).await {
            return Some(output);
        }
        let now = sent.map_or(0, |sent| sent.load(Ordering::Relaxed));
        if now == seen {
            return None;
        }
        seen = now;
    }
}
