//! What the documents name of the repository is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arrows::root;

/// The folders at the root under which a document names a file or a folder.
const FOLDERS: &[&str] = &["benches/", "crates/", "demo/", "docs/", "e2e/", "fuzz/", "lists/", "policies/", "scripts/"];

#[test]
fn every_path_that_the_documents_name_is_there() {
    let root = root();
    let mut documents: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)).into();
    documents_below(&root.join("docs"), &mut documents);
    let (mut named, mut missing) = (0, Vec::new());
    for document in documents {
        let text = fs::read_to_string(&document).expect("a document is text");
        for (line, text) in (1..).zip(text.lines()) {
            for path in paths(text) {
                named += 1;
                if !root.join(path).exists() {
                    let document = document.strip_prefix(&root).expect("it is below the root").display();
                    missing.push(format!("{document}:{line}: {path}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "these paths are not there: {missing:?}");
    assert!(named > 40, "{named} paths are found");
}

#[test]
fn paths_are_found_in_a_line() {
    let line = "See `crates/web/src/lib.rs`, (docs/decisions/) and 'crates/policy/src/rules/*.rs'.";
    assert_eq!(paths(line), ["crates/web/src/lib.rs", "docs/decisions/", "crates/policy/src/rules/"]);
    assert_eq!(paths("It stands in lists/README.md."), ["lists/README.md"]);
    assert_eq!(paths("https://example.org/docs/x and my-crates/x name nothing here."), [""; 0]);
}

fn documents_below(folder: &Path, documents: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            documents_below(&path, documents);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            documents.push(path);
        }
    }
}

/// The paths that a line names; of a pattern, the folder in which it looks.
fn paths(line: &str) -> Vec<&str> {
    let is_of_path = |letter: char| letter.is_ascii_alphanumeric() || "_-./*".contains(letter);
    line.split(|letter| !is_of_path(letter))
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .map(|word| match word.find('*') {
            Some(place) => &word[..=word[..place].rfind('/').expect("it begins with a folder")],
            None => word.trim_end_matches('.'),
        })
        .collect()
}
