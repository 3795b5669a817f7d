//! The index that the gate asks: opened once, shared by all threads, replaced whole.

use std::path::Path;

use domain::{CategorySet, Host};
use memmap2::Mmap;

use crate::build_report::BuildReport;
use crate::canonical_path::{beginnings, canonical_path};
use crate::collection::{Collected, hash_of_name, hash_of_path, mark_of_host};
use crate::file::{self, Damage, IndexError};
use crate::line::LONGEST_PATH;
use crate::sets::Sets;
use crate::table::Table;

/// Room for 253 letters and the end at 14 bits each.
pub(crate) const LONGEST_NAME_WORDS: usize = 58;
/// Room for a host and the longest path.
pub(crate) const LONGEST_PATH_WORDS: usize = (253 + LONGEST_PATH + 1) * 14 / 64 + 3;

/// A list of sites, ready to be asked. Many threads may ask at once. To replace it while serving, [`Index::take`] the new
/// file and swap the `Arc`: what is asked is never the file that the school names, which anybody may write over.
pub struct Index {
    bytes: Bytes,
    sets: Sets,
    names: Table,
    paths: Table,
    /// A second list that is asked as well.
    beside: Option<Box<Index>>,
}

pub(crate) enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

/// An entry that a host or an address falls under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// As the index has it: `example.org`, or `example.org/path` in canonical form.
    pub name: String,
    pub categories: CategorySet,
}

impl Index {
    /// Reads an index file into memory and checks that it is whole.
    ///
    /// # Errors
    /// A file that cannot be read, is no index, is of another form, or is damaged.
    pub fn open(path: &Path) -> Result<Index, IndexError> {
        let bytes = std::fs::read(path).map_err(|error| IndexError::Unreadable { path: path.to_owned(), error })?;
        Index::over(Bytes::Owned(bytes), path)
    }

    /// An index from bytes in memory, such as [`crate::build_bytes`] gives. `name` stands in errors.
    ///
    /// # Errors
    /// Bytes that are no whole index.
    pub fn from_bytes(bytes: Vec<u8>, name: &str) -> Result<Index, IndexError> {
        Index::over(Bytes::Owned(bytes), Path::new(name))
    }

    /// An index with nothing in it.
    pub fn empty() -> Index {
        Index::of(Collected::default())
    }

    pub(crate) fn of(collected: Collected) -> Index {
        let bytes = crate::build::write(collected, &mut BuildReport::default(), &mut |_| {})
            .expect("what was collected from a few files has room in an index");
        Index::from_bytes(bytes, "the index in memory").expect("an index just written can be read")
    }

    pub(crate) fn over(bytes: Bytes, path: &Path) -> Result<Index, IndexError> {
        let damaged = |Damage(what)| IndexError::Damaged { path: path.to_owned(), what };
        let mut reader = file::unseal(bytes.as_slice(), path)?;
        let sets = Sets::read(&mut reader).map_err(damaged)?;
        let names = Table::read(&mut reader).map_err(damaged)?;
        let paths = Table::read(&mut reader).map_err(damaged)?;
        if !reader.is_at_end() {
            return Err(damaged(Damage("its length")));
        }
        Ok(Index { bytes, sets, names, paths, beside: None })
    }

    /// The same index with another beside it: what either says of a site holds.
    #[must_use]
    pub fn beside(self, other: Index) -> Index {
        Index { beside: Some(Box::new(other)), ..self }
    }

    /// The categories of a host and, where the path is known, of that page: the union of every entry that it falls
    /// under. `path` is as requested, with its query; it is brought to its canonical form here.
    pub fn categories(&self, host: &Host, path: Option<&str>) -> CategorySet {
        let mut union = CategorySet::EMPTY;
        self.each_name(host, |_, set| union = union.union(set));
        if let Some(path) = path {
            self.each_path(host, path, |_, _, set| union = union.union(set));
        }
        match &self.beside {
            Some(beside) => union.union(beside.categories(host, path)),
            None => union,
        }
    }

    /// Every entry that a host and page fall under, for showing why: names from the longest to the shortest, then paths,
    /// then those of the list beside it.
    pub fn matches(&self, host: &Host, path: Option<&str>) -> Vec<Match> {
        let mut matches = Vec::new();
        self.each_name(host, |name, categories| matches.push(Match { name: name.to_owned(), categories }));
        matches.reverse();
        if let Some(path) = path {
            self.each_path(host, path, |name, path, categories| {
                matches.push(Match { name: format!("{name}{path}"), categories });
            });
        }
        matches.extend(self.beside.iter().flat_map(|beside| beside.matches(host, path)));
        matches
    }

    /// Gives the stored names that the host is or lies under, the shortest first.
    fn each_name(&self, host: &Host, mut found: impl FnMut(&str, CategorySet)) {
        let bytes = self.bytes.as_slice();
        let text = host.as_str();
        // The places in the host where names begin that the filter let past: one bit each, for a host has 253 letters.
        let mut starts = [0u64; 4];
        let mut first = None;
        for name in host.and_parents() {
            if self.names.may_hold(bytes, hash_of_name(name)) {
                let start = text.len() - name.len();
                first = first.or(Some(start));
                starts[start / 64 % 4] |= 1 << (start % 64);
            }
        }
        let Some(first) = first else { return };
        let mut encoder = self.names.model().encoder::<LONGEST_NAME_WORDS>();
        for (start, byte) in text.bytes().enumerate().skip(first).rev() {
            if encoder.push(byte).is_none() {
                return;
            }
            if starts[start / 64 % 4] & 1 << (start % 64) == 0 {
                continue;
            }
            if let Some(set) = encoder.ended(|bits| self.names.find(bytes, &self.sets, bits)) {
                found(&text[start..], set);
            }
        }
    }

    /// Gives the stored paths of the host, and of those it lies under, that the path begins with.
    fn each_path(&self, host: &Host, path: &str, mut found: impl FnMut(&str, &str, CategorySet)) {
        let bytes = self.bytes.as_slice();
        let mut canonical = None;
        for name in host.and_parents() {
            let host_hash = hash_of_name(name);
            if !self.paths.may_hold(bytes, mark_of_host(host_hash)) {
                continue;
            }
            let path: &str = canonical.get_or_insert_with(|| canonical_path(path));
            let may_be = |end: &usize| self.paths.may_hold(bytes, hash_of_path(host_hash, &path[..*end]));
            for end in beginnings(path).take_while(|end| *end <= LONGEST_PATH).filter(may_be) {
                let mut encoder = self.paths.model().encoder::<LONGEST_PATH_WORDS>();
                let mut key = name.bytes().chain(path[..end].bytes());
                let pushed = key.try_for_each(|byte| encoder.push(byte));
                let set = pushed.and_then(|()| encoder.ended(|bits| self.paths.find(bytes, &self.sets, bits)));
                if let Some(set) = set {
                    found(name, &path[..end], set);
                }
            }
        }
    }

    /// How many entries there are: hosts, and hosts with a path.
    pub fn len(&self) -> u64 {
        self.names.len() + self.paths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many hosts there are.
    pub fn names(&self) -> u64 {
        self.names.len()
    }

    /// How many hosts with a path there are.
    pub fn paths(&self) -> u64 {
        self.paths.len()
    }

    /// The size of the index, all that is needed to answer exactly.
    pub fn bytes(&self) -> u64 {
        self.bytes.as_slice().len() as u64
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Index({} names, {} paths, {} bytes)", self.names(), self.paths(), self.bytes())
    }
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::Mapped(mapped) => mapped,
            Bytes::Owned(owned) => owned,
        }
    }
}
