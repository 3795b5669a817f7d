//! Building an index: read every list, gather, settle, write beside the old one, rename.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use domain::CategorySet;
use files::{Readers, replace};

use crate::build_report::{BuildReport, Progress};
use crate::collection::Collected;
use crate::index::{LONGEST_NAME_WORDS, LONGEST_PATH_WORDS};
use crate::read::read_list;
use crate::sets::{MOST_SETS, SetCodes};
use crate::source::{DiscoverError, ListFile, discover};
use crate::table::{Table, TooMany};
use crate::{Mapping, file};

/// Why no index was made. The one that was there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    #[error("{path} could not be read: {error}")]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("the index could not be written to {path}: {error}")]
    Unwritable { path: PathBuf, error: std::io::Error },
    #[error("the lists together are too large for one index, which holds some eighty million names")]
    TooMany,
    #[error("the lists use {0} different combinations of categories; an index holds {MOST_SETS}: map fewer of them")]
    TooManySets(usize),
}

impl From<TooMany> for BuildError {
    fn from(_: TooMany) -> Self {
        BuildError::TooMany
    }
}

/// Finds the lists in `paths` (see [`discover`]) and builds an index of them at `out`.
///
/// # Errors
/// As [`build`], and a folder without lists.
pub fn build_from_paths(
    paths: &[PathBuf],
    mapping: &Mapping,
    out: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<BuildReport, BuildError> {
    let mut sources = Vec::new();
    for path in paths {
        sources.extend(discover(path)?);
    }
    build(&sources, mapping, out, progress)
}

/// Builds an index at `out`. It is written beside it, made durable and then renamed over what was there, so that whoever
/// has the old one open goes on reading it, and whoever opens `out` finds a whole one. The same lists give the same
/// bytes. Lines that cannot be read are in the report and do not stop the build.
///
/// # Errors
/// A list or `out` that cannot be read or written, and lists too large for one index.
pub fn build(
    sources: &[ListFile],
    mapping: &Mapping,
    out: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<BuildReport, BuildError> {
    let (bytes, report) = build_bytes(sources, mapping, progress)?;
    progress(Progress::Writing { bytes: report.bytes });
    replace(out, &bytes, Readers::Everyone).map_err(|error| BuildError::Unwritable { path: out.to_owned(), error })?;
    Ok(report)
}

/// Builds an index in memory.
///
/// # Errors
/// As [`build`].
pub fn build_bytes(
    sources: &[ListFile],
    mapping: &Mapping,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(Vec<u8>, BuildReport), BuildError> {
    let mut report = BuildReport::default();
    let mut collected = Collected::default();
    let (mut unmapped, mut left_out) = (BTreeSet::new(), BTreeSet::new());
    let mut mapped = Vec::new();
    let mut of = 0;
    for source in sources {
        match mapping.categories_of(&source.category) {
            None => _ = unmapped.insert(source.category.clone()),
            Some(set) if set.is_empty() => _ = left_out.insert(source.category.clone()),
            Some(set) => {
                of += std::fs::metadata(&source.path).map_err(|error| unreadable(source, error))?.len();
                mapped.push((source, set));
            }
        }
    }
    let mut done = 0;
    for (source, set) in mapped {
        let file = File::open(&source.path).map_err(|error| unreadable(source, error))?;
        let mut outcome = Ok(());
        let mut here = 0;
        let take = |entry| outcome = outcome.and_then(|()| collected.add(&entry, set));
        let advance = |read| {
            if read - here >= 256 * 1024 {
                here = read;
                progress(Progress::Reading { file: &source.path, done: done + read, of });
            }
        };
        let list = BufReader::with_capacity(256 * 1024, file);
        read_list(&source.path, list, &mut report, take, advance).map_err(|error| unreadable(source, error))?;
        outcome?;
        done += std::fs::metadata(&source.path).map_err(|error| unreadable(source, error))?.len();
        progress(Progress::Reading { file: &source.path, done, of });
    }
    report.unmapped = unmapped.into_iter().collect();
    report.left_out = left_out.into_iter().collect();
    let bytes = write(collected, &mut report, progress)?;
    Ok((bytes, report))
}

/// The bytes of the index of what was collected.
pub(crate) fn write(
    mut collected: Collected,
    report: &mut BuildReport,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<u8>, BuildError> {
    collected.settle();
    let Collected { names, paths } = collected;
    report.names = names.0.len() as u64;
    report.paths = paths.0.len() as u64;
    progress(Progress::Arranging { names: report.names, paths: report.paths });
    let mut counts: HashMap<CategorySet, u32> = HashMap::new();
    names.0.sets().chain(paths.0.sets()).for_each(|set| *counts.entry(set).or_default() += 1);
    if counts.len() > MOST_SETS {
        return Err(BuildError::TooManySets(counts.len()));
    }
    let mut bytes = file::begin();
    let sets = SetCodes::write(&counts, &mut bytes);
    Table::write::<LONGEST_NAME_WORDS>(&names, 2, &sets, &mut bytes)?;
    Table::write::<LONGEST_PATH_WORDS>(&paths, 1, &sets, &mut bytes)?;
    file::seal(&mut bytes);
    report.bytes = bytes.len() as u64;
    Ok(bytes)
}

fn unreadable(source: &ListFile, error: std::io::Error) -> BuildError {
    BuildError::Unreadable { path: source.path.clone(), error }
}
