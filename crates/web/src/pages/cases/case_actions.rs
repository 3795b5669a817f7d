//! The actions of a report: setting one for somebody who has it, and saying what came of it.

use actions::{ActionLine, ConcernPage, HandleCase, HandleCaseError};
use askama::Template;
use axum::extract::Path;
use domain::{ActionId, CaseStep};

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
        .get("/concerns/{id}/action", empty)
        .post("/concerns/{id}/action", set)
        .get("/concerns/{id}/action/{action}", open)
        .post("/concerns/{id}/action/{action}", finish)
}

/// The hidden field that tells one form from another, so that one sent twice sets one action.
const FORM: &str = "form";

#[derive(Template)]
#[template(path = "concerns/set-action.html")]
struct SetPage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    owners: Vec<FormChoice>,
}

fn set_page<'a>(signed: &Visitor, concern: &'a ConcernPage, form: &'a Form) -> SetPage<'a> {
    let receivers = concern.receivers.iter();
    SetPage {
        frame: below(signed, concern).form(form),
        owners: receivers.map(|person| FormChoice::new(person.id, &person.name)).collect(),
        concern,
        form,
    }
}

fn below(signed: &Visitor, concern: &ConcernPage) -> Frame {
    let address = format!("/concerns/{}", concern.line.id);
    signed.frame("A report").crumb("Concerns", "/concerns").crumb("A report", address)
}

async fn empty(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    if !concern.may_handle {
        return go(format!("/concerns/{id}"));
    }
    let form = signed.form().with(FORM, signed.desk.new_action_id());
    page(&set_page(&signed, &concern, &form))
}

async fn set(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    let (owner, due) = (form.parse("owner"), form.parse("due"));
    if owner.is_none() {
        form.blame("owner", "Choose who is to do it.");
    }
    if due.is_none() {
        form.blame("due", "Give the date as a day, a month and a year.");
    }
    if let (Some(owner), Some(due)) = (owner, due) {
        let mut step = CaseStep::set_action(form.value("text").to_owned(), owner, due);
        if let (CaseStep::SetAction { id, .. }, Some(shown)) = (&mut step, form.parse(FORM)) {
            *id = shown;
        }
        match signed.desk.handle_case(&signed.actor, HandleCase { case, step }).await {
            Ok(_) | Err(HandleCaseError::SetAlready) => return go(format!("/concerns/{case}")),
            Err(error) => form.refused(error)?,
        }
    }
    let concern = signed.desk.concern(&signed.actor, case).await?;
    form.in_order(["text", "owner", "due"]);
    form.set(FORM, signed.desk.new_action_id());
    page_again(&set_page(&signed, &concern, &form))
}

#[derive(Template)]
#[template(path = "concerns/finish-action.html")]
struct FinishPage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    action: &'a ActionLine,
}

fn finish_page<'a>(
    signed: &Visitor,
    concern: &'a ConcernPage,
    action: &'a ActionLine,
    form: &'a Form,
) -> FinishPage<'a> {
    FinishPage { frame: below(signed, concern).form(form), form, concern, action }
}

fn find<'c>(concern: &'c ConcernPage, id: &str) -> Result<&'c ActionLine, PageError> {
    let id: ActionId = id.parse().map_err(|_| PageError::no_such_page())?;
    concern.actions.iter().find(|action| action.id == id).ok_or_else(PageError::no_such_page)
}

async fn open(signed: Visitor, Path((id, action)): Path<(String, String)>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    let action = find(&concern, &action)?;
    if !concern.may_handle || action.outcome.is_some() {
        return go(format!("/concerns/{id}"));
    }
    page(&finish_page(&signed, &concern, action, &signed.form()))
}

async fn finish(signed: Visitor, Path((id, action)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    let concern = signed.desk.concern(&signed.actor, case).await?;
    let action = find(&concern, &action)?;
    let step = CaseStep::FinishAction { action: action.id, outcome: form.value("text").to_owned() };
    match signed.desk.handle_case(&signed.actor, HandleCase { case, step }).await {
        Ok(_) => go(format!("/concerns/{case}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&finish_page(&signed, &concern, action, &form))
        }
    }
}
