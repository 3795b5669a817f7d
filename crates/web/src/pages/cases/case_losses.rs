//! Saying of a report that something on one of the school's lists is lost or stolen.

use actions::{ConcernPage, HandleCase, HandleCaseError};
use askama::Template;
use axum::extract::Path;
use domain::CaseStep;

use crate::answer::{Answer, go, page, page_again};
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::cases::concerns::parse;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/lost", empty).post("/concerns/{id}/lost", say)
}

#[derive(Template)]
#[template(path = "concerns/lost.html")]
struct LostPage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
}

fn lost_page<'a>(signed: &Visitor, concern: &'a ConcernPage, form: &'a Form) -> LostPage<'a> {
    let address = format!("/concerns/{}", concern.line.id);
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", address);
    LostPage { frame, form, concern }
}

async fn empty(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    if !concern.may_say_lost {
        return go(format!("/concerns/{id}"));
    }
    page(&lost_page(&signed, &concern, &signed.form()))
}

async fn say(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    let said = match signed.desk.find_lost(&signed.actor, case, form.value("label")).await {
        Ok(entry) => {
            let handle = HandleCase { case, step: CaseStep::SayLost { entry } };
            signed.desk.handle_case(&signed.actor, handle).await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    match said {
        // Two presses of one form say it once.
        Ok(()) | Err(HandleCaseError::SaidLostAlready) => go(format!("/concerns/{case}")),
        Err(error) => {
            form.refused(error)?;
            let concern = signed.desk.concern(&signed.actor, case).await?;
            page_again(&lost_page(&signed, &concern, &form))
        }
    }
}
