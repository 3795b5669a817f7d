//! A draft: what is wrong with it, what it would change for whom, who has approved it, what is still to be done.

use actions::{ApprovePolicy, DraftPage, DraftState, ErrorKind, VerbError};
use askama::Template;
use axum::extract::Path;
use domain::VersionId;

use super::changes::{self, Side};
use super::read::{ExplainedPolicy, ReadPage};
use super::source::{Excerpt, excerpts};
use crate::answer::{Answer, download, go, page, page_again};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/drafts/{id}", show)
        .get("/drafts/{id}/read", read)
        .get("/drafts/{id}/text", text)
        .post("/drafts/{id}/approve", approve)
}

/// The draft that an address names, for those who may see it.
pub async fn draft(signed: &Visitor, id: &str) -> Result<DraftPage, PageError> {
    let id: VersionId = id.parse().map_err(|_| PageError::no_such_page())?;
    Ok(signed.desk.draft(&signed.actor, id).await?)
}

fn state_cell(state: DraftState) -> Cell {
    match state {
        DraftState::Draft => Cell::tag("Draft", "yellow"),
        DraftState::Approved => Cell::tag("Approved", "blue"),
        DraftState::Published => Cell::tag("Published", "green"),
        DraftState::Superseded => Cell::tag("Superseded", "grey"),
    }
}

#[derive(Template)]
#[template(path = "policies/draft.html")]
struct ShowPage<'a> {
    frame: Frame,
    form: &'a Form,
    id: VersionId,
    title: String,
    facts: Facts,
    text_hash: &'a str,
    open: bool,
    widens_view: &'a [policy::WidenedView],
    why_not: &'a [String],
    problem_count: usize,
    excerpts: Vec<Excerpt>,
    examples_run: usize,
    examples_failing: usize,
    examples: Listing,
    differ_by_list: Option<Listing>,
    changes: Option<Listing>,
    /// `None` while the draft can't be read: then nobody knows who must approve it.
    approvals: Option<Listing>,
    may_approve: Vec<FormChoice>,
    may_publish: bool,
    readable: bool,
    again: Option<String>,
}

fn show_page<'a>(signed: &Visitor, draft: &'a DraftPage, form: &'a Form) -> ShowPage<'a> {
    let frame = signed.frame("A draft").crumb("Policies", "/policies").form(form);
    let failing: Vec<_> = draft.examples.iter().filter(|example| !example.passed).collect();
    let differ: Vec<_> = draft.differ_by_list.iter().collect();
    let open = matches!(draft.state, DraftState::Draft | DraftState::Approved);
    ShowPage {
        form,
        id: draft.id,
        title: signed.filled_title(&draft.title),
        facts: facts(draft, &frame),
        text_hash: &draft.text_hash,
        open,
        widens_view: &draft.widens_view,
        why_not: &draft.why_not_publish,
        problem_count: draft.problems.len(),
        excerpts: excerpts(&draft.text, &draft.problems),
        examples_run: draft.examples.len(),
        examples_failing: failing.len(),
        examples: examples("Worked examples that fail", &failing),
        differ_by_list: (!differ.is_empty())
            .then(|| examples("Worked examples that the school’s own list of sites answers otherwise", &differ)),
        changes: draft.document.as_ref().and(draft.current).map(|_| changes_of(signed, draft)),
        approvals: draft.document.as_ref().map(|_| approvals(signed, draft, &frame)),
        may_approve: draft.may_approve.iter().map(|role| FormChoice::new(role, signed.role_title(*role))).collect(),
        may_publish: draft.may_publish,
        readable: draft.document.is_some(),
        again: open.then(|| {
            draft
                .current
                .map_or_else(|| "/policies/upload".to_owned(), |_| format!("/policies/{}/upload", draft.policy))
        }),
        frame,
    }
}

fn facts(draft: &DraftPage, frame: &Frame) -> Facts {
    let kind = if draft.minor {
        "A minor correction: signatures stay as they are"
    } else {
        "A change: people are asked to sign again"
    };
    Facts::new()
        .cells("State", vec![state_cell(draft.state)])
        .row("Policy", &draft.policy)
        .row_if("In force now", draft.current.map(|version| format!("Version {version}")))
        .row("What it is for, as uploaded", &draft.summary)
        .row("Kind of change", kind)
        .row("Uploaded", format!("{}, by {}", frame.when(&draft.uploaded_at), draft.uploaded_by.name))
        .row("File", &draft.file_name)
}

