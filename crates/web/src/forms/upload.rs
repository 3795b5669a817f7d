//! A form with files.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};
use axum::response::{IntoResponse, Response};

use crate::error::PageError;
use crate::forms::csrf;
use crate::forms::posted::Form;
use crate::forms::unread::{self, FormStanding};
use crate::visitor::{Anyone, SharedApp};

/// A file as the browser sent it.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// Its name on the sender's device, without folders.
    pub name: String,
    /// What is in it; empty where it is too large.
    pub bytes: Vec<u8>,
    /// It is larger than a file of this form may be, and was not kept in memory.
    pub too_large: bool,
}

/// A form with files that was sent from our own page (`enctype="multipart/form-data"`). Take it last.
pub struct Uploaded {
    pub form: Form,
    /// Those with a name: a file field left empty is not among them.
    pub files: Vec<UploadedFile>,
}

/// How much is read of a form with files, in bytes.
#[derive(Clone, Copy)]
struct UploadLimits {
    /// The largest form, all its files together; a larger one is no page's to mend.
    all: usize,
    /// The largest file; of a larger one the form is told.
    file: usize,
}

impl FromRequest<SharedApp> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &SharedApp) -> Result<Self, Response> {
        read(request, shared, |_| {
            let all = shared.settings.upload_bytes;
            UploadLimits { all, file: all }
        })
        .await
    }
}

/// As [`Uploaded`], for a file that goes with a report: as large as such a file may be, where it is from somebody who may
/// add one. A file that is up to twice too large is read to its end, so that the form can say so.
pub struct UploadedEvidence(pub Uploaded);

impl FromRequest<SharedApp> for UploadedEvidence {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &SharedApp) -> Result<Self, Response> {
        let limits = |visitor: &Anyone| file_limits(visitor, shared, actions::Verb::AddCaseFile);
        read(request, shared, limits).await.map(UploadedEvidence)
    }
}

/// As [`UploadedEvidence`], for a picture that goes with a request.
pub struct UploadedPicture(pub Uploaded);

impl FromRequest<SharedApp> for UploadedPicture {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &SharedApp) -> Result<Self, Response> {
        let limits = |visitor: &Anyone| file_limits(visitor, shared, actions::Verb::AddRequestFile);
        read(request, shared, limits).await.map(UploadedPicture)
    }
}

/// How much is read of a form with a file, from somebody who may or may not add one by this verb.
fn file_limits(visitor: &Anyone, shared: &SharedApp, adding: actions::Verb) -> UploadLimits {
    let may_add = |actor| shared.desk.may(actor, adding);
    let most = shared.desk.settings().evidence.file_bytes;
    let file = usize::try_from(most).unwrap_or(usize::MAX);
    let all = file.saturating_mul(2).saturating_add(shared.settings.form_bytes);
    let few = shared.settings.form_bytes;
    if visitor.actor.as_ref().is_some_and(may_add) {
        UploadLimits { all, file }
    } else {
        UploadLimits { all: few, file: few }
    }
}

async fn read(
    request: Request,
    shared: &SharedApp,
    limits: impl FnOnce(&Anyone) -> UploadLimits,
) -> Result<Uploaded, Response> {
    let (mut parts, body) = request.into_parts();
    let visitor = Anyone::from_request_parts(&mut parts, shared).await.map_err(IntoResponse::into_response)?;
    if !csrf::is_same_origin(&parts.headers, shared.settings.origin()) {
        return Err(not_ours());
    }
    let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
    let most = limits(&visitor);
    let too_large = |_| PageError::too_large(most.file).into_response();
    let mut request = Request::from_parts(parts, body);
    DefaultBodyLimit::max(most.all).apply(&mut request);
    let mut multipart = Multipart::from_request(request, shared).await.map_err(|_| not_ours())?;
    let (mut values, mut files) = (Vec::new(), Vec::new());
    while let Some(field) = multipart.next_field().await.map_err(too_large)? {
        let name = field.name().unwrap_or_default().to_owned();
        // nothing more is read for a form that is not ours: its token stands first
        if values.is_empty() && (name != "csrf" || field.file_name().is_some()) {
            return Err(not_ours());
        }
        match field.file_name().map(base_name) {
            None => values.push((name, field.text().await.map_err(too_large)?)),
            Some(file_name) => {
                let file = file(file_name, field, most.file).await.map_err(too_large)?;
                if !file.name.is_empty() {
                    files.push(file);
                }
            }
        }
        if matches!(standing(&values, &visitor), FormStanding::NotOurs) {
            return Err(not_ours());
        }
    }
    match standing(&values, &visitor) {
        FormStanding::Ours => Ok(Uploaded { form: Form::sent(visitor.csrf.clone(), values), files }),
        FormStanding::TooLate(person) => Err(unread::keep(&visitor, person, values, &uri, &headers)),
        FormStanding::NotOurs => Err(not_ours()),
    }
}

/// Reads a file to its end, and keeps none of it where it is larger than `most` bytes.
async fn file(name: String, mut field: Field<'_>, most: usize) -> Result<UploadedFile, MultipartError> {
    let (mut bytes, mut too_large) = (Vec::new(), false);
    while let Some(chunk) = field.chunk().await? {
        too_large |= chunk.len() > most - bytes.len();
        if too_large {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(UploadedFile { name, bytes, too_large })
}

fn not_ours() -> Response {
    PageError::form_not_ours().into_response()
}

fn standing(values: &[(String, String)], visitor: &Anyone) -> FormStanding {
    values.first().map_or(FormStanding::NotOurs, |(_, token)| FormStanding::of(token, visitor))
}

fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}
