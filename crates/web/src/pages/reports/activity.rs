//! Activity is looked at by whoever stated a purpose, after a second person agreed where the clause asks for one.
//!
//! Reading is a POST: each page that is read stands in the ledger, and a browser's history holds no search.

use actions::{ActivityPage, ListQuery, Verb, ViewingLine};
use askama::Template;
use axum::extract::Path;
use domain::{Outcome, ViewingId};

use crate::answer::{Answer, go, page, page_once_until};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/reports/activity", list)
        .get("/reports/activity/{id}", one)
        .post("/reports/activity/{id}", look)
        .post("/reports/activity/{id}/agree", agree)
}

#[derive(Template)]
#[template(path = "reports/viewings.html")]
struct ViewingsPage {
    frame: Frame,
    listing: Listing,
    may_state: bool,
}

async fn list(signed: Visitor, asked: ListParams) -> Answer {
    let viewings = signed.desk.viewings(&signed.actor).await?;
    let frame = signed.frame("Use of the web").crumb("Reports", "/reports");
    let columns =
        vec![Column::new("Stated"), Column::new("Whose use of the web"), Column::new("By"), Column::new("State")];
    let listing = Listing::whole("Purposes stated", columns, &asked, &viewings, |viewing| {
        vec![
            Cell::when(&viewing.asked_at, frame.zone()).to(format!("/reports/activity/{}", viewing.id)),
            Cell::text(&viewing.subject_words),
            Cell::text(&viewing.viewer.name),
            state_cell(viewing, &signed),
        ]
    })
    .empty("You have stated no purpose, and nobody needs you to agree to theirs. State a purpose to look.")
    .plain();
    let may_state = !signed.desk.viewing_rights(&signed.actor).is_empty();
    page(&ViewingsPage { frame, listing, may_state })
}

fn state_cell(viewing: &ViewingLine, signed: &Visitor) -> Cell {
    if viewing.until <= signed.desk.now() {
        Cell::tag("Over", "grey")
    } else if viewing.awaits.is_empty() {
        Cell::tag("Open", "green")
    } else if viewing.viewer.id == signed.actor.person() {
        Cell::tag("Waiting for somebody else", "yellow")
    } else {
        Cell::tag("Waiting for you", "yellow")
    }
}

/// What was read, on one page of it.
struct Rows {
    listing: Listing,
    page: u32,
    pages: u32,
    total: u64,
    /// The days whose activity is damaged on the disk, in words; empty where none is.
    unreadable: String,
}

#[derive(Template)]
#[template(path = "reports/viewing.html")]
struct ViewingPage<'a> {
    frame: Frame,
    form: &'a Form,
    id: ViewingId,
    facts: Facts,
    clause: Option<CitedClause>,
    over: bool,
    /// Who must still agree, in words; empty where nobody must.
    awaits: String,
    own: bool,
    may_agree: bool,
    /// Whether visits to helplines are shown to the viewer.
    sees_help: bool,
    rows: Option<Rows>,
}

async fn viewing(signed: &Visitor, id: &str) -> Result<ViewingLine, PageError> {
    let id: ViewingId = id.parse().map_err(|_| PageError::no_such_page())?;
    Ok(signed.desk.viewing(&signed.actor, id).await?)
}

