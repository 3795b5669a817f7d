//! A whole list of people: read and shown first, done only after what was shown.

use std::fmt::Write as _;

use actions::{FieldChange, ImportError, ImportFile, ImportPeople, ImportPlan, LeftBy, Verb, VerbError};
use askama::Template;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::answer::{Answer, go, page, page_again, page_unkept};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::forms::upload::{Uploaded, UploadedFile};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::moment::count;
use crate::parts::{Confirm, DonePage};
use crate::routes::Pages;
use crate::visitor::Visitor;

/// The name of the leaving dates' leavers in an address and a form.
const BY_DATE: &str = "date";

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/people/import", show)
        .post("/people/import", dry_run)
        .post("/people/import/apply", apply)
        .get("/people/import/undo", show_undo)
        .post("/people/import/undo", undo)
}

#[derive(Template)]
#[template(path = "people/import.html")]
struct ImportPage<'a> {
    frame: Frame,
    form: &'a Form,
}

fn import_page<'a>(signed: &Visitor, form: &'a Form) -> ImportPage<'a> {
    ImportPage { frame: signed.frame("Import people").crumb("People", "/people").form(form), form }
}

fn may_import(signed: &Visitor) -> Result<(), PageError> {
    if signed.desk.may(&signed.actor, Verb::ImportPeople) {
        Ok(())
    } else {
        Err(PageError::forbidden(
            "Lists of people are imported by the headteacher and by the IT leads. Ask one of them.",
        ))
    }
}

async fn show(signed: Visitor) -> Answer {
    may_import(&signed)?;
    page(&import_page(&signed, &signed.form()))
}

/// A file as it is sent along, unseen, from what was shown to what is done.
struct CarriedFile {
    name: String,
    base64: String,
}

#[derive(Template)]
#[template(path = "people/import-plan.html")]
struct PlanPage<'a> {
    frame: Frame,
    form: &'a Form,
    files: Vec<CarriedFile>,
    digest: &'a str,
    format: &'static str,
    problems: Listing,
    flawed: bool,
    summary: String,
    idle: bool,
    new: Listing,
    changed: Listing,
    missing: Listing,
    missing_count: usize,
    /// More would leave than may at once without their number being typed.
    many_leave: bool,
    /// How many people get a leaving date, or another one.
    dated: u64,
}

async fn dry_run(signed: Visitor, Uploaded { mut form, files }: Uploaded) -> Answer {
    may_import(&signed)?;
    if files.is_empty() {
        form.blame("files", "Choose one file or several: people.csv, or the files of a OneRoster export");
        return page_again(&import_page(&signed, &form));
    }
    let files: Vec<ImportFile> =
        files.into_iter().map(|UploadedFile { name, bytes, .. }| ImportFile { name, bytes }).collect();
    match signed.desk.import_dry_run(&signed.actor, &files).await {
        Ok(plan) => show_plan(&signed, &plan, &files, &form),
        Err(error) => refuse(&signed, form, error),
    }
}

/// A refusal belongs to the files, whatever the action names the field.
fn refuse(signed: &Visitor, mut form: Form, error: ImportError) -> Answer {
    match error.kind() {
        actions::ErrorKind::Invalid | actions::ErrorKind::Conflict => {
            form.blame("files", error.to_string());
            page_again(&import_page(signed, &form))
        }
        _ => Err(error.into()),
    }
}

fn show_plan(signed: &Visitor, plan: &ImportPlan, files: &[ImportFile], form: &Form) -> Answer {
    let flawed = !plan.problems.is_empty();
    let plan_page = PlanPage {
        frame: signed
            .frame("What the import would do")
            .crumb("People", "/people")
            .crumb("Import people", "/people/import")
            .form(form),
        form,
        files: files
            .iter()
            .map(|file| CarriedFile { name: file.name.clone(), base64: STANDARD.encode(&file.bytes) })
            .collect(),
        digest: &plan.digest,
        format: format_words(plan),
        problems: problems(plan),
        flawed,
        summary: summary(plan),
        idle: plan.new.is_empty() && plan.changed.is_empty() && plan.missing.is_empty(),
        new: new_people(plan),
        changed: people_who_change(plan),
        missing: missing(plan),
        missing_count: plan.missing.len(),
        many_leave: plan.missing.len() as u64 + plan.dated > u64::from(signed.desk.settings().leavers_at_once),
        dated: plan.dated,
    };
    page_unkept(if flawed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &plan_page)
}

