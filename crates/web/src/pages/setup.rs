//! Setting a device up for the gate: the PAC file, the authority's certificate, and how to trust it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::answer::{Answer, page};
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::{Anyone, AppState, SharedApp};

pub fn routes(pages: Pages) -> Pages {
    pages
        .get_for_anyone("/gate/setup", setup)
        .get_public("/gate/authority.pem", authority)
        .get_public("/proxy.pac", proxy_configuration)
}

#[derive(Template)]
#[template(path = "gate/setup.html")]
struct SetupPage {
    frame: Frame,
    pac: String,
    proxy: String,
    fingerprint: Option<String>,
    has_authority: bool,
}

async fn setup(anyone: Anyone) -> Answer {
    page(&SetupPage {
        frame: anyone.frame("Set up a device"),
        pac: format!("{}/proxy.pac", anyone.settings.origin()),
        proxy: anyone.gate.proxy_address.clone(),
        fingerprint: anyone.gate.authority_fingerprint.clone(),
        has_authority: !anyone.gate.authority_pem.is_empty(),
    })
}

async fn authority(State(shared): State<SharedApp>) -> Response {
    if shared.gate.authority_pem.is_empty() {
        return (StatusCode::NOT_FOUND, "This desk was given no authority's certificate.\n").into_response();
    }
    let headers = [
        (CONTENT_TYPE, "application/x-x509-ca-cert"),
        (CONTENT_DISPOSITION, "attachment; filename=\"schoolgate-authority.pem\""),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, shared.gate.authority_pem.clone()).into_response()
}

async fn proxy_configuration(State(shared): State<SharedApp>) -> Response {
    let headers = [(CONTENT_TYPE, "application/x-ns-proxy-autoconfig"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, pac(&shared)).into_response()
}

/// This machine and the desk are reached directly, everything else through the gate and in no other way.
fn pac(app: &AppState) -> String {
    let own =
        ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), "[::1]".to_owned(), app.settings.host()];
    let direct: Vec<String> =
        own.into_iter().chain(app.gate.bypass_hosts.iter().cloned()).map(|host| quoted(&host)).collect();
    format!(
        "function FindProxyForURL(url, host) {{\n  var direct = [{}];\n  host = host.toLowerCase();\n  for (var i = 0; \
         i < direct.length; i++) {{\n    if (host === direct[i]) return \"DIRECT\";\n  }}\n  return {};\n}}\n",
        direct.join(", "),
        quoted(&format!("PROXY {}", app.gate.proxy_address)),
    )
}

/// A text as JavaScript writes it, which JSON's way is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
