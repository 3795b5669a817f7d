//! What others signed or could not: countersigning a signature for the school, answering a reason for not agreeing.

use actions::{AnswerDecline, Countersign, DeclineLine};
use askama::Template;
use axum::extract::Path;
use domain::{AgreementId, DeclineId};

use crate::answer::{Answer, go, page, page_again};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::pages::agreements::facts;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/countersign", waiting)
        .get("/countersign/{id}", countersign_form)
        .post("/countersign/{id}", countersign)
        .get("/declines", declines)
        .get("/declines/{id}", decline)
        .post("/declines/{id}", answer)
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    lead: &'static str,
    listing: Listing,
}

async fn waiting(signed: Visitor, asked: ListParams) -> Answer {
    let agreements = signed.desk.to_countersign(&signed.actor, asked.list.clone()).await?;
    let frame = signed.frame("Signatures to accept");
    let columns = ["Policy", "Signed by", "For", "Signed"].map(Column::new).to_vec();
    let listing = Listing::paged("Signatures to accept", columns, &asked, &agreements, |line| {
        vec![
            Cell::link(&line.title, format!("/countersign/{}", line.id)).about(format!("signed by {}", line.signer.name)),
            Cell::text(&line.signer.name),
            Cell::text(&line.binds.name),
            Cell::when(&line.signed_at, frame.zone()),
        ]
    })
    .empty("You have no signatures to accept. When somebody signs a policy that the school must accept too, it appears here.");
    if asked.csv {
        return listing.csv("signatures-to-accept");
    }
    page(&ListPage { frame, lead: "A clause asks that the school accepts these signatures. Oldest first.", listing })
}

#[derive(Template)]
#[template(path = "signing/countersign.html")]
struct CountersignPage<'a> {
    frame: Frame,
    form: &'a Form,
    id: AgreementId,
    facts: Facts,
}

async fn countersign_form(signed: Visitor, Path(id): Path<String>) -> Answer {
    let form = signed.form();
    countersign_page(&signed, &id, &form).await
}

async fn countersign_page(signed: &Visitor, id: &str, form: &Form) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let agreement = signed.desk.agreement(&signed.actor, id).await?;
    if !agreement.may_countersign {
        return go(format!("/agreements/{id}"));
    }
    let frame = signed.frame("Accept a signature").form(form).crumb("Signatures to accept", "/countersign");
    let facts = facts(&agreement.line, &frame, signed);
    let countersign_page = CountersignPage { frame, form, id, facts };
    if form.has_problems() { page_again(&countersign_page) } else { page(&countersign_page) }
}

async fn countersign(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let agreement = id.parse().map_err(|_| PageError::no_such_page())?;
    let input = Countersign { agreement, printed_name: form.value("printed_name").to_owned() };
    match signed.desk.countersign(&signed.actor, input).await {
        Ok(line) => go(format!("/agreements/{}", line.id)),
        Err(error) => {
            form.refused(error)?;
            countersign_page(&signed, &id, &form).await
        }
    }
}

async fn declines(signed: Visitor, asked: ListParams) -> Answer {
    let declines = signed.desk.declines(&signed.actor, asked.list.clone()).await?;
    let frame = signed.frame("Who could not agree");
    let columns = ["Policy", "Who", "When", "Answer"].map(Column::new).to_vec();
    let listing = Listing::paged("Reasons for not agreeing", columns, &asked, &declines, |line| {
        vec![
            Cell::link(&line.title, format!("/declines/{}", line.id)).about(format!("from {}", line.person.name)),
            Cell::text(&line.person.name),
            Cell::when(&line.at, frame.zone()),
            if line.answer.is_some() { Cell::tag("Answered", "green") } else { Cell::tag("Waiting", "yellow") },
        ]
    })
    .empty("Nobody has said that they can't agree. Your own reasons, and those about policies you own, appear here.");
    if asked.csv {
        return listing.csv("could-not-agree");
    }
    page(&ListPage { frame, lead: "Reasons that you gave, and those given about policies that you own.", listing })
}

#[derive(Template)]
#[template(path = "signing/answer.html")]
struct AnswerPage<'a> {
    frame: Frame,
    form: &'a Form,
    line: DeclineLine,
    own: bool,
}

async fn decline(signed: Visitor, Path(id): Path<String>) -> Answer {
    let form = signed.form();
    decline_page(&signed, &id, &form).await
}

async fn decline_page(signed: &Visitor, id: &str, form: &Form) -> Answer {
    let id: DeclineId = id.parse().map_err(|_| PageError::no_such_page())?;
    let line = signed.desk.read_decline(&signed.actor, id).await?;
    let own = line.person.id == signed.actor.person();
    let frame = signed.frame("A reason for not agreeing").form(form).crumb("Who could not agree", "/declines");
    let answer_page = AnswerPage { frame, form, line, own };
    if form.has_problems() { page_again(&answer_page) } else { page(&answer_page) }
}

async fn answer(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let decline = id.parse().map_err(|_| PageError::no_such_page())?;
    let input = AnswerDecline { decline, answer: form.value("answer").to_owned() };
    match signed.desk.answer_decline(&signed.actor, input).await {
        Ok(_) => go("/declines"),
        Err(error) => {
            form.refused(error)?;
            decline_page(&signed, &id, &form).await
        }
    }
}
