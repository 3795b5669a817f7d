//! What a request asks for: where it goes, or why it goes nowhere.

use std::borrow::Cow;

use domain::Host;
use gate::GateProblem;
use hyper::header::HOST;
use hyper::{Method, Request, Uri, Version};

use crate::http::problems;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub kind: Kind,
    pub host: Host,
    pub port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request in the absolute form, for plain HTTP.
    Plain,
    /// `CONNECT`.
    Tunnel,
}

impl Target {
    /// Reads where the request goes. Its absolute form wins over its `Host` (RFC 9112 section 3.2.2).
    pub fn read<B>(request: &Request<B>) -> Result<Target, GateProblem> {
        check_host(request)?;
        let uri = request.uri();
        if request.method() == Method::CONNECT {
            let authority =
                uri.authority().filter(|_| uri.scheme().is_none()).ok_or_else(|| problems::no_target("CONNECT"))?;
            let host = Host::parse(authority.host()).map_err(|_| problems::no_target("CONNECT"))?;
            let port = authority.port_u16().filter(|port| *port > 0).ok_or_else(|| problems::no_target("CONNECT"))?;
            return Ok(Target { kind: Kind::Tunnel, host, port });
        }
        let Some(authority) = uri.authority() else { return Err(problems::at_the_gate_itself()) };
        match uri.scheme_str() {
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => {}
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => return Err(problems::https_in_the_open()),
            _ => return Err(problems::other_scheme()),
        }
        let host = Host::parse(authority.host()).map_err(|_| problems::no_target(authority.host()))?;
        let port = match authority.port() {
            None => 80,
            Some(port) => {
                Some(port.as_u16()).filter(|port| *port > 0).ok_or_else(|| problems::no_target(authority.as_str()))?
            }
        };
        Ok(Target { kind: Kind::Plain, host, port })
    }
}

/// Exactly one sound `Host` in HTTP/1.1, at most one before (RFC 9112 section 3.2).
fn check_host<B>(request: &Request<B>) -> Result<(), GateProblem> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let sound = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => {
            host.is_empty() || host.to_str().is_ok_and(|text| text.parse::<hyper::http::uri::Authority>().is_ok())
        }
        (Some(_), Some(_)) => false,
    };
    if sound {
        return Ok(());
    }
    Err(problems::unclear_host())
}

/// The path with its query; `http://a.example?b` means `/?b`.
pub(crate) fn path_of(uri: &Uri) -> Cow<'_, str> {
    match uri.path_and_query().map_or("/", |path| path.as_str()) {
        path if path.starts_with('/') => Cow::Borrowed(path),
        other => Cow::Owned(format!("/{other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, uri: &str, hosts: &[&str]) -> Result<(Kind, String, u16), u16> {
        let mut request = Request::builder().method(method).uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        Target::read(&request.body(()).unwrap())
            .map(|target| (target.kind, target.host.to_string(), target.port))
            .map_err(|problem| problem.status)
    }

    #[test]
    fn the_absolute_form_wins_over_the_host() {
        let target = Ok((Kind::Plain, "a.example".to_owned(), 80));
        assert_eq!(read("GET", "http://A.example/x", &["b.example"]), target);
        assert_eq!(read("GET", "http://user:word@a.example", &["a.example"]), target);
        assert_eq!(read("CONNECT", "a.example:443", &["a.example"]), Ok((Kind::Tunnel, "a.example".to_owned(), 443)));
    }

    #[test]
    fn what_goes_nowhere_is_refused() {
        let bad = Err(400);
        assert_eq!(read("GET", "/x", &["a.example"]), Err(421));
        assert_eq!(read("GET", "http://a.example/", &[]), bad);
        assert_eq!(read("GET", "http://a.example/", &["a.example", "a.example"]), bad);
        assert_eq!(read("GET", "http://a.example/", &["a b"]), bad);
        assert_eq!(read("GET", "https://a.example/", &["a.example"]), bad);
        assert_eq!(read("GET", "ftp://a.example/", &["a.example"]), bad);
        assert_eq!(read("GET", "http://a.example:0/", &["a.example"]), bad);
        assert_eq!(read("CONNECT", "a.example", &["a.example"]), bad);
    }
}
