//! Addresses of our own pages: where to go next, and links with their questions.

/// Where to go after signing in: a path of this desk, and nothing else. What could lead elsewhere leads home.
pub fn safe_next(next: Option<&str>) -> &str {
    match next {
        Some(path) if is_local_path(path) => path,
        _ => "/",
    }
}

/// A path on this desk: one slash first, and nothing that a browser would read as the name of another host.
fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(|letter| letter.is_control() || letter.is_whitespace())
        && !["/sign-in", "/sign-out"].contains(&path.split(['?', '#']).next().unwrap_or(path))
}

/// `path?a=1&b=2`, with everything that needs it escaped.
pub fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What an address asks by this name.
pub fn answer_in(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The address of a page with one question set, whatever it asked by this name before.
pub fn asking_for(page: &str, name: &str, value: &str) -> String {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let others: Vec<_> = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known != name).collect();
    let others = others.iter().map(|(known, value)| (known.as_ref(), value.as_ref()));
    with_query(path, others.chain([(name, value)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_desk_are_followed() {
        for path in ["/", "/sign/use?for=0190", "/agreements/0190#own"] {
            assert_eq!(safe_next(Some(path)), path);
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "/a\nb",
            "/\t/evil.example",
            "/sign-out",
        ] {
            assert_eq!(safe_next(Some(path)), "/", "{path:?}");
        }
        assert_eq!(safe_next(None), "/");
    }

    #[test]
    fn a_question_is_set_once() {
        assert_eq!(asking_for("/sign/use?for=a+b&kept=one", "kept", "two"), "/sign/use?for=a+b&kept=two");
        assert_eq!(asking_for("/ask", "kept", "one"), "/ask?kept=one");
    }

    #[test]
    fn questions_are_escaped() {
        assert_eq!(with_query("/roles/edit", [("name", "a b&c")]), "/roles/edit?name=a+b%26c");
        assert_eq!(answer_in("/roles/edit?name=a+b%26c", "name").as_deref(), Some("a b&c"));
        assert_eq!(answer_in("/roles/edit", "name"), None);
        assert_eq!(with_query("/gate", []), "/gate");
    }
}
