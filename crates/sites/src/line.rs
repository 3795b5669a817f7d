//! One line of a list, in any of the forms that lists come in.

use std::net::IpAddr;

use domain::{Host, HostError};

use crate::canonical_path::canonical_path;

/// The longest path that an entry may have, in bytes of its canonical form.
pub(crate) const LONGEST_PATH: usize = 768;

/// What a list names: a host with all below it, or the pages of it whose path begins with `path` (at the end of a
/// segment), in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSite {
    pub host: Host,
    pub path: Option<String>,
}

/// Why a line could not be taken up. The build goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineProblem {
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("'{0}' has no dot: it would name a whole top-level domain")]
    OneWord(String),
    #[error("an exception ('@@'); exceptions are a policy's to make, with an allow rule")]
    Exception,
    #[error("a rule about parts of pages; only '||domain^' names a site")]
    NotASite,
    #[error("a rule with options ('${0}'), which holds only for some requests")]
    Options(String),
    #[error("it names a port; an entry is for all ports of a host")]
    Port,
    #[error("several words; one entry a line is read, or an address and the names for it as in a hosts file")]
    SeveralWords,
    #[error("all of it that reaches a server is '{0}/', which would name the whole host")]
    OnlyAFragment(Host),
    #[error("its path is longer than {LONGEST_PATH} letters")]
    LongPath,
    #[error("not UTF-8 text")]
    NotText,
}

/// Reads one line and gives each entry in it to `take`. Comments and empty lines have none.
///
/// # Errors
/// What is neither a comment nor an entry; the entries of the line before the fault were given.
pub fn read_line(line: &str, mut take: impl FnMut(ListedSite)) -> Result<(), LineProblem> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() || line.starts_with(['!', '#', '[']) && !line.starts_with("##") && !is_ipv6(line) {
        return Ok(());
    }
    if line.starts_with("@@") {
        return Err(LineProblem::Exception);
    }
    if let Some(rule) = line.strip_prefix("||") {
        take(read_rule(rule)?);
        return Ok(());
    }
    if line.contains("##") && !line.contains('/') || line.contains("#@#") || line.contains("#?#") {
        return Err(LineProblem::NotASite);
    }
    let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
    let Some(first) = words.next() else { return Ok(()) };
    let mut others = words.peekable();
    if others.peek().is_none() {
        take(read_entry(first)?);
        return Ok(());
    }
    if first.parse::<IpAddr>().is_err() {
        return Err(LineProblem::SeveralWords);
    }
    for name in others.filter(|name| !is_local(name)) {
        take(read_entry(name)?);
    }
    Ok(())
}

/// The `||domain^` of AdBlock lists.
fn read_rule(rule: &str) -> Result<ListedSite, LineProblem> {
    let (pattern, options) = rule.split_once('$').map_or((rule, None), |(pattern, options)| (pattern, Some(options)));
    if let Some(options) = options.filter(|options| !matches!(*options, "" | "all" | "document" | "important")) {
        return Err(LineProblem::Options(options.to_owned()));
    }
    let name = pattern.strip_suffix('^').ok_or(LineProblem::NotASite)?;
    if name.contains(['/', '*', '^', '|', '#']) {
        return Err(LineProblem::NotASite);
    }
    read_entry(name)
}

/// `example.org`, `*.example.org`, `.example.org`, `example.org/path`, `https://example.org/path`.
fn read_entry(word: &str) -> Result<ListedSite, LineProblem> {
    let word = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")).unwrap_or(word);
    let word = word.strip_prefix("*.").or_else(|| word.strip_prefix('.')).unwrap_or(word);
    let (name, path) = word.split_at(word.find(['/', '?', '#', '\\']).unwrap_or(word.len()));
    let is_ipv6 = is_ipv6(name);
    if !is_ipv6 && name.contains(':') || is_ipv6 && name.starts_with('[') && !name.ends_with(']') {
        return Err(LineProblem::Port);
    }
    let host = Host::parse(name)?;
    if !host.as_str().contains(['.', ':']) {
        return Err(LineProblem::OneWord(host.as_str().to_owned()));
    }
    let canonical = canonical_path(path);
    if canonical.is_empty() && path.contains('#') {
        return Err(LineProblem::OnlyAFragment(host));
    }
    if canonical.len() > LONGEST_PATH {
        return Err(LineProblem::LongPath);
    }
    Ok(ListedSite { host, path: Some(canonical).filter(|path| !path.is_empty()) })
}

fn is_ipv6(name: &str) -> bool {
    name.starts_with('[')
        && name[1..].starts_with(|first: char| first.is_ascii_hexdigit() || first == ':')
        && name.contains(':')
        || name.matches(':').count() > 1
}

/// Names that every hosts file gives to the machine itself.
fn is_local(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "localhost" | "localhost.localdomain" | "local" | "broadcasthost" | "0.0.0.0")
        || name.starts_with("ip6-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<String>, LineProblem> {
        let mut entries = Vec::new();
        read_line(line, |entry| entries.push(format!("{}{}", entry.host, entry.path.unwrap_or_default())))?;
        Ok(entries)
    }

    #[test]
    fn every_form_of_list_gives_its_entries() {
        for (line, entries) in [
            ("example.org", &["example.org"][..]),
            ("\u{feff}Example.ORG. \r", &["example.org"]),
            ("example.org # a remark", &["example.org"]),
            ("*.example.org", &["example.org"]),
            (".example.org", &["example.org"]),
            ("example.org/Games/", &["example.org/games"]),
            ("https://example.org/", &["example.org"]),
            ("example.org/page/#top", &["example.org/page"]),
            ("||example.org^", &["example.org"]),
            ("||example.org^$important", &["example.org"]),
            ("0.0.0.0 ads.example.org tracker.example.org # both", &["ads.example.org", "tracker.example.org"]),
            ("127.0.0.1\tlocalhost", &[]),
            ("::1 ip6-localhost ip6-loopback", &[]),
            ("10.1.2.3", &["10.1.2.3"]),
            ("[2001:db8::1]/x", &["2001:db8::1/x"]),
            ("2001:db8::1", &["2001:db8::1"]),
            ("b\u{fc}cher.example", &["xn--bcher-kva.example"]),
            ("", &[]),
            ("   # a comment", &[]),
            ("! Title: a list", &[]),
            ("[Adblock Plus 2.0]", &[]),
        ] {
            assert_eq!(read(line).unwrap(), entries, "{line}");
        }
    }

    #[test]
    fn what_names_no_site_is_said_to_be_so() {
        for (line, problem) in [
            ("@@||example.org^", LineProblem::Exception),
            ("||example.org^$third-party", LineProblem::Options("third-party".into())),
            ("||example.org/ads^", LineProblem::NotASite),
            ("||example.org", LineProblem::NotASite),
            ("example.org##.banner", LineProblem::NotASite),
            ("##.banner", LineProblem::NotASite),
            ("example.org:8080", LineProblem::Port),
            ("two words", LineProblem::SeveralWords),
            ("word", LineProblem::OneWord("word".into())),
            ("example.org/#page", LineProblem::OnlyAFragment(Host::parse("example.org").unwrap())),
            ("a..b", LineProblem::Host(HostError::Malformed("a..b".into()))),
        ] {
            assert_eq!(read(line).unwrap_err(), problem, "{line}");
        }
        assert_eq!(read(&format!("a.org/{}", "x".repeat(LONGEST_PATH))).unwrap_err(), LineProblem::LongPath);
    }
}
