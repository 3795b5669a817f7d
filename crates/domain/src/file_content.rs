//! What is told of a file by its content where no mark at its beginning says it: plain text, a mail, a Word document.

use std::borrow::Cow;

/// The longest head of a mail that is looked through, in bytes.
const MAIL_HEAD: usize = 256 * 1024;

/// Content that is text from its beginning to its end.
pub(crate) struct PlainText<'c>(Cow<'c, str>);

impl PlainText<'_> {
    /// Whether nothing opens it as a page, a program or a document with parts.
    pub(crate) fn is_passive(&self) -> bool {
        let start = self.0.trim_start();
        !start.is_empty() && !["<", "#!", "{\\rtf", "%!"].iter().any(|mark| start.starts_with(mark))
    }
}

/// The content as text, in UTF-8 or, with its mark, UTF-16; `None` where a character is none that texts have.
pub(crate) fn plain_text(content: &[u8]) -> Option<PlainText<'_>> {
    let text = match content {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(std::str::from_utf8(rest).ok()?),
        _ => Cow::Borrowed(std::str::from_utf8(content).ok()?),
    };
    let is_typed = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{c}');
    text.chars().all(is_typed).then_some(PlainText(text))
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    if rest.is_empty() { char::decode_utf16(units).collect::<Result<_, _>>().ok() } else { None }
}

/// Whether the content is a mail as mail programs save it: a head that says from whom it is, and when or how it came
/// (RFC 5322 section 3.6 asks for `From` and `Date`).
pub(crate) fn is_email(content: &[u8]) -> bool {
    let mut names: Vec<String> = Vec::new();
    for line in content[..content.len().min(MAIL_HEAD)].split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [] => break,
            // The line before goes on.
            [b' ' | b'\t', ..] if !names.is_empty() => {}
            _ => match line.iter().position(|byte| *byte == b':') {
                Some(end) if end > 0 && line[..end].iter().all(u8::is_ascii_graphic) => {
                    names.push(String::from_utf8_lossy(&line[..end]).to_ascii_lowercase());
                }
                _ => return false,
            },
        }
    }
    let has = |name: &str| names.iter().any(|known| known == name);
    has("from") && (has("date") || has("received")) && !content.contains(&0)
}

/// Whether the content is a Word document without macros: a zip archive whose directory lists a document's parts, in
/// whatever order (ECMA-376 part 2).
pub(crate) fn is_word_document(content: &[u8]) -> bool {
    const MACROS: &[u8] = b"vbaProject.bin";
    if !content.starts_with(b"PK\x03\x04") {
        return false;
    }
    let (mut has_types, mut has_document) = (false, false);
    for name in names_in_archive(content) {
        has_types |= name.eq_ignore_ascii_case(b"[Content_Types].xml");
        has_document |= name.eq_ignore_ascii_case(b"word/document.xml");
        if name.last_chunk::<{ MACROS.len() }>().is_some_and(|end| end.eq_ignore_ascii_case(MACROS)) {
            return false;
        }
    }
    has_types && has_document
}

/// The names in the directory of a zip archive, as they stand there: what looks like an entry costs no room, however often
/// it does.
fn names_in_archive(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    /// Where an entry has the length of its name, and the name, counted from the entry's beginning.
    const LENGTH_AT: usize = 28;
    const NAME_AT: usize = 46;
    let entries = content.windows(4).enumerate().filter(|(_, window)| *window == b"PK\x01\x02");
    entries.filter_map(|(start, _)| {
        let length = content.get(start + LENGTH_AT..)?.first_chunk::<2>()?;
        let name = start + NAME_AT;
        content.get(name..name + usize::from(u16::from_le_bytes(*length)))
    })
}
