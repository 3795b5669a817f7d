//! What is kept of somebody beyond who they are, set on a page of its own.

use actions::{ParticularsLine, PersonPage, SetParticulars, Verb};
use askama::Template;
use axum::extract::Path;

use super::one::person;
use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/people/{id}/particulars", show).post("/people/{id}/particulars", set)
}

#[derive(Template)]
#[template(path = "people/particulars.html")]
struct ParticularsPage<'a> {
    frame: Frame,
    form: &'a Form,
    name: &'a str,
    may_give_roles: bool,
}

fn particulars_page<'a>(signed: &Visitor, form: &'a Form, person: &'a PersonPage) -> ParticularsPage<'a> {
    let one = format!("/people/{}", person.line.id);
    ParticularsPage {
        frame: signed
            .frame("Dates, work and absence")
            .crumb("People", "/people")
            .crumb("A person’s page", one)
            .form(form),
        form,
        name: &person.line.name,
        may_give_roles: signed.desk.may(&signed.actor, Verb::EditRoles),
    }
}

/// The person and what is known of them, for somebody who may change it.
async fn editable(signed: &Visitor, id: &str) -> Result<(PersonPage, ParticularsLine), PageError> {
    let person = person(signed, id).await?;
    match person.particulars.clone().filter(|_| person.may.set_particulars) {
        Some(particulars) => Ok((person, particulars)),
        None => Err(PageError::forbidden(
            "People’s details are changed by the school office and by IT staff. Ask one of them.",
        )),
    }
}

fn username(line: Option<&actions::PersonLine>) -> String {
    line.map_or_else(String::new, |line| line.username.clone())
}

fn day(day: Option<jiff::civil::Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// A form with what is on record of whom they decide about and who decides for them: those who give roles set it.
fn with_what_decides(form: Form, particulars: &ParticularsLine) -> Form {
    let absence = particulars.absence.as_ref();
    form.with("manager", username(particulars.manager.as_ref()))
        .with("teaches", particulars.teaches.iter().map(|group| group.0.as_str()).collect::<Vec<_>>().join("; "))
        .with("absent-from", day(absence.map(|absence| absence.from)))
        .with("absent-until", day(absence.map(|absence| absence.until)))
        .with("stand-in", username(absence.and_then(|absence| absence.stand_in.as_ref())))
}

async fn show(signed: Visitor, Path(id): Path<String>) -> Answer {
    let (person, particulars) = editable(&signed, &id).await?;
    let form = with_what_decides(signed.form(), &particulars)
        .with("born", day(particulars.born))
        .with("hours", particulars.hours.to_string())
        .with("leaving-date", day(particulars.leaving_date));
    page(&particulars_page(&signed, &form, &person))
}

async fn set(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let (person, particulars) = editable(&signed, &id).await?;
    let may_give_roles = signed.desk.may(&signed.actor, Verb::EditRoles);
    // A form without the fields takes nothing of it away.
    let sent = if may_give_roles { form.clone() } else { with_what_decides(form.clone(), &particulars) };
    let typed = |field: &str| sent.value(field).to_owned();
    let input = SetParticulars {
        person: person.line.id,
        manager: typed("manager"),
        born: typed("born"),
        hours: typed("hours"),
        teaches: typed("teaches"),
        absent_from: typed("absent-from"),
        absent_until: typed("absent-until"),
        stand_in: typed("stand-in"),
        leaving_date: typed("leaving-date"),
    };
    match signed.desk.set_particulars(&signed.actor, input).await {
        Ok(()) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&particulars_page(&signed, &form, &person))
        }
    }
}
