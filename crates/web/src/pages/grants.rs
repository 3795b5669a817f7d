//! Permissions in force, and taking one back.

use actions::{GrantLine, GrantQuery, Revoke};
use askama::Template;
use axum::extract::Path;
use domain::GrantId;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::{Confirm, DonePage};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/grants", list).get("/grants/{id}/revoke", revoke_form).post("/grants/{id}/revoke", revoke)
}

#[derive(Template)]
#[template(path = "deciding/grants.html")]
struct GrantsPage {
    frame: Frame,
    past: bool,
    listing: Listing,
}

async fn list(signed: Visitor, asked: ListParams) -> Answer {
    let past = asked.get("past") == "yes";
    let query = GrantQuery { list: asked.list.clone(), live_only: !past };
    let grants = signed.desk.grants(&signed.actor, query).await?;
    let frame = signed.frame("Permissions in force");
    let frame = frame.crumb_if_reachable("Decide", "/decide");
    let columns = ["What", "Who for", "Asked by", "Given by", "From", "Ends", "State"].map(Column::new).to_vec();
    let listing = Listing::paged(if past { "All permissions" } else { "In force" }, columns, &asked, &grants, |line| {
        vec![
            Cell::link_if(line.may_read_request, &line.scope_words, format!("/requests/{}", line.request))
                .about(format!("for {}", line.recipient_words)),
            Cell::text(&line.recipient_words),
            Cell::text(&line.asker.name),
            Cell::text(&line.by.name),
            Cell::when(&line.from, frame.zone()),
            Cell::when_or(line.until.as_ref(), "when taken back", frame.zone()),
            if line.may_revoke {
                Cell::link("Take back", format!("/grants/{}/revoke", line.id))
                    .about(format!("{} for {}", line.scope_words, line.recipient_words))
            } else if line.live {
                Cell::tag("In force", "green")
            } else if line.to_come {
                Cell::tag("To come", "blue")
            } else {
                Cell::tag(if line.revoked_at.is_some() { "Taken back" } else { "Ended" }, "grey")
            },
        ]
    })
    .empty("No permissions are in force. When a request is approved, it appears here until it ends.");
    if asked.csv {
        return listing.csv("permissions");
    }
    page(&GrantsPage { frame, past, listing })
}

async fn revoke_form(signed: Visitor, Path(id): Path<String>) -> Answer {
    let grant = find(&signed, &id).await?;
    confirm(&signed, &grant, &signed.form())
}

async fn find(signed: &Visitor, id: &str) -> Result<GrantLine, PageError> {
    let id: GrantId = id.parse().map_err(|_| PageError::no_such_page())?;
    Ok(signed.desk.grant(&signed.actor, id).await?)
}

fn confirm(signed: &Visitor, grant: &GrantLine, form: &Form) -> Answer {
    let (what, whom) = (&grant.scope_words, &grant.recipient_words);
    Confirm {
        question: &format!("Close {what} for {whom}?"),
        follows: vec![
            format!("It closes at once for {whom}; connections that are open now are cut."),
            format!("{} asked for it and sees your reason.", grant.asker.name),
        ],
        button: &format!("Close {what} for {whom}"),
        action: &format!("/grants/{}/revoke", grant.id),
        back: "/grants",
        reason: Some("Why?"),
        hidden: Vec::new(),
    }
    .show(signed.frame("Take a permission back"), form)
}

async fn revoke(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let grant: GrantId = id.parse().map_err(|_| PageError::no_such_page())?;
    let input = Revoke { grant, reason: form.value("reason").to_owned() };
    match signed.desk.revoke(&signed.actor, input).await {
        Ok(line) => page(&DonePage {
            frame: signed.frame("Taken back").crumb("Permissions in force", "/grants"),
            done: format!("{} is closed for {}", line.scope_words, line.recipient_words),
            detail: String::new(),
            next: vec![format!("{} sees this and your reason.", line.asker.name)],
            links: vec![Cell::link("Permissions in force", "/grants")],
        }),
        Err(error) => {
            form.refused(error)?;
            let line = find(&signed, &id).await?;
            confirm(&signed, &line, &form)
        }
    }
}
