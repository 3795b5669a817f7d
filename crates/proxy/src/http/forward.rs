//! Hands a plain request on to its site, and the answer back.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use gate::{ExplainedVerdict, TunnelBasis};
use hyper::body::{Body, Incoming};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Uri, Version};
use smallvec::smallvec;

use crate::accept::client::Client;
use crate::accept::stall::Stall;
use crate::accept::worker::Worker;
use crate::http::answer_body::{AnswerBody, RelayedAnswer};
use crate::http::exchange::exchange;
use crate::http::identified_request::IdentifiedRequest;
use crate::http::refusals::{failed, unanswered};
use crate::http::request_body::{Continue, RequestBody};
use crate::http::target::path_of;
use crate::http::{headers, problems};
use crate::tunnel::upgrade::upgrade;

/// Hands the request on.
pub(crate) async fn forward(
    worker: &Arc<Worker>,
    client: Arc<Client>,
    mut request: Request<Incoming>,
    mut identified: IdentifiedRequest,
    decision: ExplainedVerdict,
) -> Response<AnswerBody> {
    let (gate, via) = (worker.gate(), &worker.shared.via);
    let place = (identified.target.host.clone(), Some(path_of(request.uri()).into_owned()));
    let basis = TunnelBasis {
        identity: identified.identity.clone(),
        client: client.address,
        places: smallvec![place],
        safe_search: decision.verdict.safe_search,
    };
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
    headers::to_site(request.headers_mut(), authority.as_ref(), version, websocket, via);
    if let Some(word) = word {
        hyper::ext::on_informational(&mut request, move |interim| {
            if interim.status() == StatusCode::CONTINUE {
                word.give();
            }
        });
    }
    let host = decision.destination(&identified.target.host);
    let port = identified.target.port;
    let (upstream, answer) = match exchange(worker, &host, port, request, sent.as_deref()).await {
        Ok(answered) => answered,
        Err(no_answer) => return unanswered(&worker.shared, &no_answer, identified),
    };
    if headers::has_unknown_coding(answer.headers()) {
        let problem = problems::nonsense(&identified.target.host, "its answer is in a coding that nobody asked for");
        return failed(gate, &problem, identified.entry);
    }
    let (mut parts, incoming) = answer.into_parts();
    identified.entry.activity().status = Some(parts.status.as_u16());
    let switches = parts.status == StatusCode::SWITCHING_PROTOCOLS;
    headers::to_client(&mut parts.headers, parts.version, switches, via);
    parts.version = Version::HTTP_11;
    match upgraded {
        Some(upgraded) if switches => {
            upgrade(worker.clone(), client, identified.entry, basis, upstream, upgraded);
            Response::from_parts(parts, AnswerBody::Empty)
        }
        _ if switches => {
            let problem = problems::nonsense(&identified.target.host, "it changed to something that nobody asked for");
            failed(gate, &problem, identified.entry)
        }
        _ => {
            let body = RelayedAnswer {
                incoming,
                upstream: Some(upstream),
                entry: identified.entry,
                sent,
                received: 0,
                stall: Stall::new(gate.settings.limits.body_idle),
                pool: worker.pool.clone(),
                host,
                port,
                register: gate.open_connections.clone(),
                basis: Some(basis),
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
