//! Two published versions of a policy beside each other, in words.

use actions::PolicyDiff;
use askama::Template;
use axum::extract::Path;
use domain::{PolicyId, Version};

use super::changes::{Side, listing};
use crate::answer::{Answer, page};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::listing::{ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/policies/{id}/diff", compare)
}

#[derive(Template)]
#[template(path = "policies/compare.html")]
struct ComparePage {
    frame: Frame,
    form: Form,
    title: String,
    from: Version,
    to: Version,
    versions: Vec<FormChoice>,
    changes: Option<Listing>,
}

async fn compare(signed: Visitor, Path(id): Path<String>, asked: ListParams) -> Answer {
    let id = PolicyId(id);
    let policy = signed.desk.policy(&signed.actor, &id).await?;
    let newest = policy.versions.iter().map(|known| known.version).max().ok_or_else(PageError::no_such_page)?;
    let to = asked.parse("to").map_or(newest, Version);
    let from = asked.parse("from").map_or(Version(to.0.saturating_sub(1).max(1)), Version);
    let changes = if from == to { None } else { Some(changes(&signed, &id, from, to).await?) };
    let title = signed.filled_title(&policy.document.title);
    page(&ComparePage {
        frame: signed
            .frame("Compare two versions")
            .crumb("Policies", "/policies")
            .crumb(&title, format!("/policies/{id}")),
        form: signed.form().with("from", from).with("to", to),
        title,
        from,
        to,
        versions: policy
            .versions
            .iter()
            .map(|known| FormChoice::new(known.version, format!("Version {}", known.version)))
            .collect(),
        changes,
    })
}

async fn changes(signed: &Visitor, id: &PolicyId, from: Version, to: Version) -> Result<Listing, PageError> {
    let old = signed.desk.policy_version(&signed.actor, id, from).await?;
    let new = signed.desk.policy_version(&signed.actor, id, to).await?;
    let input = PolicyDiff { policy: id.clone(), from, to };
    let changes = signed.desk.policy_diff(&signed.actor, input).await?;
    let side = |version: Version| Some(format!("/policies/{id}/v/{version}"));
    Ok(listing(
        &format!("From version {from} to version {to}"),
        &changes,
        &Side { href: side(from), document: Some(&old.document) },
        &Side { href: side(to), document: Some(&new.document) },
        "Nothing that people read or that the systems do is different between the two.",
    ))
}
