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
    content.starts_with(b"PK\x03\x04") && {
        let names = names_in_archive(content);
        let has = |name: &str| names.iter().any(|known| known == name);
        has("[content_types].xml")
            && has("word/document.xml")
            && !names.iter().any(|name| name.ends_with("vbaproject.bin"))
    }
}

/// The names in the directory of a zip archive, in small letters.
fn names_in_archive(content: &[u8]) -> Vec<String> {
    /// Where an entry has the length of its name, and the name, counted from the entry's beginning.
    const LENGTH_AT: usize = 28;
    const NAME_AT: usize = 46;
    let mut names = Vec::new();
    for (start, window) in content.windows(4).enumerate() {
        if window == b"PK\x01\x02"
            && let Some([low, high]) = content.get(start + LENGTH_AT..start + LENGTH_AT + 2)
            && let length = usize::from(u16::from_le_bytes([*low, *high]))
            && let Some(name) = content.get(start + NAME_AT..start + NAME_AT + length)
        {
            names.push(String::from_utf8_lossy(name).to_lowercase());
        }
    }
    names
}
