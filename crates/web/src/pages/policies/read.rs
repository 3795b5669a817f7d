//! A policy as people read it, with beside each clause what runs it.

use actions::PolicyPage;
use askama::Template;
use axum::extract::Path;
use domain::{PolicyId, Version};
use policy::{ClauseExplanation, Document, Outline, State};

use crate::answer::{Answer, download, page};
use crate::cells::Cell;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::{AppState, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/policies/{id}", current)
        .get("/policies/{id}/v/{version}", version)
        .get("/policies/{id}/v/{version}/text", text)
}

/// One section of the document: a heading, what stands under it, and what runs it where it is a clause.
pub struct ExplainedSection {
    pub level: u8,
    pub number: String,
    pub title: String,
    pub id: Option<String>,
    pub html: String,
    pub runs: Option<WhatRuns>,
}

/// What stands behind a clause.
pub struct WhatRuns {
    pub label: &'static str,
    pub colour: &'static str,
    pub sentences: Vec<String>,
    /// For who looks after the policy.
    pub notes: Vec<String>,
}

/// A document as the template shows it, and its coverage in numbers.
pub struct ExplainedPolicy {
    pub sections: Vec<ExplainedSection>,
    pub enforced: usize,
    pub recorded: usize,
    pub on_word: usize,
    pub prose: usize,
    pub clauses: usize,
}

impl ExplainedPolicy {
    pub fn of(
        document: &Document,
        explanation: &[ClauseExplanation],
        for_owners: bool,
        app: &AppState,
    ) -> ExplainedPolicy {
        let counts = policy::ClauseCounts::of(explanation);
        let sections = document.outline.iter().map(|section| match section {
            Outline::Heading { level, number, title, prose, .. } => ExplainedSection {
                level: *level,
                number: number.clone(),
                title: app.filled_title(title),
                id: None,
                html: app.filled_markdown(prose),
                runs: None,
            },
            Outline::Clause(place) => {
                let clause = &document.clauses[*place];
                let found = explanation.iter().find(|found| found.clause == clause.id);
                ExplainedSection {
                    level: clause.level,
                    number: clause.number.clone(),
                    title: app.filled_title(&clause.title),
                    id: Some(clause.id.clone()),
                    html: app.filled_markdown(&clause.prose),
                    runs: found.map(|found| what_runs(found, for_owners)),
                }
            }
        });
        ExplainedPolicy {
            sections: sections.collect(),
            enforced: counts.enforced,
            recorded: counts.recorded,
            on_word: counts.word,
            prose: counts.prose,
            clauses: document.clauses.len(),
        }
    }

    /// What the contents list: every clause.
    pub fn contents(&self) -> impl Iterator<Item = &ExplainedSection> {
        self.sections.iter().filter(|section| section.id.is_some())
    }
}

fn what_runs(explanation: &ClauseExplanation, for_owners: bool) -> WhatRuns {
    let (label, colour) = match explanation.state {
        Some(State::Enforced) => (State::Enforced.label(), "green"),
        Some(State::Recorded) => (State::Recorded.label(), "yellow"),
        Some(State::Word) => (State::Word.label(), "blue"),
        None => ("For reading", "grey"),
    };
    let notes = if for_owners { explanation.notes.clone() } else { Vec::new() };
    WhatRuns { label, colour, sentences: explanation.sentences.clone(), notes }
}

#[derive(Template)]
#[template(path = "policies/read.html")]
pub struct ReadPage {
    pub frame: Frame,
    pub title: String,
    /// What stands above the text, where it is not the one in force.
    pub notice: Option<(String, Cell)>,
    pub facts: Facts,
    pub policy: ExplainedPolicy,
    pub versions: Option<Listing>,
    pub upload: Option<String>,
    pub compare: Option<String>,
    pub text: Option<String>,
}

async fn current(signed: Visitor, Path(id): Path<String>, asked: ListParams) -> Answer {
    let policy = signed.desk.policy(&signed.actor, &PolicyId(id)).await?;
    show(&signed, &asked, policy)
}