fn format_words(plan: &ImportPlan) -> &'static str {
    match plan.format {
        actions::Format::Plain => "a plain list of people",
        actions::Format::OneRoster => "a OneRoster export",
    }
}

fn summary(plan: &ImportPlan) -> String {
    let mut words = String::new();
    let people = |number: usize| if number == 1 { "1 person".to_owned() } else { format!("{number} people") };
    let _ = write!(words, "{} would be added, {} changed, ", people(plan.new.len()), plan.changed.len());
    let _ = write!(
        words,
        "{} stay as they are; {} on record are not in the file.",
        plan.unchanged,
        people(plan.missing.len())
    );
    words
}

fn problems(plan: &ImportPlan) -> Listing {
    let columns = vec![
        Column::new("File"),
        Column::new("Line").numeric(),
        Column::new("Column"),
        Column::new("What is wrong"),
        Column::new("How to put it right"),
    ];
    Listing::whole("Problems", columns, &ListParams::default(), &plan.problems, |problem| {
        vec![
            Cell::text(&problem.file),
            Cell::text(problem.line),
            Cell::text(&problem.column),
            Cell::text(&problem.message),
            Cell::text(&problem.mend),
        ]
    })
    .plain()
}

fn new_people(plan: &ImportPlan) -> Listing {
    let columns = vec![Column::new("Username"), Column::new("Name"), Column::new("Part of the school")];
    Listing::whole("New people", columns, &ListParams::default(), &plan.new, |line| {
        vec![Cell::text(&line.username), Cell::text(&line.name), Cell::text(line.audience.title())]
    })
    .empty("Nobody is new: everybody in the file is on record.")
    .plain()
}

fn people_who_change(plan: &ImportPlan) -> Listing {
    let columns = vec![Column::new("Username"), Column::new("Name"), Column::new("What changes")];
    Listing::whole("People who change", columns, &ListParams::default(), &plan.changed, |line| {
        let changes: Vec<String> = line.changes.iter().map(change_words).collect();
        vec![Cell::text(&line.username), Cell::text(&line.name), Cell::text(changes.join("; "))]
    })
    .empty("Nobody changes: what is on record says the same as the file.")
    .plain()
}

/// `roles: from teacher to teacher, IT staff`
fn change_words(change: &FieldChange) -> String {
    let field = match change.field {
        "audience" => "part of the school",
        field => field,
    };
    let side = |words: &str| if words.is_empty() { "nothing".to_owned() } else { format!("‘{words}’") };
    format!("{field}: from {} to {}", side(&change.from), side(&change.to))
}

fn missing(plan: &ImportPlan) -> Listing {
    let columns = vec![Column::new("Name"), Column::new("Username"), Column::new("Part of the school")];
    Listing::whole("On record and not in the file", columns, &ListParams::default(), &plan.missing, |person| {
        vec![
            Cell::link(&person.name, format!("/people/{}", person.id)),
            Cell::text(&person.username),
            Cell::text(person.audience.title()),
        ]
    })
    .empty("Everybody on record is in the file.")
    .plain()
}

/// The files that the page before carried along.
fn carried(form: &Form) -> Option<Vec<ImportFile>> {
    let names = form.all("file-name");
    let bodies = form.all("file-body");
    let files = names
        .zip(bodies)
        .map(|(name, body)| Some(ImportFile { name: name.to_owned(), bytes: STANDARD.decode(body).ok()? }));
    files.collect::<Option<Vec<_>>>().filter(|files| !files.is_empty())
}

