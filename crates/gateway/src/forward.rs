//! Hands a plain request on to its site, and the answer back.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::Host;
use hyper::body::{Body, Incoming};
use hyper::client::conn::TrySendError;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version};
use tokio::time::timeout;

use crate::body::{AnswerBody, Continue, RelayedAnswer, RequestBody};
use crate::decision::Decision;
use crate::headers;
use crate::pages::Problem;
use crate::reach::Unreached;
use crate::tunnel;
use crate::upstream::Upstream;
use crate::wire::Stall;
use crate::worker::{Asked, Client, Worker};

/// Why there is no answer.
pub(crate) enum NoAnswer {
    Unreached(Unreached),
    Broken(hyper::Error),
    TooLate,
}

/// Hands the request on.
pub(crate) async fn forward(
    worker: Arc<Worker>,
    client: Arc<Client>,
    mut request: Request<Incoming>,
    mut asked: Asked,
    decision: Decision,
) -> Response<AnswerBody> {
    let gate = &worker.gate;
    let websocket = headers::wants_websocket(&request);
    let upgraded = websocket.then(|| hyper::upgrade::on(&mut request));
    let version = request.version();
    let (parts, incoming) = request.into_parts();
    let sent = (!incoming.is_end_stream()).then(Arc::<AtomicU64>::default);
    let word = (sent.is_some() && headers::expects_continue(&parts.headers)).then(Arc::<Continue>::default);
    let body = match &sent {
        Some(sent) => RequestBody::relay(incoming, sent.clone(), gate.settings.limits.body_idle, word.clone()),
        None => RequestBody::Empty,
    };
    let mut request = Request::from_parts(to_origin_form(parts), body);
    let authority = request.extensions_mut().remove();
    headers::to_site(request.headers_mut(), authority.as_ref(), version, websocket, &gate.via);
    if let Some(word) = word {
        hyper::ext::on_informational(&mut request, move |interim| {
            if interim.status() == StatusCode::CONTINUE {
                word.give();
            }
        });
    }
    let host = match decision.verdict.safe_search {
        Some(safe) => Host::parse(safe).unwrap_or_else(|_| asked.target.host.clone()),
        None => asked.target.host.clone(),
    };
    let port = asked.target.port;
    let (upstream, answer) = match exchange(&worker, &host, port, request, sent.as_deref()).await {
        Ok(answered) => answered,
        Err(no_answer) => return unanswered(&worker, no_answer, asked),
    };
    if headers::has_unknown_coding(answer.headers()) {
        return worker
            .failed(&nonsense(&asked.target.host, "its answer is in a coding that nobody asked for"), asked.entry);
    }
    let (mut parts, incoming) = answer.into_parts();
    asked.entry.activity().status = Some(parts.status.as_u16());
    let switches = parts.status == StatusCode::SWITCHING_PROTOCOLS;
    headers::to_client(&mut parts.headers, parts.version, switches, &gate.via);
    parts.version = Version::HTTP_11;
    match upgraded {
        Some(upgraded) if switches => {
            tunnel::upgrade(worker.clone(), client, asked, decision, upstream, upgraded);
            Response::from_parts(parts, AnswerBody::Empty)
        }
        _ if switches => {
            worker.failed(&nonsense(&asked.target.host, "it changed to something that nobody asked for"), asked.entry)
        }
        _ => {
            let body = RelayedAnswer {
                incoming,
                upstream: Some(upstream),
                entry: asked.entry,
                sent,
                received: 0,
                stall: Stall::new(gate.settings.limits.body_idle),
                worker: worker.clone(),
                host,
                port,
                who: asked.who,
                client: client.address,
                safe_search: decision.verdict.safe_search,
                watched: None,
            };
            Response::from_parts(parts, relay(body).await)
        }
    }
}

/// An answer without a body is over at once.
async fn relay(mut body: RelayedAnswer) -> AnswerBody {
    if body.incoming.is_end_stream() {
        std::future::poll_fn(|context| {
            body.end(context);
            std::task::Poll::Ready(())
        })
        .await;
        return AnswerBody::Empty;
    }
    AnswerBody::Relayed(Box::new(body))
}

/// Sites want the path alone; the authority is put aside for `Host`.
fn to_origin_form(mut parts: Parts) -> Parts {
    let uri = std::mem::take(&mut parts.uri).into_parts();
    if let Some(authority) = uri.authority {
        parts.extensions.insert(authority);
    }
    parts.uri = uri.path_and_query.map_or_else(|| Uri::from_static("/"), Uri::from);
    parts.version = Version::HTTP_11;
    parts
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
async fn exchange(
    worker: &Worker,
    host: &Host,
    port: u16,
    mut request: Request<RequestBody>,
    sent: Option<&AtomicU64>,
) -> Result<(Upstream, Response<Incoming>), NoAnswer> {
    let limits = &worker.gate.settings.limits;
    loop {
        let kept = worker.pool.take(host, port).await;
        let again = kept.is_some().then(|| Again::of(&request)).flatten();
        let is_kept = kept.is_some();
        let mut upstream = match kept {
            Some(upstream) => upstream,
            None => {
                let stream = worker.gate.reach.connect(host, port).await.map_err(NoAnswer::Unreached)?;
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

/// The page for a site that did not answer.
pub(crate) fn unanswered(worker: &Worker, why: NoAnswer, asked: Asked) -> Response<AnswerBody> {
    let host = &asked.target.host;
    let problem = match why {
        NoAnswer::Unreached(Unreached::Local(_)) => return worker.hold_back(&local(host), asked.entry),
        NoAnswer::Unreached(Unreached::TooLate(_)) | NoAnswer::TooLate => too_late(host),
        NoAnswer::Unreached(Unreached::Unknown(_)) => {
            unreachable("The site can’t be found", format!("There is no site with the name {host}."))
        }
        NoAnswer::Unreached(Unreached::Refused(..)) => {
            unreachable("The site can’t be reached", format!("{host} does not take connections."))
        }
        NoAnswer::Broken(error) if error.is_parse() => nonsense(host, "the gate can’t make sense of its answer"),
        NoAnswer::Broken(_) => nonsense(host, "it closed the connection without an answer"),
    };
    worker.failed(&problem, asked.entry)
}

fn unreachable(heading: &'static str, sentence: String) -> Problem {
    Problem {
        status: StatusCode::BAD_GATEWAY,
        word: "unreachable",
        heading,
        sentence,
        mend: "Check the address for a slip, or try again later.",
    }
}

fn nonsense(host: &Host, why: &str) -> Problem {
    unreachable("The site does not answer as it should", format!("Something is wrong at {host}: {why}."))
}

fn too_late(host: &Host) -> Problem {
    Problem {
        status: StatusCode::GATEWAY_TIMEOUT,
        word: "too-late",
        heading: "The site does not answer",
        sentence: format!("{host} took too long."),
        mend: "Try again later.",
    }
}

fn local(host: &Host) -> Problem {
    Problem {
        status: StatusCode::FORBIDDEN,
        word: "local-address",
        heading: "The gate does not go there",
        sentence: format!("{host} is not on the web: it leads to the gate’s own computer or its closest network."),
        mend: "If you think that it should open, tell the people who look after computers here.",
    }
}
