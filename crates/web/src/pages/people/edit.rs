//! A person's details: changed, or typed for the first time.

use actions::{AddPerson, EditPerson, PersonPage, Verb};
use askama::Template;
use axum::extract::Path;

use super::details::{Details, filled};
use super::one::person;
use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/people/add", show_add)
        .post("/people/add", add)
        .get("/people/{id}/edit", show_edit)
        .post("/people/{id}/edit", edit)
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    form: &'a Form,
    /// The name of a person who is on record already.
    name: Option<&'a str>,
    audiences: Vec<FormChoice>,
    roles: Vec<FormChoice>,
    may_roles: bool,
}

fn add_page<'a>(signed: &Visitor, form: &'a Form) -> EditPage<'a> {
    EditPage {
        frame: signed.frame("Add a person").crumb("People", "/people").form(form),
        form,
        name: None,
        audiences: super::audience_choices(),
        roles: super::role_choices(signed),
        may_roles: signed.desk.may(&signed.actor, Verb::EditRoles),
    }
}

fn edit_page<'a>(signed: &Visitor, form: &'a Form, person: &'a PersonPage) -> EditPage<'a> {
    let one = format!("/people/{}", person.line.id);
    EditPage {
        frame: signed
            .frame("Change a person’s details")
            .crumb("People", "/people")
            .crumb("A person’s page", one)
            .form(form),
        form,
        name: Some(&person.line.name),
        audiences: super::audience_choices(),
        roles: super::role_choices(signed),
        may_roles: person.may.edit_roles,
    }
}

async fn show_add(signed: Visitor) -> Answer {
    may_add(&signed)?;
    page(&add_page(&signed, &signed.form()))
}

fn may_add(signed: &Visitor) -> Result<(), PageError> {
    if signed.desk.may(&signed.actor, Verb::AddPerson) {
        Ok(())
    } else {
        Err(PageError::forbidden("People are added by the school office and by IT staff. Ask one of them."))
    }
}

async fn add(signed: Visitor, Posted(mut form): Posted) -> Answer {
    may_add(&signed)?;
    if form.value("username").is_empty() {
        form.blame("username", "Type the name that they will sign in with");
    }
    let details = Details::read(&mut form, &signed.desk.roles());
    let Some(details) = details.filter(|_| !form.has_problems()) else {
        return page_again(&add_page(&signed, &form));
    };
    let input = AddPerson {
        username: form.value("username").to_owned(),
        name: details.name,
        mail: details.mail,
        audience: details.audience,
        groups: details.groups,
        roles: details.roles,
        children: details.children,
    };
    match signed.desk.add_person(&signed.actor, input).await {
        Ok(person) => go(format!("/people/{person}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&add_page(&signed, &form))
        }
    }
}

/// The person, for somebody who may change them.
async fn editable(signed: &Visitor, id: &str) -> Result<PersonPage, PageError> {
    let person = person(signed, id).await?;
    if person.may.edit {
        Ok(person)
    } else {
        Err(PageError::forbidden("People’s details are changed by the school office and by IT staff. Ask one of them."))
    }
}

async fn show_edit(signed: Visitor, Path(id): Path<String>) -> Answer {
    let person = editable(&signed, &id).await?;
    let form = filled(signed.form(), &person);
    page(&edit_page(&signed, &form, &person))
}

async fn edit(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let person = editable(&signed, &id).await?;
    let Some(details) = Details::read(&mut form, &signed.desk.roles()) else {
        return page_again(&edit_page(&signed, &form, &person));
    };
    let input = EditPerson {
        person: person.line.id,
        name: details.name,
        mail: details.mail,
        audience: details.audience,
        groups: details.groups,
        // a form that shows no roles does not take them away
        roles: if person.may.edit_roles { details.roles } else { person.roles.iter().collect() },
        children: details.children,
    };
    match signed.desk.edit_person(&signed.actor, input).await {
        Ok(_) => go(format!("/people/{id}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&edit_page(&signed, &form, &person))
        }
    }
}
