//! Answers one request: who asks, what the gate decides, and who carries it out.

use std::convert::Infallible;
use std::sync::Arc;

use domain::Outcome;
use feed::Directory;
use gate::{ExplainedVerdict, Gate, Identity, PasswordCheck, RequestFacts, SignInDemand};
use hyper::body::Incoming;
use hyper::{Request, Response};
use policy::Reason;
use tokio::time::Instant;

use crate::accept::client::Client;
use crate::accept::worker::Worker;
use crate::http::answer_body::AnswerBody;
use crate::http::forward::forward;
use crate::http::identified_request::IdentifiedRequest;
use crate::http::page_response::{page_response, sign_in_response};
use crate::http::problems;
use crate::http::proxy_sign_in::{Credentials, decode};
use crate::http::refusals::{done, refuse, reject_malformed, too_many_wrong_passwords, wrong_password};
use crate::http::target::{Kind, Target, path_of};
use crate::tunnel::connect;

/// Answers one request.
pub(crate) async fn answer(
    worker: Arc<Worker>,
    client: Arc<Client>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Infallible> {
    let gate = worker.gate();
    gate.metrics.requests.one_more();
    let (started, at) = (Instant::now(), gate.now());
    if let Some(why) = client.finding.get() {
        return Ok(reject_malformed(gate, &problems::ambiguous(*why)));
    }
    let target = match Target::read(&request) {
        Ok(target) => target,
        Err(problem) => return Ok(reject_malformed(gate, &problem)),
    };
    let directory = gate.directory();
    let check = identify(gate, &request, &client, &directory).await;
    let identity = match &check {
        PasswordCheck::Known(identity) => identity.clone(),
        PasswordCheck::Wrong | PasswordCheck::TooSoon { .. } => Identity::Nobody,
    };
    let standing = identity.standing(client.address, &directory, at);
    let path = match target.kind {
        Kind::Plain => Some(path_of(request.uri())),
        Kind::Tunnel => None,
    };
    let path = path.as_deref();
    let from = (client.address, &*directory);
    let decision = gate.decide(&worker.moments, standing, (&target.host, path), from, at);
    let facts = RequestFacts {
        id: gate.next_id(at),
        at,
        client: client.address,
        method: request.method().as_str(),
        scheme: if target.kind == Kind::Plain { "http" } else { "https" },
        host: &target.host,
        port: target.port,
        path,
    };
    let entry = gate.begin(started, &facts, &identity, standing, &decision);
    // Help is never held up: not by a wrong password, nor by how many connections somebody has.
    let is_help = decision.verdict.reason == Reason::AlwaysOpen;
    match check {
        PasswordCheck::Wrong if !is_help => return Ok(wrong_password(gate, entry)),
        PasswordCheck::TooSoon { until } if !is_help => {
            return Ok(too_many_wrong_passwords(gate, entry, until));
        }
        _ => {}
    }
    if let Some(person) = identity.person()
        && !client.slot_for(person, gate)
        && !is_help
    {
        gate.metrics.turned_away.one_more();
        return Ok(refuse(gate, &problems::too_many_connections(), entry));
    }
    let identified = IdentifiedRequest { target, identity, entry };
    if asks_to_sign_in(gate, &identified.identity, &decision) {
        return Ok(ask_to_sign_in(gate, identified, &decision));
    }
    Ok(match identified.target.kind {
        Kind::Tunnel => connect::open(&worker, client, request, identified, decision).await,
        Kind::Plain if decision.is_allowed() && !gate.settings.plain_ports.contains(&identified.target.port) => {
            refuse(gate, &problems::closed_port(identified.target.port), identified.entry)
        }
        Kind::Plain if decision.is_allowed() => forward(&worker, client, request, identified, decision).await,
        Kind::Plain => blocked(gate, identified, &decision),
    })
}

async fn identify(gate: &Gate, request: &Request<Incoming>, client: &Client, directory: &Directory) -> PasswordCheck {
    match Credentials::of(request.headers()) {
        Credentials::None => PasswordCheck::Known(gate.identify_by_address(client.address, directory)),
        Credentials::Unreadable => PasswordCheck::Wrong,
        Credentials::Basic(token) => match decode(token) {
            Some((name, password)) => gate.identify(&name, &password, client.address, directory).await,
            None => PasswordCheck::Wrong,
        },
    }
}

fn asks_to_sign_in(gate: &Gate, identity: &Identity, decision: &ExplainedVerdict) -> bool {
    *identity == Identity::Nobody
        && (decision.may_open_on_sign_in()
            || (gate.settings.sign_in == SignInDemand::Always
                && !matches!(decision.verdict.reason, Reason::AlwaysOpen | Reason::Sealed)))
}

fn ask_to_sign_in(gate: &Gate, mut request: IdentifiedRequest, decision: &ExplainedVerdict) -> Response<AnswerBody> {
    gate.metrics.blocked.one_more();
    let activity = request.entry.activity();
    activity.outcome = Outcome::Blocked;
    if decision.is_allowed() {
        activity.reason = Reason::NotIdentified.name().to_owned();
    }
    let why = "The gate has to know who you are before it can open this for you.";
    let page = gate.pages.sign_in(Some(decision), why, request.entry.page_context());
    done(request.entry, sign_in_response(page, &gate.settings.school))
}

fn blocked(gate: &Gate, request: IdentifiedRequest, decision: &ExplainedVerdict) -> Response<AnswerBody> {
    gate.metrics.blocked.one_more();
    let page = gate.pages.blocked(decision, &request.target.host, request.entry.page_context());
    done(request.entry, page_response(page))
}
