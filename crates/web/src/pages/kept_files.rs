//! Files of a report and pictures of a request: adding one, and being given one. No address and no title says more than that
//! there is a report or a request.

use actions::{AddFile, AddFileError, ScannerState, file_endings, file_types};
use askama::Template;
use axum::extract::Path;
use domain::{CaseId, FileId, FileOf, RequestId, size_words};

use crate::answer::{Answer, download, go, page, page_again};
use crate::error::PageError;
use crate::forms::posted::Form;
use crate::forms::upload::{Uploaded, UploadedEvidence, UploadedPicture};
use crate::frame::Frame;
use crate::moment::count;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/concerns/{id}/files", empty_of_report)
        .post("/concerns/{id}/files", add_to_report)
        .get("/concerns/{id}/files/{file}", read_of_report)
        .get("/requests/{id}/pictures", empty_of_request)
        .post("/requests/{id}/pictures", add_to_request)
        .get("/requests/{id}/pictures/{file}", read_of_request)
}

#[derive(Template)]
#[template(path = "add-file.html")]
struct AddFilePage<'a> {
    frame: Frame,
    form: &'a Form,
    /// The page with which the file is kept.
    home: String,
    is_picture: bool,
    hint: String,
    endings: String,
    is_scanned: bool,
}

/// The page of what a file is kept with.
fn home(of: FileOf) -> String {
    match of {
        FileOf::Case(case) => format!("/concerns/{case}"),
        FileOf::Request(request) => format!("/requests/{request}"),
    }
}

fn add_page<'a>(signed: &Visitor, of: FileOf, form: &'a Form) -> AddFilePage<'a> {
    let limits = signed.desk.settings().evidence;
    let (title, list, path) = match of {
        FileOf::Case(_) => ("A report", "Concerns", "/concerns"),
        FileOf::Request(_) => ("A request", "What I asked for", "/requests"),
    };
    AddFilePage {
        frame: signed.frame(title).form(form).crumb(list, path).crumb(title, home(of)),
        hint: format!(
            "It may have {} at the most, and be one of these: {}. {title} has {} at the most.",
            size_words(limits.file_bytes),
            file_types(of),
            count(limits.files_per_case.into(), "file")
        ),
        endings: file_endings(of),
        is_scanned: signed.desk.scanner_state() != ScannerState::None,
        is_picture: matches!(of, FileOf::Request(_)),
        home: home(of),
        form,
    }
}

fn report(id: &str) -> Result<CaseId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

fn request(id: &str) -> Result<RequestId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

async fn empty_of_report(signed: Visitor, Path(id): Path<String>) -> Answer {
    let case = report(&id)?;
    let may = signed.desk.concern(&signed.actor, case).await?.may_handle;
    empty(&signed, FileOf::Case(case), may)
}

async fn empty_of_request(signed: Visitor, Path(id): Path<String>) -> Answer {
    let request = request(&id)?;
    let may = signed.desk.request(&signed.actor, request).await?.may_add_picture;
    empty(&signed, FileOf::Request(request), may)
}

fn empty(signed: &Visitor, of: FileOf, may: bool) -> Answer {
    if may { page(&add_page(signed, of, &signed.form())) } else { go(home(of)) }
}

async fn add_to_report(
    signed: Visitor,
    Path(id): Path<String>,
    UploadedEvidence(uploaded): UploadedEvidence,
) -> Answer {
    let case = report(&id)?;
    let Some(form) = add(&signed, FileOf::Case(case), uploaded).await? else { return go(format!("/concerns/{case}")) };
    // Whoever does not have the report is shown no form of it either.
    signed.desk.concern(&signed.actor, case).await?;
    page_again(&add_page(&signed, FileOf::Case(case), &form))
}

async fn add_to_request(signed: Visitor, Path(id): Path<String>, UploadedPicture(uploaded): UploadedPicture) -> Answer {
    let id = request(&id)?;
    let Some(form) = add(&signed, FileOf::Request(id), uploaded).await? else { return go(format!("/requests/{id}")) };
    signed.desk.request(&signed.actor, id).await?;
    page_again(&add_page(&signed, FileOf::Request(id), &form))
}

/// Adds what was sent. What is wrong is on the form where it can't be.
async fn add(signed: &Visitor, of: FileOf, uploaded: Uploaded) -> Result<Option<Form>, PageError> {
    let Uploaded { mut form, files } = uploaded;
    match files.into_iter().next() {
        None => form.blame("file", "Choose a file."),
        Some(file) if file.too_large => {
            form.refused(AddFileError::too_large(signed.desk.settings().evidence))?;
        }
        Some(file) => {
            let input = AddFile { of, name: file.name, content: file.bytes };
            match signed.desk.add_file(&signed.actor, input).await {
                Ok(()) => return Ok(None),
                Err(error) => form.refused(error)?,
            }
        }
    }
    Ok(Some(form))
}

async fn read_of_report(signed: Visitor, Path((id, file)): Path<(String, String)>) -> Answer {
    read(&signed, FileOf::Case(report(&id)?), &file).await
}

async fn read_of_request(signed: Visitor, Path((id, file)): Path<(String, String)>) -> Answer {
    read(&signed, FileOf::Request(request(&id)?), &file).await
}

async fn read(signed: &Visitor, of: FileOf, file: &str) -> Answer {
    let file: FileId = file.parse().map_err(|_| PageError::no_such_page())?;
    let file = signed.desk.file(&signed.actor, of, file).await?;
    download(&file.name, file.media_type, file.content)
}
