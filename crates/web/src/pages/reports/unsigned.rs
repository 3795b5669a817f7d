//! Who still owes a signature for a policy.

use actions::{SigningTask, UnsignedLine, UnsignedQuery, Verb};
use askama::Template;
use axum::extract::Path;
use domain::{Audience, PolicyId};

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/reports/unsigned/{policy}", unsigned)
}

#[derive(Template)]
#[template(path = "reports/unsigned.html")]
struct UnsignedPage {
    frame: Frame,
    filter: Form,
    audiences: Vec<FormChoice>,
    title: String,
    listing: Listing,
}

async fn unsigned(signed: Visitor, Path(policy): Path<String>, asked: ListParams) -> Answer {
    let query = UnsignedQuery {
        policy: Some(PolicyId(policy.clone())),
        audience: asked.parse("audience"),
        list: asked.list.clone(),
    };
    let people = signed.desk.unsigned_people(&signed.actor, query).await?;
    let rules = signed.desk.rules();
    let published = rules.policies().iter().find(|published| published.document.id.0 == policy);
    let document = &published.ok_or_else(PageError::no_such_page)?.document;
    let frame = signed.frame("Who has not signed").crumb("Reports", "/reports");
    let named = signed.desk.may(&signed.actor, Verb::People);
    let listing = listing(&asked, &people, &frame, named);
    if asked.csv {
        return listing.csv("unsigned");
    }
    let mut audiences = vec![FormChoice::new("", "Any")];
    audiences.extend(
        Audience::ALL
            .iter()
            .filter(|audience| **audience != Audience::Unidentified)
            .map(|audience| FormChoice::new(audience, audience.title())),
    );
    page(&UnsignedPage {
        filter: signed.form().with("audience", asked.get("audience")),
        audiences,
        title: signed.filled_title(&document.title),
        listing,
        frame,
    })
}

/// Whose signature is missing.
fn whose(owed: &SigningTask) -> &'static str {
    match (owed.by_self, owed.by_parent, owed.no_parent_on_record) {
        (true, true, true) => "Their own and a parent’s; no parent is on record",
        (false, true, true) => "A parent’s; no parent is on record",
        (true, true, false) => "Their own and a parent’s",
        (false, true, false) => "A parent’s",
        _ => "Their own",
    }
}

fn listing(asked: &ListParams, people: &actions::Paged<UnsignedLine>, frame: &Frame, named: bool) -> Listing {
    let columns = vec![
        Column::new("Name"),
        Column::new("Part of the school"),
        Column::new("Groups"),
        Column::new("Whose signature is missing"),
        Column::new("Parents and carers"),
        Column::new("The web"),
        Column::new("By when"),
    ];
    Listing::paged("People who have not signed", columns, asked, people, |line| {
        let person = &line.person;
        let parents: Vec<&str> = line.parents.iter().map(|parent| parent.name.as_str()).collect();
        let groups: Vec<&str> = person.groups.iter().map(|group| group.0.as_str()).collect();
        vec![
            if named { Cell::link(&person.name, format!("/people/{}", person.id)) } else { Cell::text(&person.name) },
            Cell::text(person.audience.title()),
            Cell::text(groups.join(", ")),
            Cell::text(whose(&line.owed)),
            Cell::text(parents.join(", ")),
            if line.owed.bars_access { Cell::tag("Closed until signed", "red") } else { Cell::text("Open") },
            Cell::when_or(line.owed.due.as_ref(), "At once", frame.zone()),
        ]
    })
    .empty("Everybody who was asked has signed. New people, and a new version that isn’t a minor correction, would add names here.")
}
