//! What a handler gives back.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;

use crate::error::PageError;
use crate::forms::kept::KeptContent;
use crate::visitor::Anyone;

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

/// A page that is not shown again, neither by going back nor by reloading: what it shows is looked at once.
pub fn page_once(template: &impl Template) -> Answer {
    let mut response = page(template)?;
    response.extensions_mut().insert(ShownOnce);
    Ok(response)
}

#[derive(Clone)]
struct ShownOnce;

/// The page of a form, at one of its fields: the browser goes to where that stands.
pub fn page_at(field: &str, template: &impl Template) -> Answer {
    let mut response = page(template)?;
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    if field.chars().all(is_name) {
        response.extensions_mut().insert(ShownAt(field.to_owned()));
    }
    Ok(response)
}

#[derive(Clone)]
struct ShownAt(String);

/// As [`page_once`], and not at all from `until` on, when what it shows is no longer open.
pub fn page_once_until(until: Timestamp, template: &impl Template) -> Answer {
    let mut response = page_once(template)?;
    response.extensions_mut().insert(ShownUntil(until));
    Ok(response)
}

#[derive(Clone)]
struct ShownUntil(Timestamp);

/// A page that is kept nowhere, not even until it is shown: it carries a whole list of people.
pub fn page_unkept(status: StatusCode, template: &impl Template) -> Answer {
    let mut response = page_with(status, template)?;
    response.extensions_mut().insert(Unkept);
    Ok(response)
}

#[derive(Clone)]
struct Unkept;

/// The page that answers the form with this key, which is forgotten with it: [`KeptAnswers::forget_form`].
///
/// [`KeptAnswers::forget_form`]: crate::forms::kept::KeptAnswers::forget_form
pub fn of_form(answer: Answer, key: String) -> Answer {
    let mut response = answer?;
    response.extensions_mut().insert(OfForm(key));
    Ok(response)
}

#[derive(Clone)]
struct OfForm(String);

/// Where others' words and cases are shown. Whoever comes back to such a page may have lost the right to see it, so that
/// what answers a form there is shown once.
const OF_OTHERS: [&str; 11] = [
    "/chronology",
    "/concerns",
    "/countersign",
    "/decide",
    "/declines",
    "/entries",
    "/my-reports",
    "/people",
    "/registers",
    "/requests",
    "/worry-code",
];

fn is_shown_once(visitor: &Anyone) -> bool {
    let path = visitor.here.split('?').next().unwrap_or_default();
    let is_below = |above: &str| path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // Whoever uses a browser next in which nobody is signed in does not go back to what a child wrote, nor to who tried to
    // sign in.
    visitor.actor.is_none() || OF_OTHERS.into_iter().any(is_below)
}

/// Gives the page that answers a form an address of its own, so that going back to it and reloading it get it again, and
/// no browser asks for the form to be sent anew. What is no page is left as it is, and what answers nobody known.
pub async fn with_address(visitor: &Anyone, response: Response) -> Response {
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let unproven = response.extensions().get::<PageError>().is_some_and(PageError::is_unproven);
    let unkept = response.extensions().get::<Unkept>().is_some();
    if !is_page || unproven || unkept || response.status().is_redirection() {
        return response;
    }
    let place = response.extensions().get::<ShownAt>().map(|at| format!("#{}", at.0)).unwrap_or_default();
    let once = response.extensions().get::<ShownOnce>().is_some() || is_shown_once(visitor);
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return PageError::unavailable().bare() };
    let form = parts.extensions.get::<OfForm>().map(|form| form.0.clone());
    let until = parts.extensions.get::<ShownUntil>().map(|until| until.0);
    let (status, sight) = (parts.status, visitor.sight());
    let answer = KeptContent::Page { status, body: body.clone(), once, form, until, sight };
    match visitor.keep(visitor.owner(), answer, &visitor.here) {
        Some(address) => Redirect::to(&(address + &place)).into_response(),
        None => Response::from_parts(parts, Body::from(body)),
    }
}

/// On to another page of the desk, which the browser gets anew.
#[expect(clippy::unnecessary_wraps, reason = "every handler ends with an `Answer`")]
pub fn go(to: impl AsRef<str>) -> Answer {
    Ok(Redirect::to(to.as_ref()).into_response())
}

/// Whoever opens a file of ours in the browser all the same gives it no more than a place of its own: no script, no form,
/// nothing of the desk.
const DOWNLOAD_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

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
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOWNLOAD_POLICY));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}
