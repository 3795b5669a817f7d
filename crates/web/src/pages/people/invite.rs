//! An invitation to set a password: a link and a code, shown once.

use actions::{Invitation, Invite};
use askama::Template;
use axum::extract::Path;

use super::one::person;
use crate::answer::{Answer, page_once};
use crate::error::PageError;
use crate::forms::posted::Posted;
use crate::frame::Frame;
use crate::parts::Confirm;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/people/{id}/invite", show).post("/people/{id}/invite", invite)
}

async fn show(signed: Visitor, Path(id): Path<String>) -> Answer {
    let person = person(&signed, &id).await?;
    if !person.may.invite {
        return Err(PageError::forbidden(
            "Invitations are made by the school office and by IT staff. Ask one of them.",
        ));
    }
    let name = &person.line.name;
    let confirm = Confirm {
        question: &format!("Invite {name} to set a password?"),
        follows: vec![
            "You get a link and a code, either of which lets them choose a password, once. They are shown this one time.".to_owned(),
            format!("Give them to {name} and to nobody else. An invitation made earlier no longer counts."),
        ],
        button: "Make an invitation",
        action: &format!("/people/{id}/invite"),
        back: &format!("/people/{id}"),
        reason: None,
        hidden: Vec::new(),
    };
    confirm.show(signed.frame("Invite a person"), &signed.form())
}

#[derive(Template)]
#[template(path = "people/invited.html")]
struct InvitedPage {
    frame: Frame,
    name: String,
    username: String,
    link: String,
    invitation: Invitation,
    back: String,
}

async fn invite(signed: Visitor, Path(id): Path<String>, Posted(_): Posted) -> Answer {
    let person = person(&signed, &id).await?;
    let invitation = signed.desk.invite(&signed.actor, Invite { person: person.line.id }).await?;
    page_once(&InvitedPage {
        frame: signed.frame("An invitation"),
        name: person.line.name,
        username: person.line.username,
        link: format!("{}/welcome/{}", signed.settings.origin(), invitation.token),
        invitation,
        back: format!("/people/{id}"),
    })
}