fn viewing_page<'a>(signed: &Visitor, viewing: &ViewingLine, form: &'a Form, rows: Option<Rows>) -> ViewingPage<'a> {
    let frame =
        signed.frame("A stated purpose").crumb("Reports", "/reports").crumb("Use of the web", "/reports/activity");
    let own = viewing.viewer.id == signed.actor.person();
    let facts = Facts::new()
        .row("Whose use of the web", &viewing.subject_words)
        .row("Purpose", &viewing.purpose)
        .row("From", frame.when(&viewing.from))
        .row("To", frame.when(&viewing.to))
        .row("Stated", format!("{}, by {}", frame.when(&viewing.asked_at), viewing.viewer.name))
        .row_if("Agreed to by", viewing.second.as_ref().map(|second| second.name.clone()))
        .row("Lets them look until", frame.when_and_how_far(&viewing.until))
        .row_if("The person can be told from", viewing.untold_until.as_ref().map(|at| frame.when(at)))
        .row_if("Why not at once", viewing.untold_reason.as_ref());
    ViewingPage {
        form,
        id: viewing.id,
        facts,
        clause: CitedClause::published(&viewing.policy.0, &viewing.clause, signed),
        over: viewing.until <= signed.desk.now(),
        awaits: if viewing.awaits.is_empty() { String::new() } else { signed.roles_in_sentence(&viewing.awaits, "or") },
        own,
        sees_help: signed.desk.sees_help(&signed.actor, &viewing.policy, &viewing.clause),
        may_agree: !own && !viewing.awaits.is_empty() && signed.desk.may(&signed.actor, Verb::SecondViewing),
        rows,
        frame,
    }
}

async fn one(signed: Visitor, Path(id): Path<String>) -> Answer {
    let viewing = viewing(&signed, &id).await?;
    page(&viewing_page(&signed, &viewing, &signed.form(), None))
}

async fn look(signed: Visitor, Path(id): Path<String>, Posted(form): Posted) -> Answer {
    let viewing = viewing(&signed, &id).await?;
    let query = ListQuery {
        search: form.value("search").to_owned(),
        page: form.parse("page").unwrap_or(1),
        ..ListQuery::default()
    };
    let found = signed.desk.read_activity(&signed.actor, viewing.id, query).await?;
    let rows = rows(&signed, &found);
    page_once_until(viewing.until, &viewing_page(&signed, &viewing, &form, Some(rows)))
}

async fn agree(signed: Visitor, Path(id): Path<String>, Posted(_): Posted) -> Answer {
    let id: ViewingId = id.parse().map_err(|_| PageError::no_such_page())?;
    signed.desk.second_viewing(&signed.actor, id).await?;
    go("/reports/activity")
}

fn rows(signed: &Visitor, found: &ActivityPage) -> Rows {
    let unreadable: Vec<String> = found.unreadable.iter().map(crate::moment::day).collect();
    let (unreadable, found) = (unreadable.join(", "), &found.page);
    let zone = signed.desk.time_zone();
    let columns = vec![
        Column::new("When"),
        Column::new("Who"),
        Column::new("Device"),
        Column::new("Address"),
        Column::new("Searched for"),
        Column::new("Categories"),
        Column::new("What came of it"),
        Column::new("Clause"),
    ];
    let listing = Listing::whole("Use of the web, the newest first", columns, &ListParams::default(), &found.rows, |row| {
        let activity = &row.activity;
        let categories: Vec<&str> = activity.categories.iter().map(domain::Category::title).collect();
        let outcome = match activity.outcome {
            _ if row.sought_help => Cell::tag("Looked for help", "purple"),
            Outcome::Allowed => Cell::tag("Allowed", "green"),
            Outcome::Blocked => Cell::tag("Blocked", "red"),
        };
        let clause = match (&activity.policy, &activity.version, &activity.clause) {
            (Some(policy), Some(version), Some(clause)) => Cell::link(clause, format!("/policies/{policy}/v/{version}#clause-{clause}")),
            _ => Cell::empty(),
        };
        vec![
            Cell::when(&activity.at, zone),
            Cell::text(row.person.as_ref().map_or("Nobody signed in", |person| person.name.as_str())),
            Cell::text(activity.device.clone().unwrap_or_else(|| activity.client.to_string())),
            Cell::text(format!("{}{}", activity.host, activity.path.as_deref().unwrap_or_default())),
            Cell::text(activity.search.as_deref().unwrap_or_default()),
            Cell::text(categories.join(", ")),
            outcome,
            clause,
        ]
    })
    .empty("Nothing was recorded for this in the span, or nothing matches the search. Activity appears here as the gate sees it.")
    .plain();
    Rows { listing, page: found.page, pages: found.pages, total: found.total, unreadable }
}
