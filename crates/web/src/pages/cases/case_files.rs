//! Files of a report: adding one, and being given one. No address and no title says more than that there is a report.

use actions::{AddCaseFile, AddCaseFileError, ScannerState, file_types};
use askama::Template;
use axum::extract::Path;
use domain::{CaseId, FileId, FileType, size_words};

use crate::answer::{Answer, download, go, page, page_again};
use crate::error::PageError;
use crate::forms::posted::Form;
use crate::forms::upload::{Uploaded, UploadedEvidence};
use crate::frame::Frame;
use crate::moment::count;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/files", empty).post("/concerns/{id}/files", add).get("/concerns/{id}/files/{file}", read)
}

#[derive(Template)]
#[template(path = "concerns/file.html")]
struct AddFilePage<'a> {
    frame: Frame,
    form: &'a Form,
    case: CaseId,
    hint: String,
    /// The endings of the files that are kept, for the browser's own choice.
    endings: String,
    is_scanned: bool,
}

fn add_page<'a>(signed: &Visitor, case: CaseId, form: &'a Form) -> AddFilePage<'a> {
    let limits = signed.desk.settings().evidence;
    let endings = FileType::ALL.iter().flat_map(|kind| kind.endings()).map(|ending| format!(".{ending}"));
    AddFilePage {
        frame: signed
            .frame("A report")
            .form(form)
            .crumb("Concerns", "/concerns")
            .crumb("A report", format!("/concerns/{case}")),
        hint: format!(
            "It may have {} at the most, and be one of these: {}. A report has {} at the most.",
            size_words(limits.file_bytes),
            file_types(),
            count(limits.files_per_case.into(), "file")
        ),
        endings: endings.collect::<Vec<_>>().join(","),
        is_scanned: signed.desk.scanner_state() != ScannerState::None,
        case,
        form,
    }
}

fn parse(id: &str) -> Result<CaseId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

async fn empty(signed: Visitor, Path(id): Path<String>) -> Answer {
    let case = parse(&id)?;
    if signed.desk.concern(&signed.actor, case).await?.may_handle {
        page(&add_page(&signed, case, &signed.form()))
    } else {
        go(format!("/concerns/{case}"))
    }
}

async fn add(signed: Visitor, Path(id): Path<String>, UploadedEvidence(uploaded): UploadedEvidence) -> Answer {
    let case = parse(&id)?;
    let Uploaded { mut form, files } = uploaded;
    match files.into_iter().next() {
        None => form.blame("file", "Choose a file."),
        Some(file) if file.too_large => {
            form.refused(AddCaseFileError::too_large(signed.desk.settings().evidence))?;
        }
        Some(file) => {
            let input = AddCaseFile { case, name: file.name, content: file.bytes };
            match signed.desk.add_case_file(&signed.actor, input).await {
                Ok(()) => return go(format!("/concerns/{case}")),
                Err(error) => form.refused(error)?,
            }
        }
    }
    // Whoever does not have the report is shown no form of it either.
    signed.desk.concern(&signed.actor, case).await?;
    page_again(&add_page(&signed, case, &form))
}

async fn read(signed: Visitor, Path((id, file)): Path<(String, String)>) -> Answer {
    let file: FileId = file.parse().map_err(|_| PageError::no_such_page())?;
    let file = signed.desk.case_file(&signed.actor, parse(&id)?, file).await?;
    download(&file.name, file.media_type, file.content)
}
