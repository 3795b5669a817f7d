//! Somebody leaves, or comes back.

use actions::{MarkLeaver, PersonPage, PersonRights};
use axum::extract::Path;

use super::one::person;
use crate::answer::{Answer, go};
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::parts::Confirm;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/people/{id}/leave", show_leave)
        .post("/people/{id}/leave", leave)
        .get("/people/{id}/return", show_return)
        .post("/people/{id}/return", bring_back)
}

/// The person, where the visitor may move them in the way that `may` looks for.
async fn movable(signed: &Visitor, id: &str, may: impl Fn(&PersonRights) -> bool) -> Result<PersonPage, PageError> {
    let person = person(signed, id).await?;
    if may(&person.may) {
        Ok(person)
    } else {
        Err(PageError::forbidden(
            "Who leaves and who comes back is noted by the school office and by IT staff, by nobody for themselves, \
             and for each person once.",
        ))
    }
}

fn confirm_leave(signed: &Visitor, person: &PersonPage, form: &Form) -> Answer {
    let (id, name) = (person.line.id, &person.line.name);
    let grants = crate::moment::count(person.grants.len() as u64, "grant");
    let confirm = Confirm {
        question: &format!("Mark {name} as having left?"),
        follows: vec![
            format!("{name} is signed out, can’t sign in again, and the gate is closed to them at once."),
            format!("What was opened for them alone no longer counts ({grants} shown on their page)."),
            "Their signatures and everything that is recorded about them are kept, for as long as the policies say. You can bring them back.".to_owned(),
        ],
        button: "Mark them as having left",
        action: &format!("/people/{id}/leave"),
        back: &format!("/people/{id}"),
        reason: None,
        hidden: Vec::new(),
    };
    confirm.show(signed.frame("Mark a person as having left"), form)
}

async fn show_leave(signed: Visitor, Path(id): Path<String>) -> Answer {
    let person = movable(&signed, &id, |may| may.mark_leaver).await?;
    confirm_leave(&signed, &person, &signed.form())
}

async fn leave(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let person = movable(&signed, &id, |may| may.mark_leaver).await?;
    let input = MarkLeaver { person: person.line.id };
    match signed.desk.mark_leaver(&signed.actor, input).await {
        Ok(()) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            confirm_leave(&signed, &person, &form)
        }
    }
}

fn confirm_return(signed: &Visitor, person: &PersonPage, form: &Form) -> Answer {
    let (id, name) = (person.line.id, &person.line.name);
    let confirm = Confirm {
        question: &format!("Bring {name} back?"),
        follows: vec![
            format!("{name} belongs to the school again, in the part, groups and roles that they had."),
            "They can sign in and use the web once they have signed what the policies ask of them now.".to_owned(),
        ],
        button: "Bring them back",
        action: &format!("/people/{id}/return"),
        back: &format!("/people/{id}"),
        reason: None,
        hidden: Vec::new(),
    };
    confirm.show(signed.frame("Bring a person back"), form)
}

async fn show_return(signed: Visitor, Path(id): Path<String>) -> Answer {
    let person = movable(&signed, &id, |may| may.bring_back).await?;
    confirm_return(&signed, &person, &signed.form())
}

async fn bring_back(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let person = movable(&signed, &id, |may| may.bring_back).await?;
    match signed.desk.bring_back(&signed.actor, person.line.id).await {
        Ok(()) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            confirm_return(&signed, &person, &form)
        }
    }
}
