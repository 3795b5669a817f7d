//! What is known of one person across the reports that the reader has, in the order of time.

use actions::{ChronologyPage, REPEATS_WITHIN_WEEKS};
use askama::Template;
use axum::extract::Path;
use domain::PersonId;

use crate::answer::{Answer, page};
use crate::error::PageError;
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/chronology/{person}", one)
}

#[derive(Template)]
#[template(path = "concerns/chronology.html")]
struct OnePage<'a> {
    frame: Frame,
    chronology: &'a ChronologyPage,
    /// Within how many weeks what repeats is said to.
    weeks: i64,
}

pub fn parse(person: &str) -> Result<PersonId, PageError> {
    person.parse().map_err(|_| PageError::no_such_page())
}

async fn one(signed: Visitor, Path(person): Path<String>) -> Answer {
    let chronology = signed.desk.chronology(&signed.actor, parse(&person)?).await?;
    page(&OnePage {
        frame: signed.frame("Reports about one person").crumb("Concerns", "/concerns"),
        chronology: &chronology,
        weeks: REPEATS_WITHIN_WEEKS,
    })
}
