//! Proof that a form came from our own page: a keyed hash of the visitor's cookie, and the browser's word for its origin.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::PersonId;
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

    /// The token that forms carry for whoever holds `cookie`, and for whom they were made where somebody is signed in.
    pub fn token(&self, cookie: &str, person: Option<PersonId>) -> String {
        let mac = |about: &str, text: &str| URL_SAFE_NO_PAD.encode(self.keyed(about, text).finalize().into_bytes());
        match person.map(|person| person.to_string()) {
            None => mac("form", cookie),
            Some(person) => format!("{}.{person}.{}", mac("form", cookie), mac("person", &person)),
        }
    }

    /// Whether `token` is one for `cookie`; takes as long for a near miss as for a far one.
    pub fn holds(&self, cookie: &str, token: &str) -> bool {
        self.verifies("form", cookie, token.split('.').next().unwrap_or_default())
    }

    /// For whom the form with this token was made. It outlives the session: a form can be given back to its person by it,
    /// and never be acted on.
    pub fn made_for(&self, token: &str) -> Option<PersonId> {
        let (_, rest) = token.split_once('.')?;
        let (person, mac) = rest.split_once('.')?;
        self.verifies("person", person, mac).then(|| person.parse().ok())?
    }

    fn verifies(&self, about: &str, text: &str, mac: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(mac) else { return false };
        self.keyed(about, text).verify_slice(&bytes).is_ok()
    }

    /// The key of something kept; `count` never comes twice in one start.
    pub fn kept(&self, count: u64) -> String {
        URL_SAFE_NO_PAD.encode(self.keyed("kept", &count.to_string()).finalize().into_bytes())
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
        let token = key.token("cookie", None);
        assert!(key.holds("cookie", &token));
        assert!(!key.holds("another", &token));
        assert!(!FormKey::new([8; 32]).holds("cookie", &token));
        assert!(!key.holds("cookie", ""));
        assert_ne!(key.before_session(1), key.before_session(2));
    }

    #[test]
    fn a_token_tells_for_whom_the_form_was_made_and_takes_nobodys_word_for_it() {
        let key = FormKey::new([7; 32]);
        let [one, other]: [PersonId; 2] =
            ["0190a0a0a0a07000800000000000abcd", "0190a0a0a0a07000800000000000abce"].map(|id| id.parse().unwrap());
        let token = key.token("cookie", Some(one));
        assert!(key.holds("cookie", &token) && !key.holds("another", &token));
        assert_eq!(key.made_for(&token), Some(one));
        assert_eq!(key.made_for(&token.replace(&one.to_string(), &other.to_string())), None);
        assert_eq!(FormKey::new([8; 32]).made_for(&token), None);
        assert_eq!(key.made_for(&key.token("cookie", None)), None);
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
