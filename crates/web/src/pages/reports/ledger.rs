//! The ledger: who did what, when, each entry bound to the one before; and the check that none was changed.

use actions::LedgerCheck;
use askama::Template;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;

/// Letters of a hash that a list shows.
const SHOWN_OF_HASH: usize = 12;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/reports/ledger", list).get("/reports/ledger/check", check)
}

/// What was done, as a list says it.
pub fn verb_words(verb: &str) -> String {
    verb.replace('-', " ")
}

/// As much of a hash as a list shows.
pub fn hash_begins(hash: &str) -> &str {
    hash.get(..SHOWN_OF_HASH).unwrap_or(hash)
}

#[derive(Template)]
#[template(path = "reports/ledger.html")]
struct LedgerPage {
    frame: Frame,
    listing: Listing,
}

async fn list(signed: Visitor, asked: ListParams) -> Answer {
    let lines = signed.desk.ledger(&signed.actor, asked.list.clone()).await?;
    let frame = signed.frame("The ledger").crumb("Reports", "/reports");
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("What"),
        Column::new("About"),
        Column::new("Hash begins"),
    ];
    let listing = Listing::paged("Entries, the newest first", columns, &asked, &lines, |line| {
        vec![
            Cell::when(&line.at, frame.zone()),
            Cell::text(&line.who),
            Cell::text(verb_words(&line.verb)),
            Cell::text(&line.about),
            Cell::text(hash_begins(&line.hash)),
        ]
    })
    .empty("Nothing has been done at this desk yet. The first thing that somebody does is the first entry.");
    if asked.csv {
        return listing.csv("ledger");
    }
    page(&LedgerPage { frame, listing })
}

#[derive(Template)]
#[template(path = "reports/ledger-check.html")]
struct CheckPage {
    frame: Frame,
    check: LedgerCheck,
}

async fn check(signed: Visitor) -> Answer {
    let check = signed.desk.check_ledger(&signed.actor).await?;
    let frame = signed.frame("The ledger, checked").crumb("Reports", "/reports").crumb("The ledger", "/reports/ledger");
    page(&CheckPage { frame, check })
}
