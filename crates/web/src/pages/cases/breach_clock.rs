//! Putting right since when a data breach is known, from which its deadline follows.

use actions::{BreachFacts, ConcernPage, HandleCase, HandleCaseError};
use askama::Template;
use axum::extract::Path;
use domain::CaseStep;

use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::cases::case_lines::moment;
use crate::pages::cases::concerns::parse;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/known-since", empty).post("/concerns/{id}/known-since", correct)
}

#[derive(Template)]
#[template(path = "concerns/known-since.html")]
struct KnownSincePage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    breach: &'a BreachFacts,
}

fn known_since_page<'a>(
    signed: &Visitor,
    concern: &'a ConcernPage,
    form: &'a Form,
) -> Result<KnownSincePage<'a>, PageError> {
    let address = format!("/concerns/{}", concern.line.id);
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", address);
    let breach = concern.breach.as_ref().ok_or_else(PageError::no_such_page)?;
    Ok(KnownSincePage { frame, form, concern, breach })
}

async fn empty(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    let Some(breach) = concern.breach.as_ref().filter(|_| concern.may_handle) else {
        return go(format!("/concerns/{}", concern.line.id));
    };
    let known = breach.known_since.to_zoned(signed.desk.time_zone().clone());
    let form = signed.form().with("on", known.date()).with("time", known.strftime("%H:%M"));
    page(&known_since_page(&signed, &concern, &form)?)
}

async fn correct(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    if let Some(since) = moment(&mut form, signed.desk.time_zone()) {
        let step = CaseStep::correct_known_since(since, form.value("text").to_owned());
        match signed.desk.handle_case(&signed.actor, HandleCase { case, step }).await {
            // Sent twice, it is put right once.
            Ok(_) | Err(HandleCaseError::KnownSinceThen) => return go(format!("/concerns/{case}")),
            Err(error) => form.refused(error)?,
        }
    }
    let concern = signed.desk.concern(&signed.actor, case).await?;
    page_again(&known_since_page(&signed, &concern, &form)?)
}
