//! Files of a report and pictures of a request: adding one, being given one, and taking one out. No address and no title
//! says more than that there is a report or a request.

use actions::{AddFile, AddFileError, FileLine, ScannerState, TakeOutFile, file_endings, file_types};
use askama::Template;
use axum::extract::Path;
use domain::{CaseId, FileId, FileOf, RequestId, size_words};

use crate::answer::{Answer, download, go, page, page_again};
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::forms::upload::{Uploaded, UploadedEvidence, UploadedPicture};
use crate::frame::Frame;
use crate::moment::count;
use crate::parts::Confirm;
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
        .get("/concerns/{id}/files/{file}/take-out", ask_of_report)
        .post("/concerns/{id}/files/{file}/take-out", take_out_of_report)
        .get("/requests/{id}/pictures/{file}/take-out", ask_of_request)
        .post("/requests/{id}/pictures/{file}/take-out", take_out_of_request)
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

async fn ask_of_report(signed: Visitor, Path((id, file)): Path<(String, String)>) -> Answer {
    let case = report(&id)?;
    let concern = signed.desk.concern(&signed.actor, case).await?;
    let files = if concern.may_handle { concern.files } else { Vec::new() };
    ask(&signed, FileOf::Case(case), &files, &file, &signed.form())
}

async fn ask_of_request(signed: Visitor, Path((id, file)): Path<(String, String)>) -> Answer {
    let id = request(&id)?;
    let request = signed.desk.request(&signed.actor, id).await?;
    let pictures = request.pictures.filter(|_| request.may_take_out_picture).unwrap_or_default();
    ask(&signed, FileOf::Request(id), &pictures, &file, &signed.form())
}

/// Asks whether a file is to be taken out; where it can't be any more, the page that it is kept with says what there is.
fn ask(signed: &Visitor, of: FileOf, files: &[FileLine], file: &str, form: &Form) -> Answer {
    let Some(file) = files.iter().find(|known| known.id.to_string() == file) else { return go(home(of)) };
    let (title, what, path) = match of {
        FileOf::Case(_) => ("A report", "file", "files"),
        FileOf::Request(_) => ("A request", "picture", "pictures"),
    };
    Confirm {
        question: &format!("Take the {what} ‘{}’ out?", file.name),
        follows: vec![
            format!(
                "The {what} and its name are deleted. That there was one, who took it out and why stays in the history."
            ),
            "Whoever was given it before has it still.".to_owned(),
        ],
        button: &format!("Take the {what} out"),
        action: &format!("{}/{path}/{}/take-out", home(of), file.id),
        back: &home(of),
        reason: Some("Why is it not to be here? Don’t say what is in it."),
        hidden: Vec::new(),
    }
    .show(signed.frame(title), form)
}

async fn take_out_of_report(
    signed: Visitor,
    Path((id, file)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let case = report(&id)?;
    if take_out(&signed, FileOf::Case(case), &file, &mut form).await? {
        return go(home(FileOf::Case(case)));
    }
    let concern = signed.desk.concern(&signed.actor, case).await?;
    ask(&signed, FileOf::Case(case), &concern.files, &file, &form)
}

async fn take_out_of_request(
    signed: Visitor,
    Path((id, file)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let id = request(&id)?;
    if take_out(&signed, FileOf::Request(id), &file, &mut form).await? {
        return go(home(FileOf::Request(id)));
    }
    let request = signed.desk.request(&signed.actor, id).await?;
    ask(&signed, FileOf::Request(id), &request.pictures.unwrap_or_default(), &file, &form)
}

/// Whether it is taken out; where it isn't, the form says why.
async fn take_out(signed: &Visitor, of: FileOf, file: &str, form: &mut Form) -> Result<bool, PageError> {
    let id: FileId = file.parse().map_err(|_| PageError::no_such_page())?;
    let input = TakeOutFile { of, id, reason: form.value("reason").to_owned() };
    match signed.desk.take_out_file(&signed.actor, input).await {
        Ok(()) => Ok(true),
        Err(error) => form.refused(error).map(|()| false),
    }
}
