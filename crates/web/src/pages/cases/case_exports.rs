//! Handing out a report, or all that somebody has about a person, as one file, and writing down that whoever it was for has
//! it, or that no receipt will come.

use actions::{
    ConcernPage, ExportCases, ExportLine, ExportOf, ExportedCases, ExportedContent, ExportedFile, NoteReceipt,
    ReceiptSaid,
};
use askama::Template;
use axum::extract::Path;
use base64::Engine;
use domain::{CaseId, ExportId};
use jiff::Timestamp;

use crate::answer::{Answer, download, go, page, page_again};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::cases::chronology;
use crate::pages::cases::concerns::{facts_of, parse};
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/concerns/{id}/export", ask_of_case)
        .post("/concerns/{id}/export", export_case)
        .get("/chronology/{person}/export", ask_of_person)
        .post("/chronology/{person}/export", export_person)
        .get("/concerns/{id}/receipt/{export}", ask_of_receipt)
        .post("/concerns/{id}/receipt/{export}", note_receipt)
}

#[derive(Template)]
#[template(path = "concerns/export.html")]
struct ExportPage<'a> {
    frame: Frame,
    form: &'a Form,
    /// What is exported, and the page to go back to.
    what: String,
    back: String,
    /// When it is reminded of the receipt for what is exported now.
    reminded_at: Timestamp,
}

fn of_case<'a>(signed: &Visitor, case: CaseId, form: &'a Form) -> ExportPage<'a> {
    let back = format!("/concerns/{case}");
    ExportPage {
        frame: signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", back.as_str()),
        form,
        what: "this report".to_owned(),
        reminded_at: signed.desk.receipt_reminder(),
        back,
    }
}

fn of_person<'a>(signed: &Visitor, about: &actions::PersonLine, form: &'a Form) -> ExportPage<'a> {
    let back = format!("/chronology/{}", about.id);
    let crumbs = signed.frame("A report").form(form).crumb("Concerns", "/concerns");
    ExportPage {
        frame: crumbs.crumb("Reports about one person", back.as_str()),
        form,
        what: format!("all the reports about {} that you have", about.name),
        reminded_at: signed.desk.receipt_reminder(),
        back,
    }
}

async fn ask_of_case(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    page(&of_case(&signed, concern.line.id, &signed.form()))
}

async fn ask_of_person(signed: Visitor, Path(person): Path<String>) -> Answer {
    let chronology = signed.desk.chronology(&signed.actor, chronology::parse(&person)?).await?;
    page(&of_person(&signed, &chronology.person, &signed.form()))
}

async fn export_case(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    match export(&signed, &mut form, ExportOf::Case(case)).await? {
        Some(exported) => file(&signed, &exported),
        None => page_again(&of_case(&signed, case, &form)),
    }
}

async fn export_person(signed: Visitor, Path(person): Path<String>, Posted(mut form): Posted) -> Answer {
    let person = chronology::parse(&person)?;
    match export(&signed, &mut form, ExportOf::About(person)).await? {
        Some(exported) => file(&signed, &exported),
        None => {
            let chronology = signed.desk.chronology(&signed.actor, person).await?;
            page_again(&of_person(&signed, &chronology.person, &form))
        }
    }
}

/// What is handed out; `None` where something must be put right, which the form then says.
async fn export(signed: &Visitor, form: &mut Form, of: ExportOf) -> Result<Option<ExportedCases>, PageError> {
    let input = ExportCases { of, to: form.value("to").to_owned(), reason: form.value("reason").to_owned() };
    match signed.desk.export_cases(&signed.actor, input).await {
        Ok(exported) => Ok(Some(exported)),
        Err(error) => {
            form.refused(error)?;
            Ok(None)
        }
    }
}

/// A report in the file.
struct InFile<'a> {
    concern: &'a ConcernPage,
    facts: Facts,
    files: Vec<FileInside<'a>>,
}

/// A file that was added to a report: what it is called, and an address that holds it whole, or why it is not inside.
struct FileInside<'a> {
    name: &'a str,
    address: Result<String, &'static str>,
}

fn files_of(exported: &ExportedCases, case: CaseId) -> Vec<FileInside<'_>> {
    let inside = |file: &ExportedFile| match &file.content {
        ExportedContent::Inside(content) => {
            let content = base64::engine::general_purpose::STANDARD.encode(content);
            Ok(format!("data:{};base64,{content}", file.media_type))
        }
        ExportedContent::TooLarge => {
            Err("It is not inside, because all files together are too large. It stands with the report at the school.")
        }
        ExportedContent::Altered => Err("It is not inside, because it has changed at the school since it was added."),
    };
    let files = exported.files.iter().filter(|file| file.case == case);
    files.map(|file| FileInside { name: &file.name, address: inside(file) }).collect()
}

