//! The arrows between the folders of a crate, held against the paths in its files and against the methods that they
//! call: every verb is a method of one type, so a path alone does not show what a folder needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::arrows::{root, sources};
use crate::file_circles::{code, module, paths};

/// The folders of a crate and what they may use.
struct Folders {
    name: &'static str,
    /// The types whose methods lie in many folders, each with the names that its values go by elsewhere.
    hubs: &'static [(&'static str, &'static [&'static str])],
    /// What all folders may use. Each of these may use those before it alone.
    layers: &'static [&'static str],
    /// Each other folder and what it uses besides. It uses those alone that are further up in the list, so that there is
    /// no circle.
    arrows: &'static [(&'static str, &'static [&'static str])],
}

const CRATES: &[Folders] = &[
    Folders {
        name: "actions",
        hubs: &[("Desk", &["desk"])],
        layers: &["known", "desk"],
        arrows: &[
            ("access", &[]),
            ("signing", &[]),
            ("policies", &["signing"]),
            ("verdicts", &["policies"]),
            ("channels", &[]),
            ("entries", &[]),
            ("cases", &["entries", "policies", "verdicts"]),
            ("registers", &["cases"]),
            ("people", &["access", "cases", "entries", "registers", "signing"]),
            ("reports", &["signing"]),
            ("retention", &[]),
            ("viewing", &[]),
            ("notices", &[]),
            ("home", &["cases", "entries", "notices", "policies", "registers", "signing", "viewing"]),
            ("fuzzing", &["people"]),
            ("tick", &["cases", "entries", "people", "policies", "retention"]),
        ],
    },
    Folders {
        name: "records",
        hubs: &[("Reading", &["reading"]), ("Change", &["change"])],
        layers: &["error", "engine", "integrity", "store"],
        arrows: &[
            ("access", &[]),
            ("cases", &[]),
            ("column_exposure", &[]),
            ("notices", &[]),
            ("people", &[]),
            ("policies", &[]),
            ("registers", &[]),
            ("retention", &[]),
            ("signing", &[]),
            ("viewing", &[]),
        ],
    },
];

#[test]
fn the_folders_of_a_crate_use_each_other_by_the_list() {
    for folders in CRATES {
        let found = arrows(&root().join("crates").join(folders.name).join("src"), folders.hubs);
        for (place, layer) in folders.layers.iter().enumerate() {
            let used: BTreeSet<&str> = found[*layer].keys().map(String::as_str).collect();
            let below = folders.layers[..place].iter().copied().collect();
            assert!(used.is_subset(&below), "'{layer}' of {} uses more than it may: {:?}", folders.name, found[*layer]);
        }
        for (folder, listed) in folders.arrows {
            let used: BTreeSet<&str> =
                found[*folder].keys().map(String::as_str).filter(|used| !folders.layers.contains(used)).collect();
            let listed: BTreeSet<&str> = listed.iter().copied().collect();
            assert_eq!(used, listed, "what '{folder}' of {} uses is another: {:?}", folders.name, found[*folder]);
        }
        let known = folders.layers.iter().copied().chain(folders.arrows.iter().map(|(folder, _)| *folder));
        let (known, all): (BTreeSet<&str>, BTreeSet<&str>) =
            (known.collect(), found.keys().map(String::as_str).collect());
        assert_eq!(known, all, "the folders of {} are not those listed", folders.name);
    }
}

#[test]
fn the_lists_of_folders_have_no_circle() {
    for folders in CRATES {
        for (place, (folder, used)) in folders.arrows.iter().enumerate() {
            let above: BTreeSet<&str> = folders.arrows[..place].iter().map(|(above, _)| *above).collect();
            assert!(used.iter().all(|used| above.contains(used)), "'{folder}' uses what is below it in the list");
        }
    }
}

