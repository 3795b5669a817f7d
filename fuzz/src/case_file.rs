//! A file for a report: its content, which says what it is, and the name that it came with.

use domain::FileType;

use crate::{Target, text};

pub const TARGET: Target = Target {
    name: "case_file",
    seeds: || {
        let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        let word = b"PK\x03\x04\0\0PK\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0word/document.xml";
        let texts =
            text::seeds(&["From: a@b.example\nDate: today\n\nCome at four", "../a note.txt", "%PDF-1.7\n", "x.JPEG"]);
        texts.into_iter().chain([picture, word.to_vec(), b"\xff\xfea\0b\0".to_vec()]).collect()
    },
    words: &[
        "<svg",
        "#!",
        "PK\u{1}\u{2}",
        "[Content_Types].xml",
        "ftypheic",
        "From:",
        "\n\n",
        "/",
        "\\",
        ".png",
        "\u{202e}",
        "\0",
    ],
    check,
};

/// The most characters that a name may have here.
const MOST: usize = 40;

fn check(bytes: &[u8]) {
    let is = FileType::of(bytes);
    if is == Some(FileType::Text) {
        let text = text::of(bytes);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        assert!(!text.starts_with('<') && !text.starts_with("#!"), "{is:?} is opened as a page or a program");
    }
    for kind in FileType::ALL {
        let name = kind.file_name(&text::of(bytes), MOST);
        assert!(name.chars().count() <= MOST && !name.contains(['/', '\\', '\n', '\0', '\u{202e}']), "{name:?}");
        let ending = name.rsplit_once('.').expect("a name ends as what it is").1.to_lowercase();
        assert!(kind.endings().contains(&ending.as_str()), "{name:?}");
        assert_eq!(kind.file_name(&name, MOST), name, "a name that is kept stays as it is");
    }
}
