//! A form with files.

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
    pub bytes: Vec<u8>,
}

/// A form with files that was sent from our own page (`enctype="multipart/form-data"`). Take it last.
pub struct Uploaded {
    pub form: Form,
    /// Those with a name: a file field left empty is not among them.
    pub files: Vec<UploadedFile>,
}

impl FromRequest<SharedApp> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &SharedApp) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Anyone::from_request_parts(&mut parts, shared).await.map_err(IntoResponse::into_response)?;
        if !csrf::is_same_origin(&parts.headers, shared.settings.origin()) {
            return Err(not_ours());
        }
        let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
        let most = shared.settings.upload_bytes;
        let too_large = |_| PageError::too_large(most).into_response();
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(most).apply(&mut request);
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
                    let bytes = field.bytes().await.map_err(too_large)?.to_vec();
                    if !file_name.is_empty() {
                        files.push(UploadedFile { name: file_name, bytes });
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
