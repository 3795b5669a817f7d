//! A list of entries for a register: read and shown first, entered only after what was shown.

use actions::{EntriesPlan, ErrorKind, ImportEntries, ImportEntriesError, ImportFile, RegisterCard, VerbError};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::FormField;

use super::{clause, href};
use crate::answer::{Answer, page, page_again, page_unkept};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::posted::Form;
use crate::forms::upload::Uploaded;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::moment::count;
use crate::parts::DonePage;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub(super) fn routes(pages: Pages) -> Pages {
    pages
        .get("/registers/{policy}/{register}/import", show)
        .post("/registers/{policy}/{register}/import", dry_run)
        .post("/registers/{policy}/{register}/import/enter", enter)
}

/// The field into which a list is pasted.
const LIST: &str = "list";
/// What a pasted list is called.
const PASTED: &str = "the pasted list";

#[derive(Template)]
#[template(path = "registers/import.html")]
struct ImportPage<'a> {
    frame: Frame,
    form: &'a Form,
    clause: Option<CitedClause>,
    /// The address of the register.
    href: String,
    /// What is wrong with a list that was sent.
    problems: Option<Listing>,
    /// The first line of a list.
    columns: String,
    /// The columns that may be left out, as words; empty where none may.
    later: String,
    most: String,
}

fn import_page<'a>(signed: &Visitor, card: &RegisterCard, form: &'a Form) -> ImportPage<'a> {
    let labels: Vec<String> = card.form.iter().map(FormField::label).collect();
    let may_be_empty = card.form.iter().filter(|field| card.later.contains(&field.name));
    ImportPage {
        frame: crumbs(signed, card, "Enter a list").form(form),
        form,
        clause: clause(signed, card),
        href: href(card),
        problems: None,
        columns: labels.join(","),
        later: may_be_empty.map(|field| format!("‘{}’", field.label())).collect::<Vec<_>>().join(", "),
        most: count(u64::from(signed.desk.settings().entries_at_once), "entry"),
    }
}

fn crumbs(signed: &Visitor, card: &RegisterCard, title: &str) -> Frame {
    signed.frame(title).crumb("Registers", "/registers").crumb(card.title.clone(), href(card))
}

/// A register into which the reader may bring a list.
async fn find(signed: &Visitor, policy: &str, register: &str) -> Result<RegisterCard, PageError> {
    let card = super::find(signed, policy, register).await?;
    let one_by_one = || {
        PageError::forbidden(
            "The entries of this register are written one by one: each has a second person, or its own writer.",
        )
    };
    if !card.may_enter {
        return Err(PageError::forbidden("The clause does not let you write in this register."));
    }
    Some(card).filter(|card| card.may_import).ok_or_else(one_by_one)
}

async fn show(signed: Visitor, Path((policy, register)): Path<(String, String)>) -> Answer {
    let card = find(&signed, &policy, &register).await?;
    page(&import_page(&signed, &card, &signed.form()))
}

#[derive(Template)]
#[template(path = "registers/import-plan.html")]
struct PlanPage<'a> {
    frame: Frame,
    form: &'a Form,
    href: String,
    /// The list as it is sent along, unseen, from what is shown to what is done.
    base64: String,
    name: &'a str,
    id: String,
    /// `12 entries`
    count: String,
    left_out: u64,
    entries: Listing,
}

async fn dry_run(
    signed: Visitor,
    Path((policy, register)): Path<(String, String)>,
    Uploaded { mut form, files }: Uploaded,
) -> Answer {
    let card = find(&signed, &policy, &register).await?;
    let pasted = form.raw(LIST);
    let file = match files.into_iter().next() {
        Some(file) => ImportFile { name: file.name, bytes: file.bytes },
        None => ImportFile { name: PASTED.to_owned(), bytes: pasted.as_bytes().to_vec() },
    };
    if file.bytes.trim_ascii().is_empty() {
        form.blame(LIST, "Choose a file that is not empty, or paste the list here");
        return page_again(&import_page(&signed, &card, &form));
    }
    let input = ImportEntries { policy: card.policy.clone(), register, file, id: signed.desk.new_entry_id() };
    plan(&signed, &card, &input, form).await
}