async fn apply(signed: Visitor, Uploaded { mut form, .. }: Uploaded) -> Answer {
    may_import(&signed)?;
    let Some(files) = carried(&form) else {
        form.blame("files", "The files were not sent along. Choose them once more.");
        return page_again(&import_page(&signed, &form));
    };
    if !form.ticked("seen") {
        form.blame("seen", "Tick that you have looked at what follows");
        let plan = match signed.desk.import_dry_run(&signed.actor, &files).await {
            Ok(plan) => plan,
            Err(error) => return refuse(&signed, form, error),
        };
        return show_plan_again(&signed, &plan, &files, &form);
    }
    let input = ImportPeople {
        files,
        digest: form.optional("digest"),
        mark_missing_as_leavers: form.ticked("missing-left"),
        leavers_confirmed: form.parse("leavers"),
    };
    let again = input.files.clone();
    let imported = match signed.desk.import_people(&signed.actor, input).await {
        Ok(imported) => imported,
        Err(error @ ImportError::ManyLeavers { .. }) => {
            form.blame("leavers", error.to_string());
            let plan = match signed.desk.import_dry_run(&signed.actor, &again).await {
                Ok(plan) => plan,
                Err(error) => return refuse(&signed, form, error),
            };
            return show_plan_again(&signed, &plan, &again, &form);
        }
        Err(error) => return refuse(&signed, form, error),
    };
    page(&DonePage {
        frame: signed.frame("The list is imported").crumb("People", "/people"),
        done: "The list is imported".to_owned(),
        detail: format!("{} new, {} changed, {} left", imported.new, imported.changed, imported.left),
        next: vec![
            format!("{} stayed as they were.", count(imported.unchanged, "record")),
            "The gate knows the new people now. Who is new has no password yet: invite them from their own page. They are asked to sign what the policies ask of them.".to_owned(),
        ],
        links: links_after(imported.left),
    })
}

fn links_after(left: u64) -> Vec<Cell> {
    let mut links = vec![Cell::link("See the people", "/people"), Cell::link("See who has signed", "/reports")];
    if left > 0 {
        links.push(Cell::link("Undo: bring back everybody who was marked as having left", "/people/import/undo"));
    }
    links
}

/// Which leavers, as the address or the form names them.
fn left_by(named: &str) -> LeftBy {
    if named == BY_DATE { LeftBy::LeavingDate } else { LeftBy::LastImport }
}

async fn confirm_undo(signed: &Visitor, form: &Form, left_by: LeftBy) -> Answer {
    let leavers = signed.desk.last_leavers(&signed.actor, left_by).await?;
    let how = match left_by {
        LeftBy::LastImport => "left by the last import",
        LeftBy::LeavingDate => "left on the last leaving date",
    };
    if leavers.is_empty() {
        return page(&DonePage {
            frame: signed.frame("Nothing to undo").crumb("People", "/people"),
            done: "Nothing to undo".to_owned(),
            detail: String::new(),
            next: vec![format!("Nobody who {how} is still away.")],
            links: vec![Cell::link("See the people", "/people")],
        });
    }
    let mut follows = vec![format!(
        "{} who {how} belong to the school again, with the groups and roles that they had:",
        crate::moment::count(leavers.len() as u64, "person")
    )];
    follows.extend(leavers.into_iter().map(|person| person.name));
    let question = format!("Bring back everybody who {how}?");
    let confirm = Confirm {
        question: &question,
        follows,
        button: "Bring them back",
        action: "/people/import/undo",
        back: "/people",
        reason: None,
        hidden: if left_by == LeftBy::LeavingDate { vec![("by", BY_DATE.to_owned())] } else { Vec::new() },
    };
    confirm.show(signed.frame("Bring leavers back"), form)
}

async fn show_undo(signed: Visitor, params: ListParams) -> Answer {
    confirm_undo(&signed, &signed.form(), left_by(params.get("by"))).await
}

async fn undo(signed: Visitor, Posted(mut form): Posted) -> Answer {
    let left_by = left_by(form.value("by"));
    match signed.desk.undo_leavers(&signed.actor, left_by).await {
        Ok(_) => go("/people"),
        Err(error) => {
            form.refused(error)?;
            confirm_undo(&signed, &form, left_by).await
        }
    }
}

fn show_plan_again(signed: &Visitor, plan: &ImportPlan, files: &[ImportFile], form: &Form) -> Answer {
    let mut response = show_plan(signed, plan, files, form)?;
    *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
