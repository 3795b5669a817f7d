//! Proof that a form came from our own page: a keyed hash of the visitor's cookie, and the browser's word for its origin.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The key of this start of the desk.
#[derive(Clone)]
pub struct FormKey([u8; 32]);

impl FormKey {
    pub fn new(secret: [u8; 32]) -> FormKey {
        FormKey(secret)
    }

    fn keyed(&self, about: &str, text: &str) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("a key of any length is taken");
        mac.update(about.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac
    }

    /// The token that forms carry for whoever holds `cookie`.
    pub fn token(&self, cookie: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.keyed("form", cookie).finalize().into_bytes())
    }

    /// Whether `token` is the one for `cookie`; takes as long for a near miss as for a far one.
    pub fn holds(&self, cookie: &str, token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        self.keyed("form", cookie).verify_slice(&bytes).is_ok()
    }

    /// A value for the cookie of somebody who has not signed in; `count` never comes twice in one start.
    pub fn before_session(&self, count: u64) -> String {
        URL_SAFE_NO_PAD.encode(self.keyed("before-session", &count.to_string()).finalize().into_bytes())
    }
}

/// Whether the browser says that the form was sent from this desk. A client that says nothing has only the token.
pub fn is_same_origin(headers: &HeaderMap, desk_origin: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site")
        && !matches!(site.to_str(), Ok("same-origin" | "none"))
    {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    origin.eq_ignore_ascii_case(desk_origin) || (!host.is_empty() && authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_its_own_cookie_and_key_alone() {
        let key = FormKey::new([7; 32]);
        let token = key.token("cookie");
        assert!(key.holds("cookie", &token));
        assert!(!key.holds("another", &token));
        assert!(!FormKey::new([8; 32]).holds("cookie", &token));
        assert!(!key.holds("cookie", ""));
        assert_ne!(key.before_session(1), key.before_session(2));
    }

    #[test]
    fn a_form_from_another_origin_is_known_by_the_browsers_word() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        let desk = "http://localhost:8080";
        assert!(is_same_origin(&headers(&[]), desk));
        assert!(is_same_origin(&headers(&[("origin", "http://localhost:8080")]), desk));
        assert!(is_same_origin(&headers(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]), desk));
        assert!(!is_same_origin(&headers(&[("origin", "http://evil.example"), ("host", "localhost:8080")]), desk));
        assert!(!is_same_origin(&headers(&[("origin", "null"), ("host", "localhost:8080")]), desk));
        assert!(!is_same_origin(&headers(&[("sec-fetch-site", "cross-site")]), desk));
    }
}