async fn version(signed: Visitor, Path((id, version)): Path<(String, u32)>, asked: ListParams) -> Answer {
    let policy = signed.desk.policy_version(&signed.actor, &PolicyId(id), Version(version)).await?;
    show(&signed, &asked, policy)
}

/// The policies that are read with it: links to those that the school has here, the names of the others.
fn related(ids: &[String], signed: &Visitor) -> Vec<Cell> {
    let rules = signed.desk.rules();
    let cell = |id: &String| match rules.policy(&PolicyId(id.clone())) {
        Some(here) => Cell::link(signed.filled_title(&here.document.title), format!("/policies/{id}")),
        None => Cell::text(id.replace('-', " ")),
    };
    ids.iter().map(cell).collect()
}

fn show(signed: &Visitor, asked: &ListParams, policy: PolicyPage) -> Answer {
    let line = &policy.line;
    let frame = signed.frame(signed.filled_title(&policy.document.title)).crumb("Policies", "/policies");
    let shown = policy.version;
    let notice = line.version.filter(|newest| *newest != shown).map(|newest| {
        let link =
            Cell::link(format!("Read version {newest}, which is in force"), format!("/policies/{}", line.policy));
        (format!("This is version {shown}, which is no longer in force. It is kept because people signed it."), link)
    });
    let facts = Facts::new()
        .row("Version", shown)
        .row_if(
            "In force since",
            policy.versions.iter().find(|known| known.version == shown).map(|known| frame.when(&known.published_at)),
        )
        .row("For", super::audiences(&policy.document.audiences))
        .row("Looked after by", signed.role_title(policy.document.owner))
        .row_if("Reviewed", policy.document.review.map(|review| format!("every {review}")))
        .row_if("Last review", policy.document.reviewed.as_ref().map(ToString::to_string))
        .row_if(
            "Next review",
            policy.review_due.as_ref().or(policy.document.next_review.as_ref()).map(ToString::to_string),
        )
        .row_if(
            "Reviewed sooner after",
            Some(policy.document.review_after.join("; ")).filter(|after| !after.is_empty()),
        );
    let related = related(&policy.document.related, signed);
    let facts = if related.is_empty() { facts } else { facts.cells("Read with it", related) };
    let versions = versions(asked, &policy, &frame);
    page(&ReadPage {
        title: signed.filled_title(&policy.document.title),
        notice,
        facts,
        policy: ExplainedPolicy::of(&policy.document, &policy.explanation, policy.may_upload, signed),
        versions: Some(versions),
        upload: policy.may_upload.then(|| format!("/policies/{}/upload", line.policy)),
        compare: (policy.versions.len() > 1).then(|| format!("/policies/{}/diff", line.policy)),
        text: Some(format!("/policies/{}/v/{shown}/text", line.policy)),
        frame,
    })
}

fn versions(asked: &ListParams, policy: &PolicyPage, frame: &Frame) -> Listing {
    let columns =
        vec![Column::new("Version"), Column::new("Published"), Column::new("What changed"), Column::new("Signatures")];
    let mut versions: Vec<_> = policy.versions.iter().collect();
    versions.sort_by_key(|known| std::cmp::Reverse(known.version));
    Listing::whole("Versions", columns, asked, &versions, |known| {
        vec![
            Cell::link(
                format!("Version {}", known.version),
                format!("/policies/{}/v/{}", policy.line.policy, known.version),
            ),
            Cell::when(&known.published_at, frame.zone()),
            Cell::text(&known.summary),
            Cell::text(if known.minor { "Kept: a minor correction" } else { "Asked for again" }),
        ]
    })
    .empty("No version has been published.")
    .plain()
}

/// The text as it was uploaded, to change it or to check a receipt's hash.
async fn text(signed: Visitor, Path((id, version)): Path<(String, u32)>) -> Answer {
    let policy = signed.desk.policy_version(&signed.actor, &PolicyId(id.clone()), Version(version)).await?;
    download(&format!("{id}-{version}.md"), "text/markdown; charset=utf-8", policy.document.text.clone())
}
