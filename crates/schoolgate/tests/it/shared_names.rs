//! One name for one thing: a type of one name stands in one place. Pages of the desk may share names (`ListPage`), for each
//! is known in its file alone; so may associated types, and the kinds of rules that are listed. The programs that measure and
//! fuzz are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::arrows::{root, sources};
use crate::file_circles::code;

/// Kinds of rules that have the name of what they are about, or of what they make.
const KINDS: [&str; 5] = ["Agreement", "Notice", "Report", "Sanction", "Session"];

/// The macros that define a type, whose name begins the first line that is no comment.
const MACROS: [&str; 3] = ["choices! {", "kind! {", "vocabulary! {"];

/// The types that a file defines, but for those within an `impl`.
fn defined(code: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut in_macro = None;
    for line in code.lines() {
        if let Some(begun) = MACROS.iter().find(|begun| !line.starts_with(' ') && line.ends_with(**begun)) {
            in_macro = Some(*begun);
        } else if let Some(begun) = in_macro.filter(|_| !line.trim().is_empty() && !line.trim().starts_with("//")) {
            in_macro = None;
            let name = name_at_start(line.trim().trim_start_matches("pub "));
            names.extend(name.filter(|name| begun != "kind! {" || !KINDS.contains(name)));
        }
        let rest = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub(super) "));
        let rest = rest.or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
        let type_of = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| rest.strip_prefix(kind));
        names.extend(type_of.and_then(name_at_start));
    }
    names
}

fn name_at_start(text: &str) -> Option<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).next().filter(|name| !name.is_empty())
}

/// Where each type is defined, by its name.
fn places() -> BTreeMap<String, BTreeSet<String>> {
    let root = root();
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("crates")).expect("the crates are there") {
        let source = entry.expect("an entry can be read").path().join("src");
        for path in sources(&source) {
            let text = std::fs::read_to_string(&path).expect("a file of Rust is text");
            let place = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
            for name in defined(&code(&text)).into_iter().filter(|name| !is_page(&path, name)) {
                places.entry(name.to_owned()).or_default().insert(place.clone());
            }
        }
    }
    places
}

fn is_page(path: &Path, name: &str) -> bool {
    name.ends_with("Page") && path.components().any(|part| part.as_os_str() == "pages")
}

#[test]
fn no_two_types_share_a_name() {
    assert_eq!(
        defined(
            "pub(crate) struct Case<'a> {\n    type Err = ();\nenum Kind {\nchoices! {\n    /// What.\n    Data, \"d\"\n"
        ),
        ["Case", "Kind", "Data"]
    );
    let shared: Vec<_> = places().into_iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(shared.is_empty(), "give one of them another name: {shared:#?}");
}
