//! Finds what was searched for in the address of a search.

use domain::{Category, CategorySet, Host};
use percent_encoding::percent_decode_str;

/// The parameters in which search engines carry the words, the likeliest first.
const PARAMETERS: &[&str] = &["q", "query", "search_query", "search", "p", "text", "wd", "k"];

/// Engines that are known by a part of their names, in any country, whatever the site lists say.
const ENGINES: &[&str] = &[
    "google",
    "bing",
    "duckduckgo",
    "yahoo",
    "youtube",
    "ecosia",
    "startpage",
    "brave",
    "qwant",
    "yandex",
    "baidu",
    "ask",
    "swisscows",
    "kiddle",
    "pixabay",
    "wikipedia",
];

const LONGEST: usize = 1_000;

/// The words that somebody searched for, where `host` is a search engine and `path` carries them.
pub fn search_terms(host: &Host, categories: CategorySet, path: &str) -> Option<String> {
    let (_, query) = path.split_once('?')?;
    let is_engine = || {
        categories.contains(Category::SearchEngines) || host.as_str().split('.').any(|label| ENGINES.contains(&label))
    };
    let find = |name: &str| {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let value = PARAMETERS.iter().find_map(|name| find(name)).filter(|value| !value.is_empty())?;
    is_engine().then(|| decoded(value))
}

/// Percent-decoded, with `+` for a space; at most a thousand letters.
fn decoded(value: &str) -> String {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(host: &str, path: &str) -> Option<String> {
        search_terms(&Host::parse(host).unwrap(), CategorySet::EMPTY, path)
    }

    #[test]
    fn the_words_of_a_search_are_found_on_search_engines_alone() {
        assert_eq!(
            term("www.google.co.uk", "/search?hl=en&q=why+is+the%20sky%20bl%C3%BCe"),
            Some("why is the sky blüe".into())
        );
        assert_eq!(term("search.yahoo.com", "/search?p=cats%2"), Some("cats%2".into()));
        assert_eq!(term("www.youtube.com", "/results?search_query=volcano"), Some("volcano".into()));
        assert_eq!(term("shop.example", "/?q=shoes"), None);
        let categories = CategorySet::from_iter([Category::SearchEngines]);
        assert_eq!(search_terms(&Host::parse("find.example").unwrap(), categories, "/?query=a"), Some("a".into()));
        assert_eq!(term("www.google.com", "/?q="), None);
    }
}
