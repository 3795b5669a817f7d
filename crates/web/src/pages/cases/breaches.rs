//! Data breaches: the list of all that somebody reads, and of one what the school would tell the regulator, to be printed.

use actions::{BreachFacts, ConcernPage};
use askama::Template;
use axum::extract::Path;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::error::PageError;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/breaches", all).get("/concerns/{id}/regulator", for_the_regulator)
}

const NOT_YET: &str = "Not known yet";

#[derive(Template)]
#[template(path = "concerns/breaches.html")]
struct ListPage {
    frame: Frame,
    listing: Listing,
}

async fn all(signed: Visitor, asked: ListParams) -> Answer {
    let breaches = signed.desk.breaches(&signed.actor).await?;
    let frame = signed.frame("Data breaches").crumb("Concerns", "/concerns");
    let columns = ["What", "Reported", "Known since", "What happened", "Regulator", "Closed"].map(Column::new).to_vec();
    let or = |words: &Option<String>, otherwise: &str| Cell::text(words.as_deref().unwrap_or(otherwise));
    let listing = Listing::whole("Data breaches", columns, &asked, &breaches, |line| {
        vec![
            Cell::link(&line.title, format!("/concerns/{}", line.id))
                .about(format!("reported on {}", frame.when(&line.opened_at))),
            Cell::when(&line.opened_at, frame.zone()),
            Cell::when(&line.known_since, frame.zone()),
            or(&line.nature, NOT_YET),
            or(&line.regulator, "Not decided yet"),
            Cell::when_or(line.closed_at.as_ref(), "Open", frame.zone()),
        ]
    })
    .empty("No data breach has come to you.");
    if asked.csv {
        return listing.csv("data-breaches");
    }
    page(&ListPage { frame, listing })
}

/// What the regulator asks, with what is known of it.
pub fn parts(breach: &BreachFacts) -> Facts {
    let rows = breach.parts.iter();
    rows.fold(Facts::new(), |facts, (part, known)| facts.row(part.title(), known.as_deref().unwrap_or(NOT_YET)))
}

#[derive(Template)]
#[template(path = "concerns/regulator.html")]
struct RegulatorPage {
    frame: Frame,
    times: Facts,
    parts: Facts,
    /// Whether anything is written down of who was told, and what.
    breach_told: bool,
    told: Facts,
    missing: String,
}

async fn for_the_regulator(signed: Visitor, Path(id): Path<String>) -> Answer {
    let case = id.parse().map_err(|_| PageError::no_such_page())?;
    let concern: ConcernPage = signed.desk.concern(&signed.actor, case).await?;
    let Some(breach) = &concern.breach else { return Err(PageError::no_such_page()) };
    let frame = signed.frame("A report").crumb("Concerns", "/concerns").crumb("A report", format!("/concerns/{case}"));
    let mut times = Facts::new()
        .row("Known since", frame.when(&breach.known_since))
        .row("Reported", frame.when(&concern.line.opened_at));
    if let Some(deadline) = &concern.deadline {
        times = times.row("To be told by", frame.when_and_how_far(deadline));
    }
    let told = breach.told.iter();
    let missing: Vec<String> = breach.missing().iter().map(|part| domain::lower_first(part.title())).collect();
    page(&RegulatorPage {
        times: times.row("Whom to turn to", &breach.contact),
        parts: parts(breach),
        breach_told: !breach.told.is_empty(),
        told: told
            .fold(Facts::new(), |facts, (heading, lines)| facts.cells(heading, lines.iter().map(Cell::text).collect())),
        missing: sentences::list(&missing, "and"),
        frame,
    })
}
