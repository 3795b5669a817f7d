//! A clause wherever it is cited: its number and title, opening in the words that people signed.

use askama::Template;
use askama::filters::HtmlSafe;
use domain::PolicyId;
use policy::Document;

use crate::visitor::AppState;

/// `{{ clause }}` in a template: a details panel.
#[derive(Template, Debug, Clone)]
#[template(path = "components/clause.html")]
pub struct CitedClause {
    pub policy: String,
    pub policy_title: String,
    pub version: u32,
    pub id: String,
    pub number: String,
    pub title: String,
    pub prose_html: String,
}
impl HtmlSafe for CitedClause {}

impl CitedClause {
    /// A clause of a document in one version.
    pub fn of(document: &Document, version: u32, clause: &str, app: &AppState) -> Option<CitedClause> {
        let clause = document.clauses.iter().find(|found| found.id == clause)?;
        Some(CitedClause {
            policy: document.id.to_string(),
            policy_title: document.title.clone(),
            version,
            id: clause.id.clone(),
            number: clause.number.clone(),
            title: clause.title.clone(),
            prose_html: app.filled(&clause.prose_html()),
        })
    }

    /// A clause of a policy as it is published now; where it is gone, as the last version had it.
    pub fn published(policy: &str, clause: &str, app: &AppState) -> Option<CitedClause> {
        let (document, version) = app.desk.text_with_clause(&PolicyId(policy.to_owned()), clause)?;
        CitedClause::of(&document, version.0, clause, app)
    }

    /// The clause that a verdict rests on.
    pub fn cited(citation: &policy::Citation, app: &AppState) -> CitedClause {
        CitedClause {
            policy: citation.policy.to_string(),
            policy_title: citation.policy_title.clone(),
            version: citation.version.0,
            id: citation.clause.clone(),
            number: citation.number.clone(),
            title: citation.title.clone(),
            prose_html: app.filled(&citation.prose_html),
        }
    }
}
