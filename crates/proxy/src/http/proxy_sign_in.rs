//! The name and the password that a request brings for the gate itself (`Proxy-Authorization`, RFC 7617).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::PROXY_AUTHORIZATION;

/// What a request's `Proxy-Authorization` holds.
#[derive(Debug)]
pub(crate) enum Credentials<'a> {
    None,
    /// Not `Basic`, not base64, not UTF-8, or several.
    Unreadable,
    /// As sent, not yet decoded.
    Basic(&'a [u8]),
}

impl Credentials<'_> {
    pub fn of(headers: &HeaderMap) -> Credentials<'_> {
        let mut values = headers.get_all(PROXY_AUTHORIZATION).iter();
        match (values.next(), values.next()) {
            (None, _) => Credentials::None,
            (Some(value), None) => match value.as_bytes().split_at_checked(6) {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"basic ") => {
                    Credentials::Basic(token.trim_ascii())
                }
                _ => Credentials::Unreadable,
            },
            (Some(_), Some(_)) => Credentials::Unreadable,
        }
    }
}

/// The name and the password in a token of `Basic` (RFC 7617).
pub(crate) fn decode(token: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.trim().to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn a_name_and_a_password_are_read_from_basic_alone() {
        let mut headers = HeaderMap::new();
        assert!(matches!(Credentials::of(&headers), Credentials::None));
        headers.insert(PROXY_AUTHORIZATION, HeaderValue::from_static("bAsIc YW5hOnB1c3M6Y2F0"));
        let Credentials::Basic(token) = Credentials::of(&headers) else { panic!("no Basic") };
        assert_eq!(decode(token), Some(("ana".to_owned(), "puss:cat".to_owned())));
        headers.append(PROXY_AUTHORIZATION, HeaderValue::from_static("Basic Og=="));
        assert!(matches!(Credentials::of(&headers), Credentials::Unreadable));
        headers.insert(PROXY_AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        assert!(matches!(Credentials::of(&headers), Credentials::Unreadable));
        assert_eq!(decode(b"****"), None);
    }
}