#[test]
fn an_arrow_is_found_through_a_path_and_through_a_method() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    write("lib.rs", "mod one;\nmod two;\n");
    write("one/verb.rs", "\nimpl Hub {\n    pub(crate) async fn act(&self) {}\n}\n");
    write("two/verb.rs", "\nimpl Hub {\n    pub fn other(&self) {\n        self\n            .act();\n    }\n}\n");
    let used = |name: &str| arrows(folder.path(), &[("Hub", &["hub"])])[name].keys().cloned().collect::<Vec<_>>();
    assert_eq!((used("one"), used("two")), (Vec::new(), vec!["one".to_owned()]));
    write("one/verb.rs", "use crate::two::Thing;\nimpl Other {\n    fn act(&self) { self.other() }\n}\n");
    assert_eq!((used("one"), used("two")), (vec!["two".to_owned()], Vec::new()));
    write("one/verb.rs", "\nfn act(hub: &Hub) {\n    hub.other();\n}\n");
    assert_eq!((used("one"), used("two")), (vec!["two".to_owned()], Vec::new()), "through a value of the hub");
}

/// What each folder uses of which other, with a name and the file in which it is used.
fn arrows(source: &Path, hubs: &[(&str, &[&str])]) -> BTreeMap<String, BTreeMap<String, String>> {
    let files: BTreeMap<String, String> = sources(source)
        .into_iter()
        .map(|path| (module(source, &path), code(&fs::read_to_string(&path).expect("a source file is text"))))
        .filter(|(module, _)| !module.is_empty())
        .collect();
    let mut arrows: BTreeMap<String, BTreeMap<String, String>> =
        files.keys().map(|module| (folder_of(module), BTreeMap::new())).collect();
    let methods_of = |hub| -> BTreeMap<String, String> {
        let of_files = files.iter().map(|(module, text)| (folder_of(module), methods(text, hub)));
        of_files.flat_map(|(folder, names)| names.into_iter().map(move |name| (name, folder.clone()))).collect()
    };
    let hubs: Vec<_> = hubs.iter().map(|(hub, named)| (hub, named, methods_of(hub))).collect();
    assert!(hubs.iter().all(|(_, _, methods)| !methods.is_empty()), "a hub has no methods here: was it renamed?");
    for (module, text) in &files {
        let here = folder_of(module);
        for path in paths(text, module) {
            let Some(used) = path.first().filter(|first| **first != here) else { continue };
            assert!(arrows.contains_key(used), "'{}' in '{module}' does not name its folder", path.join("::"));
            arrows.entry(here.clone()).or_default().insert(used.clone(), format!("{} in {module}", path.join("::")));
        }
        for (hub, named, methods) in &hubs {
            let own = blocks(text, hub).into_iter().flat_map(|block| calls(block, "self"));
            let others = named.iter().flat_map(|value| calls(text, value));
            for name in own.chain(others) {
                let Some(used) = methods.get(&name).filter(|used| **used != here) else { continue };
                arrows.entry(here.clone()).or_default().insert(used.clone(), format!("{name}() in {module}"));
            }
        }
    }
    arrows
}

fn folder_of(module: &str) -> String {
    module.split("::").next().unwrap_or_default().to_owned()
}

/// The blocks in which a file gives methods to the hub.
fn blocks<'a>(text: &'a str, hub: &str) -> Vec<&'a str> {
    let after = text.split(&format!("\nimpl {hub} {{\n")).skip(1).collect::<Vec<_>>();
    after.into_iter().map(|after| after.split("\n}").next().unwrap_or_default()).collect()
}

fn methods(text: &str, hub: &str) -> Vec<String> {
    let lines = blocks(text, hub).into_iter().flat_map(str::lines);
    let lines = lines.filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    lines.filter_map(|line| Some(name_at(line.split_once("fn ")?.1))).collect()
}

/// The methods that a text calls on a value of this name.
fn calls(text: &str, value: &str) -> Vec<String> {
    let after = text.match_indices(value).map(|(start, word)| &text[start + word.len()..]);
    after.filter_map(|after| Some(name_at(after.trim_start().strip_prefix('.')?))).collect()
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}
