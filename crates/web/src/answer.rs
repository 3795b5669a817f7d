//! What a handler gives back.

use askama::Template;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::error::PageError;

/// A page, a way to another, or a page that says why not.
pub type Answer = Result<Response, PageError>;

/// The page, well.
pub fn page(template: &impl Template) -> Answer {
    page_with(StatusCode::OK, template)
}

/// The page once more, because something in its form must be put right.
pub fn page_again(template: &impl Template) -> Answer {
    page_with(StatusCode::UNPROCESSABLE_ENTITY, template)
}

pub fn page_with(status: StatusCode, template: &impl Template) -> Answer {
    match template.render() {
        Ok(body) => Ok((status, Html(body)).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template could not be rendered");
            Err(PageError::unavailable())
        }
    }
}

/// On to another page of the desk, which the browser gets anew.
#[expect(clippy::unnecessary_wraps, reason = "every handler ends with an `Answer`")]
pub fn go(to: impl AsRef<str>) -> Answer {
    Ok(Redirect::to(to.as_ref()).into_response())
}

/// A file to keep. `file_name` is cut to letters that no system trips over.
#[expect(clippy::unnecessary_wraps, reason = "every handler ends with an `Answer`")]
pub fn download(file_name: &str, content_type: &'static str, body: impl Into<axum::body::Body>) -> Answer {
    let safe: String = file_name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_') { letter } else { '-' })
        .collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{safe}\""))
        .expect("letters, digits and a few signs make a header");
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}
