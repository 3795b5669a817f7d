//! The entries of a register about which there is something to do.

use actions::{RegisterEntryLine, Task};
use askama::Template;
use axum::extract::Path;
use domain::PolicyId;

use super::href;
use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub(super) fn routes(pages: Pages) -> Pages {
    pages.get("/registers/{policy}/{register}/to-do", to_do)
}

#[derive(Template)]
#[template(path = "registers/to-do.html")]
struct ToDoPage {
    frame: Frame,
    title: String,
    listing: Listing,
}

async fn to_do(signed: Visitor, Path((policy, register)): Path<(String, String)>, asked: ListParams) -> Answer {
    let policy = PolicyId(policy);
    let (card, entries) = signed.desk.entries_to_see_to(&signed.actor, &policy, &register, &asked.list).await?;
    let frame =
        signed.frame("Entries to see to").crumb("Registers", "/registers").crumb(card.title.clone(), href(&card));
    let columns = ["What to do", "Why", "By or since", "Entry"].map(Column::new);
    let row = |(line, task): &(RegisterEntryLine, Task)| {
        let says: Vec<String> = line.answers.iter().map(|(label, says)| format!("{label}: {says}")).collect();
        vec![
            Cell::link(&task.title, format!("/entries/{}", line.id)),
            Cell::text(&task.detail),
            Cell::when(&task.date.at(), frame.zone()),
            Cell::text(says.join("; ")),
        ]
    };
    let listing = Listing::paged("Entries to see to", columns.into(), &asked, &entries, row);
    let listing = listing.empty("There is nothing to do about any entry of this register.");
    if asked.csv {
        return listing.csv("to-do");
    }
    page(&ToDoPage { title: card.title, frame, listing })
}
