//! Answers to what does not pass, written down before they go out.

use domain::Outcome;
use gate::{Gate, GateProblem, JournalEntry, PageContext};
use hyper::Response;
use hyper::header::{CONNECTION, HeaderValue, RETRY_AFTER};
use jiff::Timestamp;

use crate::connector::Unreached;
use crate::http::answer_body::AnswerBody;
use crate::http::exchange::NoAnswer;
use crate::http::identified_request::IdentifiedRequest;
use crate::http::page_response::{page_response, sign_in_response};
use crate::http::problems;
use crate::shared::Shared;

/// The page is complete: the activity is written down before it goes out.
pub(crate) fn done(mut entry: JournalEntry, response: Response<AnswerBody>) -> Response<AnswerBody> {
    let activity = entry.activity();
    activity.status = Some(response.status().as_u16());
    if let AnswerBody::Page(page) = response.body() {
        activity.received = page.len() as u64;
    }
    entry.finish();
    response
}

/// A request that goes nowhere; the connection is closed, since what follows on it can't be trusted either.
pub(crate) fn reject_malformed(gate: &Gate, problem: &GateProblem) -> Response<AnswerBody> {
    gate.metrics.refused.one_more();
    let mut response = page_response(gate.pages.problem(problem, PageContext { at: gate.now(), id: None }));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

pub(crate) fn wrong_password(gate: &Gate, mut entry: JournalEntry) -> Response<AnswerBody> {
    let activity = entry.activity();
    activity.reason = "wrong-password".to_owned();
    activity.outcome = Outcome::Blocked;
    let page = gate.pages.sign_in(None, "That name and password don’t fit.", entry.page_context());
    done(entry, sign_in_response(page, &gate.settings.school))
}

pub(crate) fn too_many_wrong_passwords(gate: &Gate, entry: JournalEntry, until: Timestamp) -> Response<AnswerBody> {
    let mut response = refuse(gate, &problems::too_many_wrong_passwords(), entry);
    let wait = u64::try_from(until.duration_since(gate.now()).as_millis()).unwrap_or(0).div_ceil(1000).max(1);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// The gate's own no to something that the rules allow: written down with its word.
pub(crate) fn refuse(gate: &Gate, problem: &GateProblem, mut entry: JournalEntry) -> Response<AnswerBody> {
    let activity = entry.activity();
    activity.reason = problem.word.to_owned();
    activity.outcome = Outcome::Blocked;
    let page = gate.pages.problem(problem, entry.page_context());
    done(entry, page_response(page))
}

/// A site that could not be reached, or did not answer as it should.
pub(crate) fn failed(gate: &Gate, problem: &GateProblem, entry: JournalEntry) -> Response<AnswerBody> {
    gate.metrics.unreachable.one_more();
    let page = gate.pages.problem(problem, entry.page_context());
    done(entry, page_response(page))
}

/// The page for a site that did not answer.
pub(crate) fn unanswered(shared: &Shared, why: &NoAnswer, request: IdentifiedRequest) -> Response<AnswerBody> {
    let (gate, host) = (&*shared.gate, &request.target.host);
    shared.failures.note("a site was not reached, or did not answer as it should", why);
    let problem = match why {
        NoAnswer::Unreached(Unreached::Local) => return refuse(gate, &problems::local(host), request.entry),
        NoAnswer::Unreached(Unreached::TooLate) | NoAnswer::TooLate => problems::too_late(host),
        NoAnswer::Unreached(Unreached::Unknown(_)) => problems::unknown_site(host),
        NoAnswer::Unreached(Unreached::Refused(_)) => problems::no_connection(host),
        NoAnswer::Broken(error) if error.is_parse() => {
            problems::nonsense(host, "the gate can’t make sense of its answer")
        }
        NoAnswer::Broken(_) => problems::nonsense(host, "it closed the connection without an answer"),
    };
    failed(gate, &problem, request.entry)
}
