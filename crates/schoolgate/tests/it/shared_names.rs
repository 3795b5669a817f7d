//! One name for one thing: a type of one name stands in one place. Pages of the desk may share names (`ListPage`), for each
//! is known in its file alone; so may associated types; and a kind of rule has the name of what it is about
//! (`kinds::Agreement` asks for a `domain::Agreement`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::arrows::{root, sources};
use crate::file_circles::code;

/// The types that a file defines, but for those within an `impl` or a macro.
fn defined(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let rest = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub(super) "));
        let rest = rest.or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
        let name = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| rest.strip_prefix(kind))?;
        name.split(|letter: char| !letter.is_alphanumeric()).next()
    })
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
            for name in defined(&code(&text)).filter(|name| !is_page(&path, name)) {
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
        defined("pub(crate) struct Case<'a> {\n    type Err = ();\nenum Kind {").collect::<Vec<_>>(),
        ["Case", "Kind"]
    );
    let shared: Vec<_> = places().into_iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(shared.is_empty(), "give one of them another name: {shared:#?}");
}
