//! Paths compared as servers read them: by whole segments, with escapes undone and dots resolved, so that
//! `/r/./chemistry`, `//r/chemistry` and `/%72/chemistry` are the same as `/r/chemistry`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use smallvec::SmallVec;

/// The segments of a path, without its query.
pub(crate) fn segments(path: &str) -> SmallVec<[Cow<'_, str>; 8]> {
    let path = path.split(['?', '#']).next().unwrap_or("");
    let mut segments = SmallVec::new();
    for part in path.split(['/', '\\']) {
        match unescape(part) {
            part if part.is_empty() || part == "." => {}
            part if part == ".." => {
                segments.pop();
            }
            part => segments.push(part),
        }
    }
    segments
}

/// Whether `path` is what `prefix` names or lies under it.
pub(crate) fn is_under(path: &[Cow<'_, str>], prefix: &[Box<str>]) -> bool {
    path.len() >= prefix.len() && path.iter().zip(prefix).all(|(have, want)| have.as_ref() == want.as_ref())
}

/// A segment whose escapes give no UTF-8 stays as it is.
fn unescape(part: &str) -> Cow<'_, str> {
    percent_decode_str(part).decode_utf8().unwrap_or(Cow::Borrowed(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_a_server_reads_it() {
        let prefix: Vec<Box<str>> = segments("/r/chemistry").iter().map(|part| part.as_ref().into()).collect();
        for under in [
            "/r/chemistry",
            "/r/chemistry/",
            "/r/chemistry/top?x=1",
            "/r//chemistry",
            "/%72/./chemistry",
            "/x/../r/chemistry",
            "/r/x/%2e%2e/chemistry",
            "\\r\\chemistry",
        ] {
            assert!(is_under(&segments(under), &prefix), "{under}");
        }
        for outside in ["/r/chemistrylab", "/r", "/", "", "/r/physics", "/r/chemistry/../physics", "/x?y=/r/chemistry"]
        {
            assert!(!is_under(&segments(outside), &prefix), "{outside}");
        }
    }
}
