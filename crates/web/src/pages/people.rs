//! The people of the school: found, added, changed, invited, let go; a whole list of them read in.

mod access;
mod details;
mod edit;
mod import;
mod invite;
mod leaving;
mod one;
mod particulars;
mod roles;

use actions::{PeopleQuery, PersonLine, Verb};
use askama::Template;
use domain::{Audience, Group};

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::{AppState, Visitor};

pub fn routes(pages: Pages) -> Pages {
    let pages = roles::routes(pages.get("/people", list));
    let pages = import::routes(edit::routes(particulars::routes(pages)));
    access::routes(leaving::routes(invite::routes(one::routes(pages))))
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    frame: Frame,
    filter: Form,
    filtered: bool,
    audiences: Vec<FormChoice>,
    groups: Vec<FormChoice>,
    roles: Vec<FormChoice>,
    listing: Listing,
    may_add: bool,
    may_import: bool,
    may_report: bool,
    looked_for: String,
}

async fn list(signed: Visitor, asked: ListParams) -> Answer {
    let query = PeopleQuery {
        list: asked.list.clone(),
        audience: asked.parse("audience"),
        group: Some(asked.get("group")).filter(|group| !group.is_empty()).map(|group| Group(group.to_owned())),
        role: signed.desk.roles().find(asked.get("role")).ok(),
        leavers: asked.get("leavers") == "yes",
    };
    let filtered = query.audience.is_some() || query.group.is_some() || query.role.is_some() || query.leavers;
    let leavers = query.leavers;
    let people = signed.desk.people(&signed.actor, query).await?;
    let listing = listing(&asked, &people, filtered, leavers);
    if asked.csv {
        return listing.csv("people");
    }
    let groups = signed.desk.groups(&signed.actor).await?;
    let mut filter = signed.form();
    for name in ["audience", "group", "role"] {
        filter = filter.with(name, asked.get(name));
    }
    page(&ListPage {
        frame: signed.frame("People"),
        filter: if leavers { filter.with("leavers", "yes") } else { filter },
        filtered,
        audiences: with_any(audience_choices()),
        groups: with_any(
            groups
                .iter()
                .map(|line| FormChoice::new(&line.group, format!("{} ({})", line.group, line.people)))
                .collect(),
        ),
        roles: with_any(role_choices(&signed)),
        listing,
        may_add: signed.desk.may(&signed.actor, Verb::AddPerson),
        may_import: signed.desk.may(&signed.actor, Verb::ImportPeople),
        may_report: signed.desk.may(&signed.actor, Verb::SigningProgress),
        looked_for: asked.looked_for,
    })
}

fn listing(asked: &ListParams, people: &actions::Paged<PersonLine>, filtered: bool, leavers: bool) -> Listing {
    let columns = vec![
        Column::new("Name").sorted_as("name"),
        Column::new("Username").sorted_as("username"),
        Column::new("Part of the school").sorted_as("part"),
        Column::new("Groups"),
    ];
    let caption = if leavers { "People who have left" } else { "People" };
    let empty = match (leavers, filtered) {
        (true, _) => "Nobody who has left matches. People appear here once they are marked as having left.",
        (false, true) => "Nobody matches these filters. Take one of them away to see more people.",
        (false, false) => "Nobody is here yet. Import a list of people, or add them one by one.",
    };
    Listing::paged(caption, columns, asked, people, |person| {
        vec![
            Cell::link(&person.name, format!("/people/{}", person.id)),
            Cell::text(&person.username),
            Cell::text(person.audience.title()),
            Cell::text(group_words(&person.groups)),
        ]
    })
    .empty(empty)
}

/// The parts of the school that somebody on record can belong to.
fn audience_choices() -> Vec<FormChoice> {
    let known = Audience::ALL.iter().filter(|audience| **audience != Audience::Unidentified);
    known.map(|audience| FormChoice::new(audience, audience.title())).collect()
}

/// Every role that somebody in the school can hold.
pub fn role_choices(app: &AppState) -> Vec<FormChoice> {
    let roles = app.desk.roles();
    let held = roles.entries().iter().filter(|entry| !entry.may_hold.is_empty());
    held.map(|entry| FormChoice::new(entry.role, &entry.title)).collect()
}

fn with_any(mut choices: Vec<FormChoice>) -> Vec<FormChoice> {
    choices.insert(0, FormChoice::new("", "Any"));
    choices
}

fn group_words(groups: &[Group]) -> String {
    groups.iter().map(|group| group.0.as_str()).collect::<Vec<_>>().join(", ")
}
