//! The stylesheet and the icon, within the program.

use std::sync::OnceLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use sha2::{Digest, Sha256};

use crate::routes::Pages;

const STYLES: &[u8] = include_bytes!("../../assets/desk.css");
const ICON: &str = include_str!("../../assets/icon.svg");
/// The address changes with the content, so a browser may keep what it has for a year.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

pub fn routes(pages: Pages) -> Pages {
    pages.get_public("/assets/desk.css", styles).get_public("/assets/icon.svg", icon)
}

/// `/assets/desk.css?v=…`
pub fn styles_address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let digest = Sha256::digest(STYLES);
        let mark: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("/assets/desk.css?v={mark}")
    })
}

async fn styles() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, FOR_GOOD)], STYLES)
}

async fn icon() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")], ICON)
}
