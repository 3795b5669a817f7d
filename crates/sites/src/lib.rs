//! Site lists: which categories a site is in, answered exactly and in well under a microsecond.
//!
//! Published lists name millions of hosts and grow daily. This crate reads them ([`discover`], [`build()`]), turns the
//! publisher's categories into ours ([`Mapping`]) and keeps the result as one immutable file, of which the gate maps a copy
//! of its own into memory ([`Index`]). A look-up answers with the union over the host, the names it lies under, and the entries for its
//! path. Nothing is guessed: the names themselves are stored, in a compressed form from which they could be read back,
//! and a look-up answers only when the whole name is the same. The filter in front of them only ever saves work.
//!
//! What it must not know: policies, people, verdicts. A category says what *kind* a site is, never whether it is closed.
//!
//! How a look-up works, from the outside in: `index` walks the host and its parents past the `filter`; what passes is
//! written as a bit string by the `model`, and `table` compares that with the bit strings that are stored. `file` is
//! the form on disk. To read another format of list, add it to `line`; whatever reads as a host, or a host and a path,
//! needs nothing else. To change the form on disk, raise `file::VERSION`: older files are then refused with a sentence
//! that says to build them again.

#![expect(
    clippy::cast_possible_truncation,
    reason = "the index packs numbers into the bits that its form gives them; building refuses more names than those hold"
)]

mod bits;
mod build;
mod build_report;
mod canonical_path;
mod collection;
mod file;
mod filter;
#[doc(hidden)]
pub mod fuzzing;
mod hash;
mod huffman;
mod index;
mod kept;
mod line;
mod mapping;
mod model;
mod read;
mod sets;
mod source;
mod starter;
mod table;

pub use build::{BuildError, build, build_bytes, build_from_paths};
pub use build_report::{BuildReport, Progress, Skipped};
pub use canonical_path::canonical_path;
pub use file::IndexError;
pub use index::{Index, Match};
pub use kept::Taken;
pub use line::{LineProblem, ListedSite, read_line};
pub use mapping::{Mapping, MappingError, MappingProblem};
pub use source::{DiscoverError, ListFile, discover};
pub use starter::{starter, starter_lists, starter_with};
