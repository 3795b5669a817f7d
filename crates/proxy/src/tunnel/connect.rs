//! Answers `CONNECT`: a tunnel to the site, or to the page that says why not.

use std::sync::Arc;

use bytes::BytesMut;
use gate::ExplainedVerdict;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};

use crate::accept::client::Client;
use crate::accept::worker::Worker;
use crate::http::answer_body::AnswerBody;
use crate::http::exchange::NoAnswer;
use crate::http::identified_request::IdentifiedRequest;
use crate::http::page_response::page_response;
use crate::http::problems;
use crate::http::refusals::{done, refuse, unanswered};
use crate::tls::peek::peek;
use crate::tunnel::bare_stream::bare_stream;
use crate::tunnel::blocked::{self, BlockedSite};
use crate::tunnel::carry::carry;

/// Answers `CONNECT`.
pub(crate) async fn open(
    worker: &Arc<Worker>,
    client: Arc<Client>,
    mut request: Request<Incoming>,
    mut identified: IdentifiedRequest,
    decision: ExplainedVerdict,
) -> Response<AnswerBody> {
    let (gate, port) = (worker.gate(), identified.target.port);
    if !gate.settings.tunnel_ports.contains(&port) {
        return refuse(gate, &problems::closed_port(port), identified.entry);
    }
    if !decision.is_allowed() {
        return open_to_the_page(worker, client, request, identified, decision);
    }
    let host = decision.destination(&identified.target.host);
    let site = match worker.shared.connector.connect(&host, port).await {
        Ok(site) => site,
        Err(unreached) => return unanswered(&worker.shared, &NoAnswer::Unreached(unreached), identified),
    };
    identified.entry.activity().status = Some(StatusCode::OK.as_u16());
    identified.entry.opened();
    let upgraded = hyper::upgrade::on(&mut request);
    let task = worker.clone();
    worker.tasks.spawn(async move {
        let Some(stream) = bare_stream(upgraded).await else { return };
        carry(task, client, identified, decision, stream, site).await;
    });
    Response::new(AnswerBody::Empty)
}

/// A blocked tunnel opens to the page that says so; where the authority may not sign for the site, it does not open.
fn open_to_the_page(
    worker: &Arc<Worker>,
    client: Arc<Client>,
    mut request: Request<Incoming>,
    mut identified: IdentifiedRequest,
    decision: ExplainedVerdict,
) -> Response<AnswerBody> {
    let gate = worker.gate();
    gate.metrics.blocked.one_more();
    let host = identified.target.host;
    let page = page_response(gate.pages.blocked(&decision, &host, identified.entry.page_context()));
    if !worker.shared.authority.may_sign_for(&host) {
        return done(identified.entry, page);
    }
    identified.entry.activity().status = Some(page.status().as_u16());
    identified.entry.opened();
    let upgraded = hyper::upgrade::on(&mut request);
    let task = worker.clone();
    worker.tasks.spawn(async move {
        let Some((mut stream, early)) = bare_stream(upgraded).await else { return };
        let mut first = BytesMut::from(early);
        let Ok(hello) = peek(&mut stream, &mut first, task.gate().settings.limits.header_read).await else { return };
        blocked::show(&task, stream, (hello, first), BlockedSite { host, decision, entry: identified.entry }).await;
        drop(client);
    });
    Response::new(AnswerBody::Empty)
}
