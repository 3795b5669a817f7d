//! The queue of requests, oldest first, and one request a page with its effect shown before it is decided.

use actions::{Decide, RequestAnswer, RequestPage, Verb, WhyVerdict};
use askama::Template;
use axum::extract::Path;
use domain::{FileId, GrantScope, Outcome, RequestId, RequestState};

use crate::answer::{Answer, go, page, page_again};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::end_picker;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::pages::requests::facts;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/decide", queue).get("/decide/{id}", one).post("/decide/{id}", decide)
}

#[derive(Template)]
#[template(path = "deciding/queue.html")]
struct QueuePage {
    frame: Frame,
    listing: Listing,
    /// Whoever decides by a relative role alone sees neither the grants nor the gate.
    may_see_grants: bool,
}

async fn queue(signed: Visitor, asked: ListParams) -> Answer {
    let requests = signed.desk.queue(&signed.actor, asked.list.clone()).await?;
    let frame = signed.frame("Decide");
    let columns = ["What", "Who for", "Who asks", "Asked", "Until"].map(Column::new).to_vec();
    let listing = Listing::paged("Requests to decide", columns, &asked, &requests, |line| {
        vec![
            Cell::link(&line.scope_words, format!("/decide/{}", line.id))
                .about(format!("for {}", line.recipient_words)),
            Cell::text(&line.recipient_words),
            Cell::text(&line.asker.name),
            Cell::when(&line.asked_at, frame.zone()),
            Cell::when_or(line.until.as_ref(), "no end", frame.zone()),
        ]
    })
    .empty(
        "You have no requests to decide. When somebody asks for a permission that is yours to decide, it appears here.",
    );
    if asked.csv {
        return listing.csv("requests-to-decide");
    }
    page(&QueuePage { frame, listing, may_see_grants: signed.desk.may(&signed.actor, Verb::Grants) })
}

/// A verdict in words: open or closed, why, and the clause.
struct Shown {
    outcome: Cell,
    sentence: String,
    clause: Option<CitedClause>,
}

impl Shown {
    fn of(verdict: &WhyVerdict, signed: &Visitor) -> Shown {
        let outcome = match verdict.outcome {
            Outcome::Allowed => Cell::tag("Open", "green"),
            Outcome::Blocked => Cell::tag("Closed", "red"),
        };
        let clause = verdict.policy.as_ref().zip(verdict.clause.as_ref());
        let clause = clause.and_then(|(policy, clause)| CitedClause::published(&policy.0, clause, signed));
        Shown { outcome, sentence: verdict.sentence.clone(), clause }
    }
}

#[derive(Template)]
#[template(path = "deciding/one.html")]
struct DecidePage<'a> {
    frame: Frame,
    form: &'a Form,
    request: &'a RequestPage,
    facts: Facts,
    clause: Option<CitedClause>,
    now: Option<Shown>,
    after: Option<Shown>,
    approve: String,
    ends: Vec<FormChoice>,
    ends_hint: String,
    roles: Vec<FormChoice>,
    /// The pictures on this page, so that nothing is approved that was added after it was opened.
    seen: String,
}

async fn one(signed: Visitor, Path(id): Path<String>) -> Answer {
    let id: RequestId = id.parse().map_err(|_| PageError::no_such_page())?;
    let request = signed.desk.request(&signed.actor, id).await?;
    if request.line.state != RequestState::Waiting {
        return go(format!("/requests/{id}"));
    }
    let latest = request.latest_end.clone().unwrap_or_default();
    let form = end_picker::filled(signed.form(), latest, &ends(&signed, &request), &signed);
    page(&decide_page(&signed, &request, &form))
}

fn decide_page<'a>(signed: &Visitor, request: &'a RequestPage, form: &'a Form) -> DecidePage<'a> {
    let frame = signed.frame("Decide a request").form(form).crumb("Decide", "/decide");
    let line = &request.line;
    let approve = match &line.scope {
        GrantScope::Words(_) => format!("Allow it for {}", line.recipient_words),
        _ => format!("Open {} for {}", line.scope_words, line.recipient_words),
    };
    let longest = request.card.as_ref().and_then(|card| card.longest);
    let ends_hint = match longest {
        Some(longest) => format!("The clause’s longest: {longest}."),
        None => "The clause sets no longest time.".to_owned(),
    };
    DecidePage {
        facts: facts(request, &frame),
        frame,
        form,
        clause: CitedClause::published(&line.policy.0, &line.clause, signed),
        now: request.now.as_ref().map(|verdict| Shown::of(verdict, signed)),
        after: request.after.as_ref().map(|verdict| Shown::of(verdict, signed)),
        approve,
        ends: ends(signed, request),
        ends_hint,
        seen: picture_ids(request),
        roles: request.hand_to.iter().map(|role| FormChoice::new(role, signed.role_title(*role))).collect(),
        request,
    }
}

/// The pictures of a request as the form names them.
fn picture_ids(request: &RequestPage) -> String {
    let ids = request.pictures.iter().flatten().map(|picture| picture.id.to_string());
    ids.collect::<Vec<_>>().join(" ")
}

/// The ends to choose from. What is asked for ahead ends as it was asked to, or at a time that its decider gives.
fn ends(signed: &Visitor, request: &RequestPage) -> Vec<FormChoice> {
    let latest = request.latest_end.clone().unwrap_or_default();
    match (request.line.from, latest) {
        (Some(_), Some(latest)) => end_picker::as_asked(latest, signed),
        _ => end_picker::choices(signed, latest, &request.lesson_classes),
    }
}

async fn decide(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let id: RequestId = id.parse().map_err(|_| PageError::no_such_page())?;
    let (answer, done) = match form.value("answer") {
        "approve" => {
            let seen: Vec<FileId> = form.value("seen").split(' ').filter_map(|id| id.parse().ok()).collect();
            (end_picker::chosen(&mut form, &signed).ok().map(|until| RequestAnswer::Approve { until, seen }), "decided")
        }
        "refuse" => {
            let reason = form.value("reason").to_owned();
            if reason.is_empty() {
                form.blame("reason", "Say why, in a sentence: the asker reads it.");
            }
            (Some(RequestAnswer::Refuse { reason }), "decided")
        }
        "hand-on" => {
            let to = signed.desk.roles().find(form.value("to")).ok();
            if to.is_none() {
                form.blame("to", "Choose who should decide instead.");
            }
            (to.map(|to| RequestAnswer::HandOn { to, note: form.value("note").to_owned() }), "handed-on")
        }
        _ => (None, ""),
    };
    if let (Some(answer), false) = (answer, form.has_problems()) {
        match signed.desk.decide(&signed.actor, Decide { request: id, answer }).await {
            Ok(_) if done == "handed-on" => return go("/decide"),
            Ok(_) => return go(format!("/requests/{id}?done={done}")),
            Err(error) => form.refused(error)?,
        }
    }
    let request = signed.desk.request(&signed.actor, id).await?;
    page_again(&decide_page(&signed, &request, &form))
}
