//! The desk's one cookie: the session of somebody signed in, or a passing value before they are.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::DeskSettings;

/// Browsers take a name that begins so only with `Secure`, `Path=/` and no `Domain`, so no neighbour can set it.
const HTTPS_NAME: &str = "__Host-schoolgate";
const HTTP_NAME: &str = "schoolgate";
/// A value that begins so is no session: it only ties the sign-in form to one browser.
pub const BEFORE_SESSION: &str = "new.";

pub fn cookie_name(settings: &DeskSettings) -> &'static str {
    if settings.is_https() { HTTPS_NAME } else { HTTP_NAME }
}

/// The cookie's value, where the browser sent it.
pub fn read(headers: &HeaderMap, settings: &DeskSettings) -> Option<String> {
    let name = cookie_name(settings);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// `Set-Cookie` for a value that lasts until the browser closes; how long a session lives is the records' to say.
pub fn set(value: &str, settings: &DeskSettings) -> HeaderValue {
    header(&format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", cookie_name(settings)), settings)
}

/// `Set-Cookie` that takes the cookie away.
pub fn clear(settings: &DeskSettings) -> HeaderValue {
    header(&format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", cookie_name(settings)), settings)
}

fn header(cookie: &str, settings: &DeskSettings) -> HeaderValue {
    let secure = if settings.is_https() || settings.is_local() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{cookie}{secure}")).expect("a token is letters, digits, '-', '_' and '.'")
}

/// A desk on plain http beyond this machine sends its cookies in the open: that must not go unseen.
pub fn warn_where_cookies_are_open(settings: &DeskSettings) {
    if !settings.is_https() && !settings.is_local() {
        tracing::warn!(
            "the desk's address is plain http: sessions can be read on the network; set desk.url to an https address"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> DeskSettings {
        DeskSettings { url: url.to_owned(), ..DeskSettings::default() }
    }

    #[test]
    fn a_session_cookie_is_for_this_host_alone_and_not_for_scripts() {
        let cookie = set("abc", &at("https://desk.desk.example"));
        assert_eq!(cookie, "__Host-schoolgate=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set("abc", &at("http://localhost:8080")), "schoolgate=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set("abc", &at("http://desk.desk.example")), "schoolgate=abc; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=b; schoolgate=xyz; c=d"))]);
        assert_eq!(read(&headers, &at("http://localhost")).as_deref(), Some("xyz"));
        assert_eq!(read(&headers, &at("https://desk.example")), None);
    }
}
