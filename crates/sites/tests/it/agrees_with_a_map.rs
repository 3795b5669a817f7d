//! The index against the plainest thing that could answer: a map from names to sets, walked up the parents.

use std::collections::{BTreeMap, HashMap};

use domain::{Category, CategorySet, Host};
use proptest::prelude::*;
use sites::{Index, ListFile, Mapping, build_bytes, canonical_path};

/// Builds an index from entries by way of one list file for each category.
fn index_of(entries: &[(String, Category)]) -> Index {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut lists: BTreeMap<Category, String> = BTreeMap::new();
    for (entry, category) in entries {
        let list = lists.entry(*category).or_default();
        list.push_str(entry);
        list.push('\n');
    }
    let mut sources = Vec::new();
    for (category, text) in lists {
        let path = folder.path().join(category.name());
        std::fs::write(&path, text).expect("a list");
        sources.push(ListFile { path, category: category.name().to_owned() });
    }
    let (bytes, report) = build_bytes(&sources, &Mapping::default(), &mut |_| {}).expect("an index");
    assert_eq!(report.first_skipped, []);
    Index::from_bytes(bytes, "the index under test").expect("a whole index")
}

/// The plain answer. Entries are canonical; so is the path.
struct Map(HashMap<String, CategorySet>);

impl Map {
    fn of(entries: &[(String, Category)]) -> Map {
        let mut map: HashMap<String, CategorySet> = HashMap::new();
        for (entry, category) in entries {
            map.entry(entry.clone()).or_default().insert(*category);
        }
        Map(map)
    }

    fn categories(&self, host: &Host, path: Option<&str>) -> CategorySet {
        let path = path.map(canonical_path).unwrap_or_default();
        let mut union = CategorySet::EMPTY;
        for name in host.and_parents() {
            for (entry, set) in &self.0 {
                let Some(rest) = entry.strip_prefix(name) else { continue };
                let applies = rest.is_empty()
                    || rest.starts_with(['/', '?'])
                        && path.strip_prefix(rest).is_some_and(|after| {
                            after.is_empty()
                                || !rest.contains('?') && after.starts_with(['/', '?'])
                                || rest.contains('?') && after.starts_with('&')
                        });
                if applies {
                    union = union.union(*set);
                }
            }
        }
        union
    }
}

fn name() -> impl Strategy<Value = String> {
    // Few letters and few labels, so that parents, children and near misses meet often.
    proptest::collection::vec("[a-c]{1,2}|xn--bcher-kva|a_b|-", 1..4)
        .prop_map(|labels| format!("{}.org", labels.join(".")))
        .prop_filter("punycode that reads back", |name| Host::parse(name).is_ok_and(|host| host.as_str() == name))
}

fn path() -> impl Strategy<Value = String> {
    "(/[ab]{1,2}){1,3}(\\?[ab]=[ab](&[ab]=/a)?)?"
}

fn entry() -> impl Strategy<Value = (String, Category)> {
    let category = prop::sample::select(Category::ALL);
    let address = prop_oneof!["10\\.0\\.0\\.[1-9]", Just("2001:db8::1".to_owned())];
    let written = prop_oneof![
        5 => name(),
        1 => address,
        3 => (name(), path()).prop_map(|(name, path)| name + &path),
    ];
    (written, category)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn every_answer_is_that_of_a_plain_map(
        entries in proptest::collection::vec(entry(), 0..120),
        others in proptest::collection::vec((name(), path()), 30),
    ) {
        let (index, map) = (index_of(&entries), Map::of(&entries));
        let listed = entries.iter().map(|(entry, _)| entry.split_once('/').unwrap_or((entry, "")));
        let listed = listed.map(|(name, path)| (name.to_owned(), format!("/{path}")));
        let children = entries.iter().filter(|(entry, _)| !entry.contains([':', '/']) && !entry.starts_with("10."));
        let children = children.map(|(entry, _)| (format!("b.{entry}"), "/a/b".to_owned()));
        for (name, path) in listed.chain(children).chain(others) {
            let host = Host::parse(&name).expect("a host");
            for path in [None, Some(path.as_str()), Some(&format!("{path}b")), Some(&format!("{path}/b?a=a"))] {
                let expected = map.categories(&host, path);
                prop_assert_eq!(index.categories(&host, path), expected, "{} {:?}", name, path);
                let union = index.matches(&host, path).iter().fold(CategorySet::EMPTY, |set, one| set.union(one.categories));
                prop_assert_eq!(union, expected);
            }
        }
        let distinct: std::collections::HashSet<&String> = entries.iter().map(|(entry, _)| entry).collect();
        prop_assert_eq!(index.len(), distinct.len() as u64);
    }
}

#[test]
fn long_names_and_long_paths_are_found_like_short_ones() {
    let long_name = format!("{}.{}.{}.{}.org", "z".repeat(63), "q7".repeat(31), "x-".repeat(31), "9_".repeat(28));
    let long_path = format!("long.org/{}", "%c3%a9z0".repeat(80));
    let mut entries = vec![(long_name.clone(), Category::Games), (long_path.clone(), Category::News)];
    entries.extend((0..5_000).map(|number| (format!("n{number}.example{}.org", number % 11), Category::Shopping)));
    let index = index_of(&entries);
    let host = Host::parse(&long_name).unwrap();
    assert_eq!(index.categories(&host, None), [Category::Games].into_iter().collect());
    assert_eq!(index.matches(&host, None)[0].name, long_name);
    let (name, path) = long_path.split_once('/').unwrap();
    let host = Host::parse(name).unwrap();
    assert_eq!(index.categories(&host, Some(&format!("/{path}/more"))), [Category::News].into_iter().collect());
    assert_eq!(index.categories(&host, Some(&format!("/{}", &path[1..]))), CategorySet::EMPTY);
}