fn examples(caption: &str, failing: &[&policy::ExampleOutcome]) -> Listing {
    let columns = vec![
        Column::new("Line").numeric(),
        Column::new("Example"),
        Column::new("What it says must come of it"),
        Column::new("What comes of it"),
    ];
    Listing::whole(caption, columns, &ListParams::default(), failing, |example| {
        vec![
            Cell::text(example.line),
            Cell::text(&example.text),
            Cell::text(&example.expected),
            Cell::text(&example.got),
        ]
    })
    .plain()
}

fn changes_of(signed: &Visitor, draft: &DraftPage) -> Listing {
    let rules = signed.desk.rules();
    let published = rules.policies().iter().find(|published| published.document.id == draft.policy);
    let old = Side {
        href: draft.current.map(|version| format!("/policies/{}/v/{version}", draft.policy)),
        document: published.map(|published| &*published.document),
    };
    let new = Side { href: Some(format!("/drafts/{}/read", draft.id)), document: draft.document.as_deref() };
    let empty = "Nothing that people read or that the systems do would be different from the version in force.";
    changes::listing("What it would change, and who for", &draft.changes, &old, &new, empty)
}

fn approvals(signed: &Visitor, draft: &DraftPage, frame: &Frame) -> Listing {
    let columns = vec![Column::new("Role"), Column::new("State"), Column::new("By"), Column::new("When")];
    Listing::whole("Approvals", columns, &ListParams::default(), &draft.approvals, |line| {
        let state = if line.by.is_some() { Cell::tag("Approved", "green") } else { Cell::tag("Not yet", "yellow") };
        vec![
            Cell::text(signed.role_title(line.role)),
            state,
            Cell::text(line.by.as_ref().map_or("", |by| by.name.as_str())),
            Cell::when_or(line.at.as_ref(), "", frame.zone()),
        ]
    })
    .empty("The policy’s head names no role that must approve it.")
    .plain()
}

async fn show(signed: Visitor, Path(id): Path<String>) -> Answer {
    let draft = draft(&signed, &id).await?;
    let mut form = signed.form();
    if let [only] = draft.may_approve.as_slice() {
        form = form.with("role", only);
    }
    page(&show_page(&signed, &draft, &form))
}

async fn approve(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let draft = draft(&signed, &id).await?;
    let Some(role) = signed.desk.roles().find(form.value("role")).ok() else {
        form.blame("role", "Choose the role in which you approve it");
        return page_again(&show_page(&signed, &draft, &form));
    };
    let input = ApprovePolicy { version: draft.id, text_hash: form.value("text_hash").to_owned(), role };
    match signed.desk.approve_policy(&signed.actor, input).await {
        Ok(_) => go(format!("/drafts/{id}")),
        Err(error) => {
            match error.kind() {
                ErrorKind::Conflict => form.blame_all(error.to_string()),
                _ => form.refused(error)?,
            }
            page_again(&show_page(&signed, &draft, &form))
        }
    }
}

/// The draft as people would read it.
async fn read(signed: Visitor, Path(id): Path<String>) -> Answer {
    let draft = draft(&signed, &id).await?;
    let document = draft.document.as_deref().ok_or_else(PageError::no_such_page)?;
    let frame = signed.frame("A draft as people would read it");
    page(&ReadPage {
        title: signed.filled_title(&draft.title),
        notice: Some((
            "This is a draft and holds for nobody.".to_owned(),
            Cell::link("Go back to what is to be done with it", format!("/drafts/{id}")),
        )),
        facts: Facts::new()
            .row("For", super::audiences(&document.audiences))
            .row("Looked after by", signed.role_title(document.owner)),
        policy: ExplainedPolicy::of(document, &draft.explanation, true, &signed),
        versions: None,
        upload: None,
        compare: None,
        text: Some(format!("/drafts/{id}/text")),
        frame: frame.crumb("Policies", "/policies").crumb("A draft", format!("/drafts/{id}")),
    })
}

async fn text(signed: Visitor, Path(id): Path<String>) -> Answer {
    let draft = draft(&signed, &id).await?;
    download(&draft.file_name, "text/markdown; charset=utf-8", draft.text)
}
