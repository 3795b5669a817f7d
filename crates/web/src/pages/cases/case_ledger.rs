//! What the ledger holds of one report, which the ledger's own list leaves out.

use askama::Template;
use axum::extract::Path;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::pages::cases::concerns::parse;
use crate::pages::reports::{hash_begins, verb_words};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/ledger", list)
}

#[derive(Template)]
#[template(path = "concerns/ledger.html")]
struct CaseLedgerPage {
    frame: Frame,
    listing: Listing,
}

async fn list(signed: Visitor, Path(id): Path<String>, asked: ListParams) -> Answer {
    let case = parse(&id)?;
    let lines = signed.desk.case_ledger(&signed.actor, case, asked.list.clone()).await?;
    let frame = signed.frame("What the ledger holds of a report");
    let columns = vec![Column::new("When"), Column::new("What"), Column::new("Hash begins")];
    let listing = Listing::paged("Entries, the newest first", columns, &asked, &lines, |line| {
        vec![
            Cell::when(&line.at, frame.zone()),
            Cell::text(verb_words(&line.verb)),
            Cell::text(hash_begins(&line.hash)),
        ]
    })
    .without_search();
    if asked.csv {
        return listing.csv("ledger-of-a-report");
    }
    let frame = frame.crumb("Concerns", "/concerns").crumb("A report", format!("/concerns/{case}"));
    page(&CaseLedgerPage { frame, listing })
}