#[derive(Template)]
#[template(path = "concerns/export-file.html")]
struct FilePage<'a> {
    frame: Frame,
    exported: &'a ExportedCases,
    reports: Vec<InFile<'a>>,
}

fn file<'e>(signed: &Visitor, exported: &'e ExportedCases) -> Answer {
    let frame = signed.frame("Reports");
    let in_file = |concern: &'e ConcernPage| InFile {
        facts: in_file_facts(&frame, concern),
        files: files_of(exported, concern.line.id),
        concern,
    };
    let reports = exported.cases.iter().map(in_file).collect();
    let name = format!("reports-{}.html", exported.at.to_zoned(signed.desk.time_zone().clone()).date());
    let text = FilePage { frame, exported, reports }.render().map_err(|error| {
        tracing::error!(%error, "a template could not be rendered");
        PageError::unavailable()
    })?;
    // No page of the desk: it is to be kept, and opened from wherever it lies.
    download(&name, "application/octet-stream", text)
}

fn in_file_facts(frame: &Frame, concern: &ConcernPage) -> Facts {
    let about = concern.about.iter().map(|person| Cell::text(&person.name)).collect();
    facts_of(frame, concern, about)
}

#[derive(Template)]
#[template(path = "concerns/receipt.html")]
struct ReceiptPage<'a> {
    frame: Frame,
    form: &'a Form,
    case: CaseId,
    export: &'a ExportLine,
    /// Whether it has come, or will not; empty where that is said, and it has come after all.
    said: Vec<FormChoice>,
}

/// What is written down of a receipt, as the form names it.
const CAME: &str = "came";
const WILL_NOT_COME: &str = "will-not-come";

fn receipt_page<'a>(signed: &Visitor, case: CaseId, export: &'a ExportLine, form: &'a Form) -> ReceiptPage<'a> {
    let back = format!("/concerns/{case}");
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", back);
    let said = match export.receipt {
        None => vec![
            FormChoice::new(CAME, "Yes, it is received"),
            FormChoice::new(WILL_NOT_COME, "No receipt will come")
                .hint("For example, it was printed for a meeting or handed over in person."),
        ],
        Some(_) => Vec::new(),
    };
    ReceiptPage { frame, form, case, export, said }
}

fn find<'c>(concern: &'c ConcernPage, export: &str) -> Result<&'c ExportLine, PageError> {
    let id: ExportId = export.parse().map_err(|_| PageError::no_such_page())?;
    concern.exports.iter().find(|export| export.id == id).ok_or_else(PageError::no_such_page)
}

async fn ask_of_receipt(signed: Visitor, Path((id, export)): Path<(String, String)>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    let export = find(&concern, &export)?;
    if matches!(export.receipt, Some(ReceiptSaid::Came { .. })) {
        return go(format!("/concerns/{id}"));
    }
    page(&receipt_page(&signed, concern.line.id, export, &signed.form()))
}

/// What the form says of a receipt; `None` where something must be put right, which the form then says.
fn receipt_said(form: &mut Form) -> Option<ReceiptSaid> {
    match form.value("said") {
        CAME if !form.value("reason").is_empty() => {
            form.blame("reason", "You have said that it is received. Empty this, or choose that no receipt will come.");
            None
        }
        WILL_NOT_COME if !form.value("by").is_empty() => {
            form.blame("by", "You have said that no receipt will come. Empty this, or choose that it is received.");
            None
        }
        CAME => {
            let on = form.parse("on");
            if on.is_none() {
                form.blame("on", "Give the date as a day, a month and a year.");
            }
            Some(ReceiptSaid::Came { by: form.value("by").to_owned(), on: on? })
        }
        WILL_NOT_COME => Some(ReceiptSaid::WillNotCome { reason: form.value("reason").to_owned() }),
        _ => {
            form.blame("said", "Say whether it is received, or that no receipt will come.");
            None
        }
    }
}

async fn note_receipt(signed: Visitor, Path((id, export)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    let case = concern.line.id;
    let export = find(&concern, &export)?;
    if let Some(said) = receipt_said(&mut form) {
        let input = NoteReceipt { case, export: export.id, said };
        match signed.desk.note_receipt(&signed.actor, input).await {
            Ok(()) => return go(format!("/concerns/{case}")),
            Err(error) => form.refused(error)?,
        }
    }
    form.in_order(["said", "by", "on", "reason"]);
    page_again(&receipt_page(&signed, case, export, &form))
}
