//! Saying that another report belongs to one, and taking that back.

use actions::{ConcernLine, ConcernPage, HandleCase};
use askama::Template;
use axum::extract::Path;
use domain::CaseStep;

use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::cases::concerns::parse;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/concerns/{id}/link", empty)
        .post("/concerns/{id}/link", link)
        .get("/concerns/{id}/unlink/{other}", ask)
        .post("/concerns/{id}/unlink/{other}", unlink)
}

#[derive(Template)]
#[template(path = "concerns/link.html")]
struct LinkPage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    others: Vec<FormChoice>,
}

async fn link_page<'a>(signed: &Visitor, concern: &'a ConcernPage, form: &'a Form) -> Result<LinkPage<'a>, PageError> {
    let address = format!("/concerns/{}", concern.line.id);
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", address);
    let known =
        |line: &ConcernLine| line.id == concern.line.id || concern.linked.iter().any(|other| other.id == line.id);
    let others = signed.desk.concerns(&signed.actor).await?.into_iter().filter(|line| !known(line));
    let choice = |line: ConcernLine| {
        let reported = format!("Reported on {}. {}.", frame.when(&line.opened_at), line.state_words);
        FormChoice::new(line.id, line.title).hint(reported)
    };
    Ok(LinkPage { others: others.map(choice).collect(), frame, form, concern })
}

async fn empty(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    if !concern.may_handle {
        return go(format!("/concerns/{id}"));
    }
    page(&link_page(&signed, &concern, &signed.form()).await?)
}

async fn link(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    match form.parse("to") {
        Some(to) => {
            match signed.desk.handle_case(&signed.actor, HandleCase { case, step: CaseStep::Link { to } }).await {
                Ok(_) => return go(format!("/concerns/{case}")),
                Err(error) => form.refused(error)?,
            }
        }
        None => form.blame("to", "Choose a report."),
    }
    let concern = signed.desk.concern(&signed.actor, case).await?;
    page_again(&link_page(&signed, &concern, &form).await?)
}

#[derive(Template)]
#[template(path = "concerns/unlink.html")]
struct UnlinkPage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    other: &'a ConcernLine,
}

fn unlink_page<'a>(
    signed: &Visitor,
    concern: &'a ConcernPage,
    other: &str,
    form: &'a Form,
) -> Result<UnlinkPage<'a>, PageError> {
    let address = format!("/concerns/{}", concern.line.id);
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", address);
    let other = parse(other)?;
    let other = concern.linked.iter().find(|line| line.id == other).ok_or_else(PageError::no_such_page)?;
    Ok(UnlinkPage { frame, form, concern, other })
}

/// What is taken back is looked at once more.
async fn ask(signed: Visitor, Path((id, other)): Path<(String, String)>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    if !concern.may_handle {
        return go(format!("/concerns/{id}"));
    }
    page(&unlink_page(&signed, &concern, &other, &signed.form())?)
}

async fn unlink(signed: Visitor, Path((id, other)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let (case, to) = (parse(&id)?, parse(&other)?);
    match signed.desk.handle_case(&signed.actor, HandleCase { case, step: CaseStep::Unlink { to } }).await {
        Ok(_) => go(format!("/concerns/{case}")),
        Err(error) => {
            form.refused(error)?;
            let concern = signed.desk.concern(&signed.actor, case).await?;
            page_again(&unlink_page(&signed, &concern, &other, &form)?)
        }
    }
}
