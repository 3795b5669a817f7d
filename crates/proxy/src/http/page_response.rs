//! The gate's pages as answers of HTTP.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gate::Page;
use hyper::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, PROXY_AUTHENTICATE,
};
use hyper::{Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::http::answer_body::AnswerBody;
use crate::http::headers::CLAUSE_HEADER;

static SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(gate::STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("base64 and words are a header's value")
});

pub(crate) fn page_response(page: Page) -> Response<AnswerBody> {
    let length = page.html.len();
    let mut response = Response::new(AnswerBody::page(page.html));
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, SECURITY_POLICY.clone());
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    if let Some(value) = page.clause.and_then(|clause| HeaderValue::try_from(clause).ok()) {
        headers.insert(CLAUSE_HEADER, value);
    }
    response
}

/// A page that asks for a name and a password, in the school's name as far as that is ASCII.
pub(crate) fn sign_in_response(page: Page, school: &str) -> Response<AnswerBody> {
    let mut response = page_response(page);
    let realm: String = school.chars().filter(|letter| letter.is_ascii() && !matches!(letter, '"' | '\\')).collect();
    if let Ok(challenge) = HeaderValue::try_from(format!("Basic realm=\"{realm}\", charset=\"UTF-8\"")) {
        response.headers_mut().insert(PROXY_AUTHENTICATE, challenge);
    }
    response
}
