//! A form with files.

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};

use crate::csrf;
use crate::error::PageError;
use crate::form::Form;
use crate::visitor::{Anyone, Shared};

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

impl FromRequest<Shared> for Uploaded {
    type Rejection = PageError;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Anyone::from_request_parts(&mut parts, shared).await?;
        if !csrf::is_same_origin(&parts.headers, shared.settings.origin()) {
            return Err(PageError::form_not_ours());
        }
        let most = shared.settings.upload_bytes;
        let too_large = |_| PageError::too_large(most);
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(most).apply(&mut request);
        let mut multipart = Multipart::from_request(request, shared).await.map_err(|_| PageError::form_not_ours())?;
        let (mut values, mut files) = (Vec::new(), Vec::new());
        while let Some(field) = multipart.next_field().await.map_err(too_large)? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file_name) = field.file_name().map(base_name) else {
                values.push((name, field.text().await.map_err(too_large)?));
                // nothing more is read for a form that is not ours: its token stands first
                if values.len() == 1 && !is_ours(&values, &visitor, shared) {
                    return Err(PageError::form_not_ours());
                }
                continue;
            };
            if !is_ours(&values, &visitor, shared) {
                return Err(PageError::form_not_ours());
            }
            let bytes = field.bytes().await.map_err(too_large)?.to_vec();
            if !file_name.is_empty() {
                files.push(UploadedFile { name: file_name, bytes });
            }
        }
        if !is_ours(&values, &visitor, shared) {
            return Err(PageError::form_not_ours());
        }
        Ok(Uploaded { form: Form::sent(visitor.csrf.clone(), values), files })
    }
}

fn is_ours(values: &[(String, String)], visitor: &Anyone, shared: &Shared) -> bool {
    values.first().is_some_and(|(name, token)| name == "csrf" && shared.key.holds(&visitor.cookie, token))
}

fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}
