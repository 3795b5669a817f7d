//! The school's own list of sites that were closed by reports, and opening one of them again.

use actions::{ClosedSiteLine, ReopenSite};
use askama::Template;
use axum::extract::Path;
use domain::ClosedSiteId;

use crate::answer::{Answer, go, page, page_again};
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
    pages.get("/closed-sites", all).get("/closed-sites/{id}", one).post("/closed-sites/{id}", reopen)
}

#[derive(Template)]
#[template(path = "concerns/closed-sites.html")]
struct ListPage {
    frame: Frame,
    listing: Listing,
}

async fn all(signed: Visitor, asked: ListParams) -> Answer {
    let sites = signed.desk.closed_sites(&signed.actor).await?;
    let frame = signed.frame("Closed sites").crumb("Concerns", "/concerns");
    let columns = ["Site", "Closed", "By", "Why", "Policy", "Clause", "Opened again"].map(Column::new).to_vec();
    let listing = Listing::whole("Closed sites", columns, &asked, &sites, |line| {
        vec![
            Cell::link(&line.host, format!("/closed-sites/{}", line.id)),
            Cell::when(&line.closed_at, frame.zone()),
            Cell::text(&line.closed_by.name),
            Cell::text(&line.reason),
            Cell::text(&line.policy_title),
            Cell::text(&line.clause),
            Cell::when_or(line.opened.as_ref().map(|(at, ..)| at), "No", frame.zone()),
        ]
    })
    .empty("No site has been closed by a report.");
    if asked.csv {
        return listing.csv("closed-sites");
    }
    page(&ListPage { frame, listing })
}

#[derive(Template)]
#[template(path = "concerns/closed-site.html")]
struct OnePage<'a> {
    frame: Frame,
    form: &'a Form,
    site: &'a ClosedSiteLine,
    facts: Facts,
    clause: Option<CitedClause>,
}

fn one_page<'a>(signed: &Visitor, site: &'a ClosedSiteLine, form: &'a Form) -> OnePage<'a> {
    let frame = signed.frame("A closed site").form(form).crumb("Concerns", "/concerns");
    let frame = frame.crumb("Closed sites", "/closed-sites");
    let mut facts = Facts::new()
        .row("Closed", frame.when(&site.closed_at))
        .row("By", &site.closed_by.name)
        .row("Why", &site.reason);
    if let Some(case) = site.case {
        facts = facts.cells("Report", vec![Cell::link("The report of this site", format!("/concerns/{case}"))]);
    }
    if let Some((at, by, reason)) = &site.opened {
        facts = facts.row("Opened again", frame.when(at)).row("Opened by", &by.name).row("Why it was opened", reason);
    }
    OnePage { facts, clause: CitedClause::published(&site.policy.0, &site.clause, signed), site, form, frame }
}

fn parse(id: &str) -> Result<ClosedSiteId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

async fn one(signed: Visitor, Path(id): Path<String>) -> Answer {
    let site = signed.desk.closed_site(&signed.actor, parse(&id)?).await?;
    page(&one_page(&signed, &site, &signed.form()))
}

async fn reopen(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let site = parse(&id)?;
    let input = ReopenSite { site, reason: form.value("reason").to_owned() };
    match signed.desk.reopen_site(&signed.actor, input).await {
        Ok(()) => go(format!("/closed-sites/{site}")),
        Err(error) => {
            form.refused(error)?;
            let site = signed.desk.closed_site(&signed.actor, site).await?;
            page_again(&one_page(&signed, &site, &form))
        }
    }
}
