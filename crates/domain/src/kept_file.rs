//! A file that is kept with a report or a request: what it is called, and what it is by its content.

use jiff::Timestamp;

use crate::file_content::{is_email, is_word_document, plain_text};
use crate::people::is_unseen;
use crate::{CaseId, FileId, PersonId, RequestId};

crate::names::vocabulary! {
    /// What a file may be that is kept here: pictures, films, sounds and texts. Programs, archives and pages that
    /// browsers run (HTML, SVG) are not among them.
    FileType, "type of file" {
        Jpeg = "jpeg", "Picture (JPEG)";
        Png = "png", "Picture (PNG)";
        Heic = "heic", "Picture (HEIC)";
        Gif = "gif", "Picture (GIF)";
        Webp = "webp", "Picture (WebP)";
        Pdf = "pdf", "Document (PDF)";
        Word = "word", "Document (Word)";
        Text = "text", "Plain text";
        Email = "email", "Email";
        Mp4 = "mp4", "Film (MP4)";
        QuickTime = "quicktime", "Film (MOV)";
        M4a = "m4a", "Sound (M4A)";
        Mp3 = "mp3", "Sound (MP3)";
        Ogg = "ogg", "Sound (OGG)";
    }
}

impl FileType {
    /// What the content is; `None` where that is nothing that may be kept. What the file is called is not asked.
    pub fn of(content: &[u8]) -> Option<FileType> {
        let by_marks = infer::get(content).map(|known| known.mime_type());
        if by_marks == Some("application/pdf") {
            return Some(FileType::Pdf);
        }
        // Words before marks: a text may begin with two letters that are the mark of something else.
        if is_email(content) {
            return Some(FileType::Email);
        }
        if let Some(text) = plain_text(content) {
            return text.is_passive().then_some(FileType::Text);
        }
        Some(match by_marks {
            Some("image/jpeg") => FileType::Jpeg,
            Some("image/png") => FileType::Png,
            Some("image/heif") => FileType::Heic,
            Some("image/gif") => FileType::Gif,
            Some("image/webp") => FileType::Webp,
            Some("video/mp4" | "video/x-m4v") => FileType::Mp4,
            Some("video/quicktime") => FileType::QuickTime,
            Some("audio/m4a") => FileType::M4a,
            Some("audio/mpeg") => FileType::Mp3,
            Some("audio/ogg" | "audio/opus") => FileType::Ogg,
            _ if is_word_document(content) => FileType::Word,
            _ => return None,
        })
    }

    pub const fn is_picture(self) -> bool {
        matches!(self, FileType::Jpeg | FileType::Png | FileType::Heic | FileType::Gif | FileType::Webp)
    }

    /// As the registry of media types has it (IANA).
    pub const fn media_type(self) -> &'static str {
        match self {
            FileType::Jpeg => "image/jpeg",
            FileType::Png => "image/png",
            FileType::Heic => "image/heic",
            FileType::Gif => "image/gif",
            FileType::Webp => "image/webp",
            FileType::Pdf => "application/pdf",
            FileType::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FileType::Text => "text/plain",
            FileType::Email => "message/rfc822",
            FileType::Mp4 => "video/mp4",
            FileType::QuickTime => "video/quicktime",
            FileType::M4a => "audio/mp4",
            FileType::Mp3 => "audio/mpeg",
            FileType::Ogg => "audio/ogg",
        }
    }

    /// The endings that names of such files have, without the full stop; the first is the usual one.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            FileType::Jpeg => &["jpg", "jpeg"],
            FileType::Png => &["png"],
            FileType::Heic => &["heic", "heif"],
            FileType::Gif => &["gif"],
            FileType::Webp => &["webp"],
            FileType::Pdf => &["pdf"],
            FileType::Word => &["docx"],
            FileType::Text => &["txt"],
            FileType::Email => &["eml"],
            FileType::Mp4 => &["mp4", "m4v"],
            FileType::QuickTime => &["mov"],
            FileType::M4a => &["m4a"],
            FileType::Mp3 => &["mp3"],
            FileType::Ogg => &["ogg", "opus", "oga"],
        }
    }

    /// What a file is called here: without folders and unseen characters, no longer than `most` characters, and with an
    /// ending that says what it is, whatever it was called where it came from.
    pub fn file_name(self, sent: &str, most: usize) -> String {
        let base = sent.rsplit(['/', '\\']).next().unwrap_or_default();
        let seen: String = base.chars().map(|letter| if is_unseen(letter) { ' ' } else { letter }).collect();
        let words: Vec<&str> = seen.split_whitespace().collect();
        let name = words.join(" ");
        let name = name.trim_matches(['.', ' ']);
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if self.endings().iter().any(|known| known.eq_ignore_ascii_case(ending)) => {
                (stem, ending)
            }
            _ => (name, self.endings()[0]),
        };
        let room = most.saturating_sub(ending.chars().count() + 1).max(1);
        let stem: String = stem.chars().take(room).collect();
        let stem = stem.trim_end_matches(['.', ' ']);
        format!("{}.{ending}", if stem.is_empty() { "File" } else { stem })
    }
}

