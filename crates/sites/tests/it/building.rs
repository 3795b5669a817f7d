//! From a publisher's folder to an index file.

use std::path::{Path, PathBuf};

use domain::{Category, CategorySet, Host};
use sites::{BuildError, BuildReport, Index, Mapping, Progress, build_from_paths};
use tempfile::TempDir;

const MAPPING: &str = r#"[categories]
"jeux" = ["games"]
"hameconnage" = ["malware", "fraud"]
"liste_blanche" = []
"#;

/// A folder like a publisher's: eight thousand names in three categories, one of them left out, one unheard of.
fn publishers_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = |from: u32, to: u32| -> String {
        (from..to)
            .map(|number| format!("site{number}.{}\n", ["com", "co.uk", "blog.example.org"][number as usize % 3]))
            .collect()
    };
    for (name, text) in [
        ("blacklists/jeux/domains", names(0, 5_000)),
        ("blacklists/jeux/urls", "big.example.org/Games/\nbad.example.org/#x\n".to_owned()),
        ("blacklists/jeux/usage", "not a list".to_owned()),
        ("blacklists/hameconnage/domains", names(4_000, 8_000) + "two words\nword\n"),
        ("blacklists/liste_blanche/domains", names(9_000, 9_010)),
        ("blacklists/nouveau/domains", "new.example.org\n".to_owned()),
        ("more/gambling.hosts", "127.0.0.1 localhost\n0.0.0.0 bet.example.org\n".to_owned()),
        ("more/advertising.txt", "! comment\n||ads.example.org^\n@@||good.example.org^\n".to_owned()),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a list");
    }
    folder
}

fn build(folder: &Path, out: &Path) -> BuildReport {
    let mapping = Mapping::parse("mapping.toml", MAPPING).expect("a mapping");
    build_from_paths(&[folder.to_owned()], &mapping, out, &mut |_| {}).expect("an index")
}

fn categories(index: &Index, name: &str, path: Option<&str>) -> Vec<Category> {
    index.categories(&Host::parse(name).expect("a host"), path).iter().collect()
}

#[test]
fn a_publishers_folder_becomes_an_index_that_knows_each_of_its_names() {
    let folder = publishers_folder();
    let out = folder.path().join("sites.index");
    let report = build(folder.path(), &out);
    let index = Index::open(&out).unwrap();
    for number in 0..8_000u32 {
        let name = format!("www.site{number}.{}", ["com", "co.uk", "blog.example.org"][number as usize % 3]);
        let mut expected = CategorySet::EMPTY;
        if number < 5_000 {
            expected.insert(Category::Games);
        }
        if number >= 4_000 {
            expected.insert(Category::Malware);
            expected.insert(Category::Fraud);
        }
        assert_eq!(index.categories(&Host::parse(&name).unwrap(), None), expected, "{name}");
    }
    assert_eq!(categories(&index, "site9001.com", None), []);
    assert_eq!(categories(&index, "new.example.org", None), []);
    assert_eq!(categories(&index, "bet.example.org", None), [Category::Gambling]);
    assert_eq!(categories(&index, "x.ads.example.org", None), [Category::Advertising]);
    assert_eq!(categories(&index, "big.example.org", Some("/games/chess")), [Category::Games]);
    assert_eq!(categories(&index, "big.example.org", Some("/gamesome")), []);
    assert_eq!((report.names, report.paths), (8_002, 1));
    assert_eq!((index.names(), index.paths(), index.bytes()), (report.names, report.paths, report.bytes));
}

#[test]
fn what_could_not_be_read_or_was_left_out_is_in_the_report() {
    let folder = publishers_folder();
    let report = build(folder.path(), &folder.path().join("sites.index"));
    assert_eq!(report.unmapped, ["nouveau"]);
    assert_eq!(report.left_out, ["liste_blanche"]);
    assert_eq!(report.skipped, 4);
    let at = |name: &str| folder.path().join(name);
    let told: Vec<(PathBuf, u64)> =
        report.first_skipped.iter().map(|skipped| (skipped.file.clone(), skipped.line)).collect();
    assert_eq!(
        told,
        [
            (at("blacklists/hameconnage/domains"), 4_001),
            (at("blacklists/hameconnage/domains"), 4_002),
            (at("blacklists/jeux/urls"), 2),
            (at("more/advertising.txt"), 3),
        ]
    );
    assert!(
        report.first_skipped[3]
            .to_string()
            .ends_with("advertising.txt:3: an exception ('@@'); exceptions are a policy's to make, with an allow rule")
    );
}

#[test]
fn an_open_index_goes_on_answering_while_a_new_one_takes_its_place() {
    let folder = publishers_folder();
    let out = folder.path().join("sites.index");
    build(folder.path(), &out);
    let old = Index::open(&out).unwrap();
    std::fs::write(folder.path().join("blacklists/jeux/domains"), "other.example.org\n").unwrap();
    build(folder.path(), &out);
    let new = Index::open(&out).unwrap();
    assert_eq!(categories(&old, "site1.co.uk", None), [Category::Games]);
    assert_eq!(categories(&new, "site1.co.uk", None), []);
    assert_eq!(categories(&new, "other.example.org", None), [Category::Games]);
    let left_behind = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left_behind, 3, "the two folders and the index");
}

#[test]
fn the_same_lists_give_the_same_bytes() {
    let folder = publishers_folder();
    let (one, other) = (folder.path().join("one.index"), folder.path().join("other.index"));
    build(folder.path(), &one);
    build(folder.path(), &other);
    assert!(std::fs::read(one).unwrap() == std::fs::read(other).unwrap());
}

#[test]
fn progress_counts_up_to_all_that_is_read() {
    let folder = publishers_folder();
    let mapping = Mapping::parse("mapping.toml", MAPPING).unwrap();
    let mut last = 0;
    let mut finished = false;
    let mut progress = |step: Progress<'_>| {
        if let Progress::Reading { done, of, .. } = step {
            assert!(last <= done && done <= of);
            last = done;
            finished = done == of;
        }
    };
    build_from_paths(&[folder.path().to_owned()], &mapping, &folder.path().join("x"), &mut progress).unwrap();
    assert!(finished);
}

#[test]
fn a_folder_without_lists_is_an_error_and_leaves_the_index_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sites.index");
    std::fs::write(&out, "as it was").unwrap();
    let outcome = build_from_paths(&[folder.path().to_owned()], &Mapping::default(), &out, &mut |_| {});
    assert!(matches!(outcome, Err(BuildError::Discover(_))));
    assert_eq!(std::fs::read(&out).unwrap(), b"as it was");
}

#[test]
fn an_empty_index_is_open_and_knows_nothing() {
    let index = Index::empty();
    assert_eq!(index.len(), 0);
    assert_eq!(categories(&index, "example.org", Some("/x")), []);
}
