//! Paths in one form, so that an entry of a list and a request for the same page read alike however they are spelt.

/// The canonical form of a path with its query: what stands after a `#` is cut off; `\` is `/`; escapes of ordinary
/// letters are undone and all others written in lower case; letters are lower-case; empty, `.` and `..` segments are
/// resolved; no `/` at the end. The root is the empty text. All of it is ASCII.
pub fn canonical_path(path: &str) -> String {
    let path = path.split_once('#').map_or(path, |(before, _)| before);
    let (path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
    let mut canonical = String::with_capacity(path.len() + query.len() + 1);
    let plain = unescape(path, true);
    for segment in plain.split('/') {
        match segment {
            "" | "." => {}
            ".." => canonical.truncate(canonical.rfind('/').unwrap_or(0)),
            _ => {
                canonical.push('/');
                canonical.push_str(segment);
            }
        }
    }
    if !query.is_empty() {
        canonical.push('?');
        canonical.push_str(&unescape(query, false));
    }
    canonical
}

/// Undoes the escapes of ordinary letters. What has a meaning in an address (`/ ? # % &`) stays escaped.
fn unescape(text: &str, is_path: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((&first, rest)) = bytes.split_first() {
        bytes = rest;
        let escaped = (first == b'%').then(|| escaped_byte(rest)).flatten();
        match (escaped, first) {
            (Some(byte), _) => {
                bytes = &rest[2..];
                push(&mut plain, byte, byte.is_ascii_graphic() && !b"/?#%&\\".contains(&byte));
            }
            (None, b'\\') if is_path => plain.push('/'),
            (None, _) => push(&mut plain, first, first.is_ascii_graphic() && first != b'%'),
        }
    }
    plain
}

fn escaped_byte(rest: &[u8]) -> Option<u8> {
    let digit = |place: usize| rest.get(place).and_then(|byte| char::from(*byte).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn push(plain: &mut String, byte: u8, is_ordinary: bool) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if is_ordinary {
        plain.push(char::from(byte.to_ascii_lowercase()));
    } else {
        plain.push('%');
        plain.push(char::from(DIGITS[usize::from(byte >> 4)]));
        plain.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// The lengths of the beginnings of a canonical path that an entry may name, shortest first: up to each `/`, to the
/// query, to each `&` in it, and the whole.
pub(crate) fn beginnings(canonical: &str) -> impl Iterator<Item = usize> {
    let query = canonical.find('?').unwrap_or(canonical.len());
    let ends = canonical.bytes().enumerate().skip(1).filter(move |(place, byte)| match byte {
        b'/' => *place < query,
        b'?' => *place == query,
        b'&' => *place > query,
        _ => false,
    });
    ends.map(|(place, _)| place).chain((!canonical.is_empty()).then_some(canonical.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_page_have_one_form() {
        for (written, canonical) in [
            ("", ""),
            ("/", ""),
            ("/Page/", "/page"),
            ("//a///b/", "/a/b"),
            ("/a/./b/../c", "/a/c"),
            ("/../../a", "/a"),
            ("/%2e%2E/a", "/a"),
            ("/%61%2Fb", "/a%2fb"),
            ("/a%zz%", "/a%25zz%25"),
            ("/Espa\u{f1}ol", "/espa%c3%b1ol"),
            ("/Espa%C3%B1ol", "/espa%c3%b1ol"),
            ("\\a\\b", "/a/b"),
            ("/watch?V=1&x=%41#top", "/watch?v=1&x=a"),
            ("/a/?", "/a"),
            ("/?q=a/../b", "?q=a/../b"),
        ] {
            assert_eq!(canonical_path(written), canonical, "{written}");
        }
    }

    #[test]
    fn beginnings_end_where_segments_do() {
        let path = "/a/bc?x=/1&y";
        assert_eq!(beginnings(path).map(|end| &path[..end]).collect::<Vec<_>>(), ["/a", "/a/bc", "/a/bc?x=/1", path]);
        assert_eq!(beginnings("").count(), 0);
    }

    proptest! {
        #[test]
        fn the_canonical_form_of_a_canonical_form_is_itself(path in "[/a-cA-C.%0-9?#&é\\\\ ]{0,40}") {
            let canonical = canonical_path(&path);
            prop_assert!(canonical.is_ascii());
            prop_assert_eq!(canonical_path(&canonical), canonical);
        }
    }
}
