//! Which host gives a search engine's safe results. Each engine publishes a host for this; the gate connects to it in
//! place of the one that was asked for.

use domain::Host;

use crate::kinds::Engine;

/// The engine that a host belongs to, and the host to connect to instead.
pub(crate) fn safe_host(host: &Host) -> Option<(Engine, &'static str)> {
    let name = host.as_str();
    if is_google(name) {
        return Some((Engine::Google, "forcesafesearch.google.com"));
    }
    Some(match name {
        "bing.com" | "www.bing.com" => (Engine::Bing, "strict.bing.com"),
        "duckduckgo.com" | "www.duckduckgo.com" | "start.duckduckgo.com" => (Engine::Duckduckgo, "safe.duckduckgo.com"),
        "youtube.com"
        | "www.youtube.com"
        | "m.youtube.com"
        | "youtubei.googleapis.com"
        | "youtube.googleapis.com"
        | "www.youtube-nocookie.com" => (Engine::Youtube, "restrict.youtube.com"),
        "pixabay.com" | "www.pixabay.com" => (Engine::Pixabay, "safesearch.pixabay.com"),
        _ => return None,
    })
}

/// `www.google.com`, `www.google.de`, `www.google.co.uk`, `www.google.com.au` and the like.
fn is_google(name: &str) -> bool {
    let Some(ending) = name.strip_prefix("www.google.") else { return false };
    let is_ending = |label: &str| (2..=3).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_lowercase());
    match ending.split_once('.') {
        None => is_ending(ending),
        Some((second @ ("co" | "com"), country)) => is_ending(second) && country.len() == 2 && is_ending(country),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_its_safe_host() {
        for (asked, safe) in [
            ("www.google.com", Some("forcesafesearch.google.com")),
            ("www.google.co.uk", Some("forcesafesearch.google.com")),
            ("www.google.com.au", Some("forcesafesearch.google.com")),
            ("www.google.de", Some("forcesafesearch.google.com")),
            ("www.bing.com", Some("strict.bing.com")),
            ("duckduckgo.com", Some("safe.duckduckgo.com")),
            ("m.youtube.com", Some("restrict.youtube.com")),
            ("pixabay.com", Some("safesearch.pixabay.com")),
            ("mail.google.com", None),
            ("www.google.evil.com", None),
            ("www.bbc.co.uk", None),
        ] {
            let host = Host::parse(asked).unwrap();
            assert_eq!(safe_host(&host).map(|(_, safe)| safe), safe, "{asked}");
        }
    }
}
