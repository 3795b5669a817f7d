//! The bytes of an index of sites, under a checksum that fits: refused with a sentence, or asked without a panic.

use domain::{CategorySet, Host};
use sites::{Index, Mapping};

use crate::Target;

pub const TARGET: Target =
    Target { name: "index_bytes", seeds, words: &["schoolgate sites", "\0\0\0\0", "\u{1}\0\0\0", "\u{7f}"], check };

fn seeds() -> Vec<Vec<u8>> {
    [&["example.org"][..], &["example.org", "example.com/path", "www.example.net", "a.b.c.example.org", "192.0.2.1"]]
        .map(|lines| {
            let folder = tempfile::tempdir().expect("a folder for a list");
            let list = folder.path().join("games.txt");
            std::fs::write(&list, lines.join("\n")).expect("a list is written");
            let sources = sites::discover(&list).expect("a list is found");
            sites::build_bytes(&sources, &Mapping::default(), &mut |_| {}).expect("an index is built").0
        })
        .to_vec()
}

fn check(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    sites::fuzzing::seal(&mut bytes);
    let Ok(index) = Index::from_bytes(bytes, "fuzzed") else { return };
    for host in ["example.org", "www.a.b.c.example.org", "example.com", "192.0.2.1"] {
        let host = Host::parse(host).expect("it is a host");
        let matches = index.matches(&host, Some("/path/x"));
        let union = matches.iter().fold(CategorySet::EMPTY, |union, found| union.union(found.categories));
        assert_eq!(index.categories(&host, Some("/path/x")), union, "the union of what {host} falls under");
    }
}
