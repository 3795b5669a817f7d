//! The desk while the records are away: one plain page that says so, and what still works.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

const PAGE: &str = "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>The desk is away</title></head>\
<body><main><h1>The desk is away for now</h1>\
<p>The school's records can't be opened, so nothing can be signed, asked or decided here until they are back.</p>\
<p>The web goes on working by the rules that held last. Please tell the school's IT staff.</p>\
<p>If you are in danger, ring 999. To talk to somebody, ring Childline on 0800 1111. It is free, at any time.</p>\
</main></body></html>";

pub fn pages() -> Router {
    Router::new().fallback(|| async {
        let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::RETRY_AFTER, "60")];
        (StatusCode::SERVICE_UNAVAILABLE, headers, PAGE).into_response()
    })
}