/// What a list would write; while anything is wrong with it, the list with all that is.
async fn plan(signed: &Visitor, card: &RegisterCard, input: &ImportEntries, form: Form) -> Answer {
    let plan = match signed.desk.entries_dry_run(&signed.actor, input).await {
        Ok(plan) => plan,
        Err(error) => return refuse(signed, card, input, form, error),
    };
    if !plan.problems.is_empty() {
        return flawed(signed, card, input, form, &plan);
    }
    let labels: Vec<String> = card.form.iter().map(FormField::label).collect();
    let columns = labels.iter().cloned().map(Column::new).collect();
    let entries = Listing::whole("What would be entered", columns, &ListParams::default(), &plan.entries, |said| {
        let says = |label: &String| said.iter().find(|(known, _)| known == label).map(|(_, words)| words.clone());
        labels.iter().map(|label| Cell::text(says(label).unwrap_or_default())).collect()
    });
    let plan_page = PlanPage {
        frame: crumbs(signed, card, "Check the list")
            .crumb("Enter a list", format!("{}/import", href(card)))
            .form(&form),
        form: &form,
        href: href(card),
        base64: STANDARD.encode(&input.file.bytes),
        name: &input.file.name,
        id: input.id.to_string(),
        count: count(plan.entries.len() as u64, "entry"),
        left_out: plan.left_out,
        entries: entries.plain(),
    };
    page_unkept(StatusCode::OK, &plan_page)
}

/// The list again, in the form to be put right there, with everything that is wrong with it.
fn flawed(signed: &Visitor, card: &RegisterCard, input: &ImportEntries, mut form: Form, plan: &EntriesPlan) -> Answer {
    let columns = vec![
        Column::new("Line").numeric(),
        Column::new("Column"),
        Column::new("What is wrong"),
        Column::new("How to put it right"),
    ];
    let problems =
        Listing::whole("What is wrong with the list", columns, &ListParams::default(), &plan.problems, |problem| {
            vec![
                Cell::text(problem.line),
                Cell::text(&problem.column),
                Cell::text(&problem.message),
                Cell::text(&problem.mend),
            ]
        });
    form.blame(LIST, format!("Nothing was entered: the list has {}", count(plan.problems.len() as u64, "problem")));
    let form = with_list(form, input);
    let import_page = ImportPage { problems: Some(problems.plain()), ..import_page(signed, card, &form) };
    page_unkept(StatusCode::UNPROCESSABLE_ENTITY, &import_page)
}

/// A refusal belongs to the list, which is kept.
fn refuse(
    signed: &Visitor,
    card: &RegisterCard,
    input: &ImportEntries,
    mut form: Form,
    error: ImportEntriesError,
) -> Answer {
    if error.kind() != ErrorKind::Invalid {
        return Err(error.into());
    }
    form.blame(LIST, error.to_string());
    let form = with_list(form, input);
    page_unkept(StatusCode::UNPROCESSABLE_ENTITY, &import_page(signed, card, &form))
}

/// The form with the list in its field, where the list is text.
fn with_list(mut form: Form, input: &ImportEntries) -> Form {
    if let Ok(text) = std::str::from_utf8(&input.file.bytes) {
        form.set(LIST, text.trim_start_matches('\u{feff}'));
    }
    form
}

async fn enter(
    signed: Visitor,
    Path((policy, register)): Path<(String, String)>,
    Uploaded { mut form, .. }: Uploaded,
) -> Answer {
    let card = find(&signed, &policy, &register).await?;
    let (Ok(bytes), Some(id)) = (STANDARD.decode(form.value("body")), form.parse(super::FORM)) else {
        form.blame(LIST, "The list was not sent along. Choose it once more, or paste it.");
        return page_again(&import_page(&signed, &card, &form));
    };
    let file = ImportFile { name: form.value("name").to_owned(), bytes };
    let input = ImportEntries { policy: card.policy.clone(), register, file, id };
    let entered = match signed.desk.import_entries(&signed.actor, input.clone()).await {
        Ok(entered) => entered,
        Err(ImportEntriesError::Problems { .. }) => return plan(&signed, &card, &input, form).await,
        Err(error) => return refuse(&signed, &card, &input, form, error),
    };
    let signs =
        "Whoever is to sign for what they were given is asked to, and told by mail that there is something to do.";
    let mut next = vec!["Each entry says that you wrote it today.".to_owned()];
    next.extend(card.is_signed_for.then(|| signs.to_owned()));
    page(&DonePage {
        frame: crumbs(&signed, &card, "The list is entered"),
        done: "The list is entered".to_owned(),
        detail: count(entered as u64, "entry"),
        next,
        links: vec![Cell::link("See the register", href(&card))],
    })
}
