//! What I asked for: the list, one request with its history, and taking it back.

use actions::{AnswerConsent, RequestLine, RequestPage};
use askama::Template;
use axum::extract::Path;
use domain::{Decision, RequestId, RequestState, Said};

use crate::answer::{Answer, go, page, page_again};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::{Confirm, Facts};
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/requests", mine)
        .get("/requests/{id}", one)
        .get("/requests/{id}/withdraw", withdraw_form)
        .post("/requests/{id}/withdraw", withdraw)
        .post("/requests/{id}/consent", consent)
}

#[derive(Template)]
#[template(path = "asking/mine.html")]
struct MinePage {
    frame: Frame,
    /// What is open, until when, and where to close it early.
    grants: Vec<(String, String, Option<String>)>,
    listing: Listing,
}

async fn mine(signed: Visitor, asked: ListParams) -> Answer {
    let requests = signed.desk.my_requests(&signed.actor, asked.list.clone()).await?;
    let grants = signed.desk.my_grants(&signed.actor).await?;
    let frame = signed.frame("What I asked for").crumb("Ask", "/ask");
    let columns = ["What", "Who for", "Asked", "State"].map(Column::new).to_vec();
    let listing = Listing::paged("Requests", columns, &asked, &requests, |line| {
        vec![
            Cell::link(&line.scope_words, format!("/requests/{}", line.id))
                .about(format!("asked {}", frame.when(&line.asked_at))),
            Cell::text(&line.recipient_words),
            Cell::when(&line.asked_at, frame.zone()),
            state(line),
        ]
    })
    .empty("You haven’t asked for anything yet. See Ask for what you can ask for.");
    if asked.csv {
        return listing.csv("requests");
    }
    let grants = grants
        .into_iter()
        .map(|grant| {
            let close = grant.may_revoke.then(|| format!("/grants/{}/revoke", grant.id));
            let until = frame.until(&grant.until);
            let times = if grant.to_come { format!("from {} {until}", frame.when(&grant.from)) } else { until };
            (format!("{} for {}", grant.scope_words, grant.recipient_words), times, close)
        })
        .collect();
    page(&MinePage { frame, grants, listing })
}

/// A request's state as a tag.
pub fn state(line: &RequestLine) -> Cell {
    let colour = match &line.state {
        RequestState::Waiting => "yellow",
        RequestState::Decided(Decision::Approved { .. }) => "green",
        RequestState::Decided(Decision::Refused { .. }) => "red",
        RequestState::Withdrawn { .. } => "grey",
    };
    let words = match &line.state {
        RequestState::Waiting => "Waiting",
        RequestState::Decided(Decision::Approved { by, .. }) if *by == line.asker.id => "Opened",
        RequestState::Decided(Decision::Approved { .. }) => "Approved",
        RequestState::Decided(Decision::Refused { .. }) => "Refused",
        RequestState::Withdrawn { .. } => "Taken back",
    };
    Cell::tag(words, colour)
}

/// What a request says, for the asker and for whoever decides.
pub fn facts(request: &RequestPage, frame: &Frame) -> Facts {
    let line = &request.line;
    let mut facts = Facts::new()
        .row("What", format!("{}: {}", line.title, line.scope_words))
        .row("Who for", &line.recipient_words)
        .row("Who asks", &line.asker.name)
        .row("Asked", frame.when(&line.asked_at))
        .row("Why", &line.reason);
    for (label, given) in &line.answers {
        facts = facts.row(label, given);
    }
    if !line.agreed.is_empty() {
        let names: Vec<String> = line.agreed.iter().map(|person| person.name.clone()).collect();
        facts = facts.row("Has agreed", sentences::list(&names, "and"));
    }
    if let Some(due) = &line.due {
        facts = facts.row("To be decided by", frame.when(due));
    }
    let from = line.from.as_ref().map_or_else(|| "as soon as the answer is yes".to_owned(), |from| frame.when(from));
    facts
        .row("From when", from)
        .row("Until when", frame.until(&line.until))
        .cells("State", vec![state(line), Cell::text(&line.state_words)])
}

#[derive(Template)]
#[template(path = "asking/one.html")]
struct OnePage<'a> {
    frame: Frame,
    form: &'a Form,
    banner: &'static str,
    request: &'a RequestPage,
    facts: Facts,
    clause: Option<CitedClause>,
}

async fn one(signed: Visitor, Path(id): Path<String>, asked: ListParams) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let request = signed.desk.request(&signed.actor, id).await?;
    page(&one_page(&signed, &request, &signed.form(), asked.get("done")))
}

fn one_page<'a>(signed: &Visitor, request: &'a RequestPage, form: &'a Form, done: &str) -> OnePage<'a> {
    let banner = match done {
        "asked" => "Your request is sent",
        "decided" => "Decided",
        "opened" => "It is open",
        "answered" => "Your answer is kept",
        "handed-on" => "Handed on",
        _ => "",
    };
    let frame = signed.frame("A request").form(form);
    let frame =
        if request.mine { frame.crumb("What I asked for", "/requests") } else { frame.crumb("Decide", "/decide") };
    OnePage {
        facts: facts(request, &frame),
        frame,
        form,
        banner,
        clause: CitedClause::published(&request.line.policy.0, &request.line.clause, signed),
        request,
    }
}

/// Keeps what somebody says of a consent that the request needs.
async fn consent(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let id: RequestId = id.parse().map_err(|_| PageError::no_such_page())?;
    let said = match form.value("said") {
        "yes" => Said::Yes,
        "no" => Said::No,
        _ => Said::NotNeeded { reason: form.value("reason").to_owned() },
    };
    let about = form.value("about").parse().map_err(|_| PageError::no_such_page())?;
    let answer = AnswerConsent { request: id, consent: form.value("consent").to_owned(), about, said };
    match signed.desk.answer_consent(&signed.actor, answer).await {
        Ok(line) if line.state == RequestState::Waiting => return go(format!("/requests/{id}?done=answered")),
        // Whoever took a yes back may not read the request any more.
        Ok(_) => return go("/consents?done=ended"),
        Err(error) => form.refused(error)?,
    }
    let request = signed.desk.request(&signed.actor, id).await?;
    page_again(&one_page(&signed, &request, &form, ""))
}

async fn withdraw_form(signed: Visitor, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let request = signed.desk.request(&signed.actor, id).await?;
    if !request.mine || request.line.state != RequestState::Waiting {
        return go(format!("/requests/{id}"));
    }
    let what = &request.line.scope_words;
    Confirm {
        question: "Take this request back?",
        follows: vec![format!("Nobody decides about ‘{what}’ any more. You can ask again.")],
        button: "Take the request back",
        action: &format!("/requests/{id}/withdraw"),
        back: &format!("/requests/{id}"),
        reason: None,
        hidden: Vec::new(),
    }
    .show(signed.frame("Take a request back"), &signed.form())
}

async fn withdraw(signed: Visitor, Path(id): Path<String>, Posted(_): Posted) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let request = signed.desk.withdraw_request(&signed.actor, id).await?;
    go(format!("/requests/{}", request.id))
}
