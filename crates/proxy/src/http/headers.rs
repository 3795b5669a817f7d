//! Headers on their way through (RFC 9110 section 7.6).

use hyper::header::{
    CONNECTION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE,
    TRANSFER_ENCODING, UPGRADE, VIA,
};
use hyper::http::uri::Authority;
use hyper::{Method, Request, Version};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const PROXY_AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("proxy-authentication-info");

/// Carries the clause that a page rests on: `policy-id#clause-id; title="…"; version=3`. The gate alone says it: what a
/// site sends under this name is taken out.
pub const CLAUSE_HEADER: HeaderName = HeaderName::from_static("schoolgate-clause");

/// Between two neighbours only, never handed on.
static HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    PROXY_CONNECTION,
    KEEP_ALIVE,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
    PROXY_AUTHORIZATION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHENTICATION_INFO,
];

/// Whether the request asks for a WebSocket. No other upgrade passes: through `h2c` requests could be smuggled.
pub(crate) fn wants_websocket<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
        && tokens(headers, &CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"))
}

/// Whether the client waits for a word before it sends the body.
pub(crate) fn expects_continue(headers: &HeaderMap) -> bool {
    headers.get(EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Makes a request's headers fit to be handed on.
pub(crate) fn to_site(
    headers: &mut HeaderMap,
    authority: Option<&Authority>,
    version: Version,
    websocket: bool,
    via: &Via,
) {
    let trailers = tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case("trailers"));
    strip(headers);
    if let Some(authority) = authority {
        let text = authority.as_str();
        let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
        if headers.get(HOST).is_none_or(|value| value.as_bytes() != host.as_bytes())
            && let Ok(value) = HeaderValue::from_str(host)
        {
            headers.insert(HOST, value);
        }
    }
    if websocket {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    } else if trailers {
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    via.add(headers, version);
}

/// Makes an answer's headers fit to be handed on.
pub(crate) fn to_client(headers: &mut HeaderMap, version: Version, websocket: bool, via: &Via) {
    strip(headers);
    headers.remove(CLAUSE_HEADER);
    if websocket {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    }
    via.add(headers, version);
}

/// Whether the answer's body comes in a coding that would be lost on the way.
pub(crate) fn has_unknown_coding(headers: &HeaderMap) -> bool {
    headers.get_all(TRANSFER_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"chunked"))
}

/// Takes out what is hop-by-hop, by itself or because `Connection` names it.
fn strip(headers: &mut HeaderMap) {
    if let Some(connection) = headers.get(CONNECTION)
        && !is_plain(connection.as_bytes())
    {
        let named: Vec<HeaderName> = tokens(headers, &CONNECTION).filter_map(|token| token.parse().ok()).collect();
        for name in named.iter().filter(|name| **name != HOST) {
            headers.remove(name);
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

fn is_plain(connection: &[u8]) -> bool {
    connection.eq_ignore_ascii_case(b"keep-alive") || connection.eq_ignore_ascii_case(b"close")
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|token| !token.is_empty())
}

/// The gate's entry in `Via`.
pub(crate) struct Via {
    http_1_1: HeaderValue,
    http_1_0: HeaderValue,
}

impl Via {
    /// `name`, as far as it is a token.
    pub fn new(name: &str) -> Via {
        let name: String =
            name.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_')).collect();
        let name = if name.is_empty() { "gate".to_owned() } else { name };
        let value = |version| HeaderValue::try_from(format!("{version} {name}")).expect("a token is a header's value");
        Via { http_1_1: value("1.1"), http_1_0: value("1.0") }
    }

    fn add(&self, headers: &mut HeaderMap, version: Version) {
        headers.append(VIA, if version == Version::HTTP_10 { self.http_1_0.clone() } else { self.http_1_1.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn handed_on(headers: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
        let mut map = request(headers);
        let authority = Authority::from_static("user@a.example:81");
        to_site(&mut map, Some(&authority), Version::HTTP_10, false, &Via::new("our gate"));
        let mut left: Vec<_> =
            map.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        left.sort();
        left
    }

    #[test]
    fn what_is_between_neighbours_is_not_handed_on() {
        let left = handed_on(&[
            ("host", "b.example"),
            ("connection", "close, X-Own, Host"),
            ("connection", "x-other"),
            ("x-own", "1"),
            ("x-own", "2"),
            ("x-other", "3"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic eDp5"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("via", "1.1 before"),
            ("cookie", "a=b"),
        ]);
        let expected = [("cookie", "a=b"), ("host", "a.example:81"), ("via", "1.0 ourgate"), ("via", "1.1 before")];
        assert_eq!(left, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn that_the_client_takes_trailers_is_said_anew() {
        let left = handed_on(&[("te", "gzip, trailers"), ("connection", "te")]);
        assert!(left.contains(&("te".to_owned(), "trailers".to_owned())), "{left:?}");
        assert!(left.contains(&("connection".to_owned(), "te".to_owned())), "{left:?}");
    }

    #[test]
    fn only_a_websocket_is_upgraded_to() {
        let asks = |connection: &str, upgrade: &str| {
            wants_websocket(
                &Request::get("/").header(CONNECTION, connection).header(UPGRADE, upgrade).body(()).unwrap(),
            )
        };
        assert!(asks("keep-alive, Upgrade", "WebSocket"));
        assert!(!asks("keep-alive", "websocket"));
        assert!(!asks("upgrade", "h2c"));
    }
}
