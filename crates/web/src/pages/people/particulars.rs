//! What is kept of somebody beyond who they are, set on a page of its own.

use actions::{ParticularsLine, PersonPage, SetParticulars, Verb};
use askama::Template;
use axum::extract::Path;

use super::one::person;
use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::form::{Form, Posted};
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
    may_name_stand_in: bool,
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
        may_name_stand_in: signed.school.may(&signed.actor, Verb::EditRoles),
    }
}

/// The person and what is known of them, for somebody who may change it.
async fn editable(signed: &Visitor, id: &str) -> Result<(PersonPage, ParticularsLine), PageError> {
    let person = person(signed, id).await?;
    match person.particulars.clone().filter(|_| person.may.edit) {
        Some(particulars) => Ok((person, particulars)),
        None => Err(PageError::forbidden(
            "People’s details are changed by the school office and by IT staff. Ask one of them.",
        )),
    }
}

async fn show(signed: Visitor, Path(id): Path<String>) -> Answer {
    let (person, particulars) = editable(&signed, &id).await?;
    let username = |line: Option<&actions::PersonLine>| line.map_or_else(String::new, |line| line.username.clone());
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    let absence = particulars.absence.as_ref();
    let form = signed
        .form()
        .with("manager", username(particulars.manager.as_ref()))
        .with("born", day(particulars.born))
        .with("hours", particulars.hours.to_string())
        .with("teaches", particulars.teaches.iter().map(|group| group.0.as_str()).collect::<Vec<_>>().join("; "))
        .with("absent-from", day(absence.map(|absence| absence.from)))
        .with("absent-until", day(absence.map(|absence| absence.until)))
        .with("stand-in", username(absence.and_then(|absence| absence.stand_in.as_ref())))
        .with("leaving-date", day(particulars.leaving_date));
    page(&particulars_page(&signed, &form, &person))
}

async fn set(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let (person, particulars) = editable(&signed, &id).await?;
    let kept = particulars.absence.and_then(|absence| absence.stand_in).map(|stand_in| stand_in.username);
    let may_name_stand_in = signed.school.may(&signed.actor, Verb::EditRoles);
    let typed = |field: &str| form.value(field).to_owned();
    let input = SetParticulars {
        person: person.line.id,
        manager: typed("manager"),
        born: typed("born"),
        hours: typed("hours"),
        teaches: typed("teaches"),
        absent_from: typed("absent-from"),
        absent_until: typed("absent-until"),
        // A form without the field does not take the stand-in away.
        stand_in: if may_name_stand_in { typed("stand-in") } else { kept.unwrap_or_default() },
        leaving_date: typed("leaving-date"),
    };
    match signed.school.set_particulars(&signed.actor, input).await {
        Ok(()) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&particulars_page(&signed, &form, &person))
        }
    }
}
