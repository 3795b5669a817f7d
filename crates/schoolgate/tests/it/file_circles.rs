//! No two files of a crate need each other: who reads one never has to read on in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::arrows::{root, sources};

/// The crates that have no circle between their files. Add a crate as soon as it has none.
const WITHOUT_CIRCLES: &[&str] = &["gate", "proxy"];

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() {
    for name in WITHOUT_CIRCLES {
        let files = Files::read(&root().join("crates").join(name).join("src"));
        if let Some(circle) = files.circle() {
            panic!("the files of '{name}' use each other in a circle: {}", circle.join(" → "));
        }
    }
}

#[test]
fn a_circle_is_found_through_groups_re_exports_and_paths_in_the_code() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    write("lib.rs", "mod one;\nmod two;\npub use two::{deep::Thing, Other};\n");
    write("one.rs", "use crate::{\n    two::{Other, deep::{self}},\n};\n");
    write("two.rs", "pub mod deep;\n// use crate::one::X;\npub struct Other;\n");
    write("two/deep.rs", "pub struct Thing;\n#[cfg(test)]\nmod tests { use crate::one::X; }\n");
    assert_eq!(Files::read(folder.path()).circle(), None);
    for back in ["use super::super::one::X;", "fn f() -> crate::one::X {}", "pub(in crate::one) struct X;"] {
        write("two/deep.rs", &format!("{back}\n"));
        assert_eq!(Files::read(folder.path()).circle(), Some(["one", "two::deep", "one"].map(str::to_owned).to_vec()));
    }
    write("two/deep.rs", "");
    write("three.rs", "use crate::Thing;\n");
    write("two/deep.rs", "use crate::three::X;\n");
    assert!(Files::read(folder.path()).circle().is_some(), "through what lib.rs re-exports");
}

/// The modules of a crate, one to each file, and which uses which.
struct Files {
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Files {
    fn read(folder: &Path) -> Files {
        let files: BTreeMap<String, String> = sources(folder)
            .into_iter()
            .map(|path| (module(folder, &path), code(&fs::read_to_string(&path).expect("a source file is text"))))
            .collect();
        let exports = exports(&files);
        let uses = files
            .iter()
            .map(|(name, text)| {
                let used = paths(text, name).into_iter().filter_map(|path| resolve(&path, &files, &exports));
                (name.clone(), used.filter(|used| used != name).collect())
            })
            .collect();
        Files { uses }
    }

    /// The first circle, from a file back to itself.
    fn circle(&self) -> Option<Vec<String>> {
        let mut finished = BTreeSet::new();
        self.uses.keys().find_map(|name| self.walk(name, &mut Vec::new(), &mut finished))
    }

    fn walk<'a>(
        &'a self,
        name: &'a str,
        way: &mut Vec<&'a str>,
        finished: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(begin) = way.iter().position(|before| *before == name) {
            return Some(way[begin..].iter().chain([&name]).map(|name| (*name).to_owned()).collect());
        }
        if finished.contains(name) {
            return None;
        }
        way.push(name);
        let found = self.uses[name].iter().find_map(|used| self.walk(used, way, finished));
        way.pop();
        finished.insert(name);
        found
    }
}

/// `http/target.rs` is `http::target`; `lib.rs` is the empty name.
pub fn module(folder: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(folder).expect("a file of this folder").with_extension("");
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts == ["lib"] || parts == ["main"] { String::new() } else { parts.join("::") }
}

/// What runs: without comments, and without the tests at the end.
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The paths in a module's code that begin at the crate or at a module above.
pub fn paths(text: &str, module: &str) -> Vec<Vec<String>> {
    let above: Vec<String> = module.split("::").map(str::to_owned).collect();
    let mut found = Vec::new();
    for (start, _) in text.match_indices("crate::").chain(text.match_indices("super::")) {
        let before = text[..start].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '$')) {
            continue;
        }
        let mut rest = &text[start..];
        let mut from = Vec::new();
        if rest.starts_with("super::") {
            let ups = rest.split("::").take_while(|part| *part == "super").count();
            from = above[..above.len().saturating_sub(ups)].to_vec();
            rest = &rest[ups * "super::".len()..];
        } else {
            rest = &rest["crate::".len()..];
        }
        expand(&from, rest, &mut found);
    }
    found
}

/// Follows `a::b::{c, d::{self, e}}` into each of its paths; returns what comes after it.
fn expand<'a>(before: &[String], text: &'a str, found: &mut Vec<Vec<String>>) -> &'a str {
    let mut path = before.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                rest = expand(&path, rest, found).trim_start();
                let next = rest.find([',', '}']).unwrap_or(rest.len());
                rest = rest[next..].trim_start_matches(',').trim_start();
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !matches!(name, "self" | "") {
            path.push(name.to_owned());
        }
        match after.strip_prefix("::") {
            Some(more) if !name.is_empty() => rest = more,
            _ => {
                found.push(path);
                return after;
            }
        }
    }
}

/// What a module re-exports (`pub use`), by the path under which it is then known.
fn exports(files: &BTreeMap<String, String>) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut exports = BTreeMap::new();
    for (module, text) in files {
        let here: Vec<String> = module.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
        for (start, _) in text.match_indices("use ") {
            let line = text[..start].rsplit('\n').next().unwrap_or_default();
            if !line.trim_start().starts_with("pub") {
                continue;
            }
            let text = &text[start + "use ".len()..];
            let text = text.strip_prefix("self::").unwrap_or(text);
            let mut found = Vec::new();
            match text.strip_prefix("crate::") {
                Some(text) => expand(&[], text, &mut found),
                None => expand(&here, text, &mut found),
            };
            for path in found {
                let known = here.iter().cloned().chain(path.last().cloned()).collect();
                exports.insert(known, path);
            }
        }
    }
    exports
}

/// The file in which a path ends.
fn resolve(
    path: &[String],
    files: &BTreeMap<String, String>,
    exports: &BTreeMap<Vec<String>, Vec<String>>,
) -> Option<String> {
    let longest = (1..=path.len()).rev().find(|length| files.contains_key(&path[..*length].join("::")));
    let exported = (1..=path.len()).rev().find_map(|length| exports.get(&path[..length]).map(|path| (length, path)));
    match (longest, exported) {
        (longest, Some((length, target))) if longest.is_none_or(|longest| longest < length) && target != path => {
            resolve(target, files, exports)
        }
        (Some(length), _) => Some(path[..length].join("::")),
        (None, _) => None,
    }
}