/// So many bytes in words: `900 bytes`, `12 KB`, `2.5 MB`.
pub fn size_words(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = 1024 * KB;
    let tenths = bytes.saturating_mul(10).div_ceil(MB);
    match bytes {
        1 => "1 byte".to_owned(),
        0..KB => format!("{bytes} bytes"),
        KB..MB => format!("{} KB", bytes.div_ceil(KB)),
        _ if tenths.is_multiple_of(10) => format!("{} MB", tenths / 10),
        _ => format!("{}.{} MB", tenths / 10, tenths % 10),
    }
}

/// What a file is kept with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileOf {
    Case(CaseId),
    /// A request to publish something, which takes pictures alone.
    Request(RequestId),
}

/// A file, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    pub id: FileId,
    pub of: FileOf,
    pub name: String,
    pub is: FileType,
    pub bytes: u64,
    /// Of its content, in hexadecimal: what is read later must have the same.
    pub sha256: String,
    pub added_by: PersonId,
    pub added_at: Timestamp,
}

/// What is left of a file that was taken out, for it was added by mistake: neither its name nor its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOutFile {
    pub id: FileId,
    pub added_by: PersonId,
    pub added_at: Timestamp,
    /// Who took it out.
    pub by: PersonId,
    pub at: Timestamp,
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small zip archive's central directory, which is where a reader looks for names.
    fn zip(names: &[&str]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04\x14\0\0\0\0\0".to_vec();
        bytes.resize(64, 0);
        for name in names {
            bytes.extend_from_slice(b"PK\x01\x02");
            bytes.extend_from_slice(&[0; 24]);
            bytes.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(&[0; 16]);
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes
    }

    fn media(brand: &[u8]) -> Vec<u8> {
        [b"\0\0\0\x18ftyp", brand, b"\0\0\0\0", brand, b"mp41"].concat()
    }

    #[test]
    fn each_type_is_known_by_its_content() {
        let utf_16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("Né à".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let mail =
            b"From: pip@larkfield.example\r\nDate: Tue, 12 May 2026 10:00:00 +0100\r\nSubject: a\r\n b\r\n\r\nCaf\xe9";
        let word = zip(&["word/document.xml", "[Content_Types].xml", "word/styles.xml"]);
        let known: [(FileType, &[u8]); 19] = [
            (FileType::Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
            (FileType::Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            (FileType::Heic, &media(b"heic")),
            (FileType::Gif, b"GIF89a\x01\0\x01\0"),
            (FileType::Webp, b"RIFF\x24\0\0\0WEBPVP8 \0"),
            (FileType::Pdf, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
            (FileType::Pdf, b"%PDF-1.4\n1 0 obj\n"),
            (FileType::Word, &word),
            (FileType::Text, "Caf\u{e9}\r\n\tthen home\n".as_bytes()),
            (FileType::Text, b"\xef\xbb\xbfHe said: no"),
            (FileType::Text, b"BMX bikes, and MZ too: 1 < 2"),
            (FileType::Text, &utf_16),
            (FileType::Email, mail),
            (FileType::Mp4, &media(b"isom")),
            (FileType::QuickTime, &media(b"qt  ")),
            (FileType::M4a, &media(b"M4A ")),
            (FileType::Mp3, b"ID3\x04\0\0\0\0\0#TSSE\0\0"),
            (FileType::Mp3, b"\xff\xfb\x90\x44\0\0\0\0"),
            (FileType::Ogg, b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01"),
        ];
        let mut met = Vec::new();
        for (kind, content) in known {
            assert_eq!(FileType::of(content), Some(kind), "{}", String::from_utf8_lossy(content));
            met.push(kind);
        }
        assert!(FileType::ALL.iter().all(|kind| met.contains(kind)), "a type has no example here");
    }

    #[test]
    fn what_runs_or_holds_other_files_is_of_no_type() {
        let macros = zip(&["[Content_Types].xml", "word/document.xml", "word/VBAProject.bin"]);
        let refused: [&[u8]; 18] = [
            b"",
            b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0",
            b"\x7fELF\x02\x01\x01\0",
            b"PK\x03\x04\x14\0\0\0\0\0",
            &zip(&["homework.exe"]),
            &zip(&["xl/workbook.xml", "[Content_Types].xml"]),
            &macros,
            b"\x1f\x8b\x08\0\0\0\0\0",
            b"7z\xbc\xaf\x27\x1c\0\x04",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"\n <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
            b"#!/bin/sh\nrm -r .\n",
            b"{\\rtf1\\ansi \\objdata 0105}",
            b"%!PS-Adobe-3.0\n",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
            b"From the desk: a note\0with a byte of none",
            b"Caf\xe9",
        ];
        for content in refused {
            assert_eq!(FileType::of(content), None, "{}", String::from_utf8_lossy(content));
        }
    }

    #[test]
    fn what_looks_like_an_archive_of_countless_entries_costs_no_more_than_its_own_size() {
        // Each entry would have a name of 19,280 bytes: `PK`, read as a length.
        let content = [b"PK\x03\x04".to_vec(), b"PK\x01\x02".repeat(1 << 20)].concat();
        assert_eq!(FileType::of(&content), None);
    }

    #[test]
    fn a_file_is_called_what_it_was_without_folders_or_unseen_characters_and_ends_as_what_it_is() {
        let names = [
            (FileType::Jpeg, "photo.JPG", "photo.JPG"),
            (FileType::Jpeg, "C:\\Users\\pip\\photo.jpeg", "photo.jpeg"),
            (FileType::Jpeg, "../../etc/passwd", "passwd.jpg"),
            (FileType::Pdf, "photo.jpg", "photo.jpg.pdf"),
            (FileType::Text, "run.bat", "run.bat.txt"),
            (FileType::Png, "a\n\"b\"\u{202e}gpj.exe", "a \"b\" gpj.exe.png"),
            (FileType::Png, "..", "File.png"),
            (FileType::Png, "", "File.png"),
            (FileType::Png, ".png", "png.png"),
            (FileType::Email, "Re: Zoë  and  me.eml", "Re: Zoë and me.eml"),
            (FileType::Pdf, "A very long name indeed.pdf", "A very long name.pdf"),
        ];
        for (kind, sent, name) in names {
            assert_eq!(kind.file_name(sent, 20), name, "{sent:?}");
        }
    }

    #[test]
    fn sizes_read_in_the_unit_that_fits_and_none_is_less_than_it_is() {
        let sizes = [(1, "1 byte"), (900, "900 bytes"), (1024, "1 KB"), (1025, "2 KB"), (50 << 20, "50 MB")];
        for (bytes, words) in sizes.into_iter().chain([((5 << 20) / 2, "2.5 MB"), ((2 << 20) + 1, "2.1 MB")]) {
            assert_eq!(size_words(bytes), words);
        }
    }

    #[test]
    fn what_a_type_is_called_says_whether_it_is_a_picture() {
        assert!(FileType::ALL.iter().all(|kind| kind.is_picture() == kind.title().starts_with("Picture")));
    }

    #[test]
    fn no_type_shares_an_ending_or_a_media_type_with_another() {
        let mut endings: Vec<&str> = FileType::ALL.iter().flat_map(|kind| kind.endings()).copied().collect();
        let mut media: Vec<&str> = FileType::ALL.iter().map(|kind| kind.media_type()).collect();
        let counts = (endings.len(), media.len());
        endings.sort_unstable();
        endings.dedup();
        media.sort_unstable();
        media.dedup();
        assert_eq!((endings.len(), media.len()), counts);
    }
}
