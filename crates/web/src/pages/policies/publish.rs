//! A draft comes into force: once more asked, with what follows.

use actions::{DraftPage, PublishPolicy};
use axum::extract::Path;

use super::draft::draft;
use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::parts::{Confirm, DonePage};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/drafts/{id}/publish", show).post("/drafts/{id}/publish", publish)
}

async fn show(signed: Visitor, Path(id): Path<String>) -> Answer {
    let draft = draft(&signed, &id).await?;
    if !draft.may_publish {
        let why = if draft.why_not_publish.is_empty() {
            "It is published by who looks after the policy, or by one of those who approve it.".to_owned()
        } else {
            draft.why_not_publish.join(" ")
        };
        return Err(PageError::forbidden(format!("This draft can’t be published by you now. {why}")));
    }
    confirm(&signed, &draft, &signed.form())
}

/// How many people are asked to sign, in words.
fn asked_words(people: u64) -> String {
    match people {
        0 => "Nobody is asked to sign again.".to_owned(),
        1 => "1 person is asked to sign it.".to_owned(),
        many => format!("{many} people are asked to sign it."),
    }
}

fn confirm(signed: &Visitor, draft: &DraftPage, form: &Form) -> Answer {
    let title = signed.filled_title(&draft.title);
    let mut follows = vec![match draft.current {
        Some(current) => format!(
            "It takes the place of version {current}, which stays to be read. The gate obeys the new text at once."
        ),
        None => "It is the first version. The gate obeys it at once.".to_owned(),
    }];
    if !draft.widens_view.is_empty() {
        follows.insert(0, "It lets more people look at what the school keeps about people:".to_owned());
        let sentences = draft.widens_view.iter().map(|widened| widened.sentence.clone());
        follows.splice(1..1, sentences);
    }
    let asked_to_sign = signed.desk.asked_to_sign(&signed.actor, draft)?;
    follows.push(asked_words(asked_to_sign));
    if asked_to_sign > 0 {
        follows.push("Where the policy asks for the signature before access, the web stays closed to each of them until they have signed, or until its time of grace has passed.".to_owned());
    }
    if draft.minor {
        follows.push("It was uploaded as a minor correction: what was signed before still counts.".to_owned());
    }
    follows.push("A published version can’t be taken back; a new one can take its place.".to_owned());
    let confirm = Confirm {
        question: &format!("Publish ‘{title}’?"),
        follows,
        button: "Publish this policy",
        action: &format!("/drafts/{}/publish", draft.id),
        back: &format!("/drafts/{}", draft.id),
        reason: None,
        hidden: vec![("text_hash", draft.text_hash.clone())],
    };
    confirm.show(signed.frame("Publish a draft"), form)
}

async fn publish(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let draft = draft(&signed, &id).await?;
    let input = PublishPolicy { version: draft.id, text_hash: form.value("text_hash").to_owned() };
    let published = match signed.desk.publish_policy(&signed.actor, input).await {
        Ok(published) => published,
        Err(error) => {
            form.refused(error)?;
            return confirm(&signed, &draft, &form);
        }
    };
    page(&DonePage {
        frame: signed.frame("A policy is published").crumb("Policies", "/policies"),
        done: format!("{} is in force", signed.filled_title(&draft.title)),
        detail: format!("Version {}", published.version),
        next: vec![
            asked_words(published.asked_to_sign),
            "Each of them finds it on their Home page, and is asked to sign by the gate where the policy says so. Reports shows who hasn’t signed yet.".to_owned(),
        ],
        links: vec![
            Cell::link("Read the policy", format!("/policies/{}", published.policy)),
            Cell::link("See who has signed", "/reports"),
        ],
    })
}
