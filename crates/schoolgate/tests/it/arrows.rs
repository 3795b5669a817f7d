//! The arrows of docs/ARCHITECTURE.md, held against what the manifests say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Each crate and the crates that it may use. `schoolgate` may use every crate but `testkit`.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("files", &[]),
    ("policy", &["domain"]),
    ("sites", &["files", "domain"]),
    ("activity", &["files", "domain"]),
    ("records", &["files", "domain"]),
    ("credentials", &["domain"]),
    ("feed", &["files", "policy", "domain"]),
    ("gate", &["credentials", "feed", "policy", "sites", "domain"]),
    ("proxy", &["gate", "feed", "files", "policy", "domain"]),
    ("mail", &[]),
    ("actions", &["records", "activity", "credentials", "feed", "files", "policy", "sites", "domain"]),
    ("web", &["actions", "policy", "domain"]),
    (
        "schoolgate",
        &[
            "web",
            "actions",
            "records",
            "activity",
            "proxy",
            "mail",
            "gate",
            "credentials",
            "feed",
            "files",
            "sites",
            "policy",
            "domain",
        ],
    ),
];

/// Libraries that one crate alone may use.
const FENCED: &[(&str, &str)] = &[
    ("sqlx", "records"),
    ("arrow-array", "activity"),
    ("arrow-schema", "activity"),
    ("parquet", "activity"),
    ("lettre", "mail"),
];

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().other_options(["--offline".into()]).exec().expect("cargo metadata runs here")
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_arrow_between_crates_is_on_the_list() {
    let metadata = metadata();
    let crates: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    for package in &metadata.packages {
        let name = package.name.as_str();
        if matches!(name, "testkit" | "benches" | "fuzz") {
            continue;
        }
        let (_, allowed) = ARROWS.iter().find(|(listed, _)| *listed == name).unwrap_or_else(|| {
            panic!("the crate '{name}' is not on the list of arrows; give it a line here and in docs/ARCHITECTURE.md")
        });
        for dependency in package.dependencies.iter().filter(|used| used.kind == DependencyKind::Normal) {
            let used = dependency.name.as_str();
            assert!(
                !crates.contains(used) || allowed.contains(&used),
                "{name} → {used} is not on the list of arrows; see docs/ARCHITECTURE.md"
            );
        }
    }
}

#[test]
fn a_fenced_library_is_used_in_its_own_crate_alone() {
    for package in &metadata().packages {
        for dependency in package.dependencies.iter().filter(|used| used.kind == DependencyKind::Normal) {
            if let Some((library, owner)) = FENCED.iter().find(|(library, _)| *library == dependency.name) {
                assert_eq!(package.name.as_str(), *owner, "{library} belongs to {owner} alone");
            }
        }
    }
}

#[test]
fn only_viewings_make_a_permit_to_view_activity() {
    let makers: Vec<String> = sources(&root().join("crates"))
        .into_iter()
        .filter(|file| !file.components().any(|part| part.as_os_str() == "tests"))
        .filter(|file| !file.starts_with(root().join("crates/activity")))
        .filter(|file| {
            std::fs::read_to_string(file).expect("a source file is text").contains("ViewingPermit::recorded")
        })
        .map(|file| file.display().to_string())
        .filter(|file| !file.ends_with("crates/actions/src/viewing/viewings.rs"))
        .collect();
    assert!(makers.is_empty(), "a permit is made without a viewing, in {makers:?}");
}

/// Where an actor may be made without a sign-in: the command line, and the crate that says what an actor is.
const AT_THE_COMMAND_LINE: [&str; 3] =
    ["crates/actions/src", "crates/schoolgate/src/commands", "crates/schoolgate/src/demo"];

#[test]
fn only_the_command_line_acts_as_somebody_who_has_not_signed_in() {
    let makers: Vec<String> = sources(&root().join("crates"))
        .into_iter()
        .filter(|file| !file.components().any(|part| part.as_os_str() == "tests") && !file.ends_with("tests.rs"))
        .filter(|file| !AT_THE_COMMAND_LINE.iter().any(|place| file.starts_with(root().join(place))))
        .filter(|file| {
            let text = std::fs::read_to_string(file).expect("a source file is text");
            text.contains("Actor::operator") || text.contains(".actor_named(")
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(makers.is_empty(), "an actor is made without a sign-in, in {makers:?}");
}

#[test]
fn no_source_file_grows_past_five_hundred_lines() {
    let long: Vec<String> = sources(&root().join("crates"))
        .into_iter()
        .map(|file| (std::fs::read_to_string(&file).expect("a source file is text").lines().count(), file))
        .filter(|(lines, _)| *lines > 500)
        .map(|(lines, file)| format!("{} ({lines} lines)", file.display()))
        .collect();
    assert!(long.is_empty(), "these are too long; divide them: {long:?}");
}

pub fn sources(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .expect("a folder can be read")
        .map(|entry| entry.expect("a folder's entry can be read").path())
        .flat_map(|path| match path.is_dir() {
            true if path.ends_with("target") => Vec::new(),
            true => sources(&path),
            false => path.extension().is_some_and(|kind| kind == "rs").then_some(path).into_iter().collect(),
        })
        .collect()
}
