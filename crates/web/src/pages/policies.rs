//! The school's policies: read with what runs each clause beside it, compared, drafted, approved, published.

mod changes;
mod compare;
mod draft;
mod publish;
mod read;
mod source;
mod upload;

use actions::{PolicyLine, Verb};
use askama::Template;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    let pages = pages.get("/policies", list);
    publish::routes(draft::routes(upload::routes(compare::routes(read::routes(pages)))))
}

#[derive(Template)]
#[template(path = "policies/list.html")]
struct ListPage {
    frame: Frame,
    listing: Listing,
    drafts: Option<Listing>,
    may_upload: bool,
    may_report: bool,
}

async fn list(signed: Visitor, asked: ListParams) -> Answer {
    let policies = signed.desk.policies(&signed.actor).await?;
    let frame = signed.frame("Policies");
    let published: Vec<&PolicyLine> = policies.iter().filter(|line| line.version.is_some()).collect();
    let columns = vec![
        Column::new("Policy"),
        Column::new("Version").numeric(),
        Column::new("In force since"),
        Column::new("For"),
        Column::new("Looked after by"),
        Column::new("Clauses").numeric(),
    ];
    let listing = Listing::whole("Policies in force", columns, &asked, &published, |line| {
        vec![
            Cell::link(&line.title, format!("/policies/{}", line.policy)),
            Cell::text(line.version.map_or_else(String::new, |version| version.to_string())),
            Cell::when_or(line.published_at.as_ref(), "", frame.zone()),
            Cell::text(audiences(&line.audiences)),
            Cell::text(line.owner.map_or_else(String::new, |owner| signed.role_title(owner))),
            Cell::text(line.clauses),
        ]
    })
    .empty("No policy is in force yet. Until one is, the gate lets nobody out. Upload a draft, have it approved and publish it.");
    if asked.csv {
        return listing.csv("policies");
    }
    let may_upload = signed.desk.may(&signed.actor, Verb::UploadDraft);
    let drafts = may_upload.then(|| drafts(&policies, &asked));
    let may_report = signed.desk.may(&signed.actor, Verb::SigningProgress);
    page(&ListPage { frame, listing, drafts, may_upload, may_report })
}

/// The drafts that the visitor may see; the action hands out no others.
fn drafts(policies: &[PolicyLine], asked: &ListParams) -> Listing {
    let drafts: Vec<_> = policies.iter().filter_map(|line| Some((line, line.draft?))).collect();
    let columns = vec![Column::new("Policy"), Column::new("In force")];
    let listing = Listing::whole("Drafts", columns, asked, &drafts, |(line, draft)| {
        let in_force =
            line.version.map_or_else(|| "Nothing yet: it is new".to_owned(), |version| format!("Version {version}"));
        vec![Cell::link(&line.title, format!("/drafts/{draft}")).about("(draft)"), Cell::text(in_force)]
    });
    listing.empty("There is no draft. Upload one to change a policy or to begin a new one.").plain()
}

fn audiences(audiences: &[domain::Audience]) -> String {
    audiences.iter().map(|audience| audience.title()).collect::<Vec<_>>().join(", ")
}
