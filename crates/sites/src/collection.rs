//! Entries while they are gathered: their text in one long buffer, so that millions need little memory.

use domain::CategorySet;

use crate::hash;
use crate::line::ListedSite;
use crate::table::{Keys, TooMany};

/// Entries of one kind: names, or names with a path.
#[derive(Default)]
pub(crate) struct Collection {
    text: Vec<u8>,
    items: Vec<Item>,
}

struct Item {
    hash: u64,
    set: CategorySet,
    start: u32,
    length: u16,
    host_length: u8,
}

/// What an index is made of.
#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) names: Names,
    pub(crate) paths: Paths,
}

impl Collected {
    pub(crate) fn add(&mut self, entry: &ListedSite, set: CategorySet) -> Result<(), TooMany> {
        let host = entry.host.as_str();
        match &entry.path {
            None => self.names.0.push(host, "", hash_of_name(host), set),
            Some(path) => self.paths.0.push(host, path, hash_of_path(hash_of_name(host), path), set),
        }
    }

    /// Puts the entries in order and makes one of those that are the same, in all their categories.
    pub(crate) fn settle(&mut self) {
        self.names.0.settle();
        self.paths.0.settle();
    }
}

pub(crate) fn hash_of_name(name: &str) -> u64 {
    hash::of(name.as_bytes())
}

/// The hash of a host, given by its own hash, with the beginning of a path.
pub(crate) fn hash_of_path(host: u64, path: &str) -> u64 {
    hash::join(host, hash::of(path.as_bytes()))
}

/// What stands in the filter for a host of which there is any path.
pub(crate) fn mark_of_host(host: u64) -> u64 {
    hash::join(host, 0)
}

impl Collection {
    fn push(&mut self, host: &str, path: &str, hash: u64, set: CategorySet) -> Result<(), TooMany> {
        let start = u32::try_from(self.text.len()).map_err(|_| TooMany)?;
        let length = u16::try_from(host.len() + path.len()).map_err(|_| TooMany)?;
        let host_length = u8::try_from(host.len()).map_err(|_| TooMany)?;
        self.text.extend_from_slice(host.as_bytes());
        self.text.extend_from_slice(path.as_bytes());
        self.items.push(Item { hash, set, start, length, host_length });
        Ok(())
    }

    fn text(&self, item: &Item) -> &[u8] {
        &self.text[item.start as usize..][..usize::from(item.length)]
    }

    fn settle(&mut self) {
        let text = std::mem::take(&mut self.text);
        let of = |item: &Item| &text[item.start as usize..][..usize::from(item.length)];
        self.items.sort_unstable_by(|one, other| one.hash.cmp(&other.hash).then_with(|| of(one).cmp(of(other))));
        self.items.dedup_by(|later, first| {
            let same = later.hash == first.hash && of(later) == of(first);
            if same {
                first.set = first.set.union(later.set);
            }
            same
        });
        self.text = text;
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn sets(&self) -> impl Iterator<Item = CategorySet> {
        self.items.iter().map(|item| item.set)
    }
}

/// Hosts, whose letters are pushed from the last to the first: so a parent's come before its children's.
#[derive(Default)]
pub(crate) struct Names(pub(crate) Collection);

/// Hosts with a path, from the first letter to the last.
#[derive(Default)]
pub(crate) struct Paths(pub(crate) Collection);

impl Keys for Names {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn key(&self, number: usize) -> impl Iterator<Item = u8> {
        self.0.text(&self.0.items[number]).iter().rev().copied()
    }

    fn hash(&self, number: usize) -> u64 {
        self.0.items[number].hash
    }

    fn set(&self, number: usize) -> CategorySet {
        self.0.items[number].set
    }

    fn marks(&self) -> Vec<u64> {
        Vec::new()
    }
}

impl Keys for Paths {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn key(&self, number: usize) -> impl Iterator<Item = u8> {
        self.0.text(&self.0.items[number]).iter().copied()
    }

    fn hash(&self, number: usize) -> u64 {
        self.0.items[number].hash
    }

    fn set(&self, number: usize) -> CategorySet {
        self.0.items[number].set
    }

    fn marks(&self) -> Vec<u64> {
        let host = |item| &self.0.text(item)[..usize::from(item.host_length)];
        let mut marks: Vec<u64> = self.0.items.iter().map(|item| mark_of_host(hash::of(host(item)))).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}
