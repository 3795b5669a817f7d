//! Keeping the directory on disk: a base, and beside it what changed since, which is appended to. When that has outgrown
//! the base, a new base takes both places.
//!
//! A base has a number, and the file of changes names it: so changes that belong to an older base can never be read on
//! top of a newer one, wherever between the two files a crash falls.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::changed::Changed;
use crate::directory::Directory;
use crate::lines;

/// Changes of fewer bytes than this are never a reason for a new base.
const FEW: u64 = 1 << 20;

pub(crate) fn base_name(number: u64) -> String {
    format!("directory.{number}.base")
}

pub(crate) fn deltas_name(number: u64) -> String {
    format!("directory.{number}.deltas")
}

/// The numbers of the bases that lie in the folder, the newest first.
pub(crate) fn bases(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        numbers.extend(number_in(&entry?.file_name(), ".base"));
    }
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    Ok(numbers)
}

fn number_in(name: &std::ffi::OsStr, ending: &str) -> Option<u64> {
    name.to_str()?.strip_prefix("directory.")?.strip_suffix(ending)?.parse().ok()
}

/// The directory as it is kept in a folder.
#[derive(Debug)]
pub struct Saved {
    folder: PathBuf,
    number: u64,
    base: u64,
    appended: u64,
    deltas: File,
    /// An append failed: what follows it could not be read, so the next thing written is a base.
    torn: bool,
}

impl Saved {
    /// Keeps `directory` in `folder` in the place of what was kept there.
    ///
    /// # Errors
    /// A folder or a disk that can't be written.
    pub fn begin(folder: &Path, directory: &Directory) -> io::Result<Saved> {
        let number = bases(folder)?.first().map_or(1, |newest| newest + 1);
        let bytes = lines::base(directory)?;
        files::replace(&folder.join(base_name(number)), &bytes, files::Readers::Owner)?;
        let deltas = files::private_options().append(true).create(true).open(folder.join(deltas_name(number)))?;
        remove_older(folder, number)?;
        Ok(Saved { folder: folder.to_owned(), number, base: bytes.len() as u64, appended: 0, deltas, torn: false })
    }

    /// Keeps what changed; when this returns it is on the disk.
    ///
    /// # Errors
    /// A disk that can't be written. What was kept before is untouched, and the next call makes good what this one
    /// could not, as far as `changed` names it again.
    pub fn save(&mut self, directory: &Directory, changed: &Changed) -> io::Result<()> {
        if changed.is_empty() && !self.torn {
            return Ok(());
        }
        // Another program that opened the same folder has put its own base in the place of this one.
        let replaced = !self.folder.join(base_name(self.number)).exists();
        if changed.everything || replaced || self.torn || self.appended > self.base.max(FEW) {
            *self = Saved::begin(&self.folder, directory)?;
            return Ok(());
        }
        let bytes = lines::deltas(directory, changed)?;
        self.torn = true;
        self.deltas.write_all(&bytes)?;
        self.deltas.sync_data()?;
        self.torn = false;
        self.appended += bytes.len() as u64;
        Ok(())
    }
}

/// What older programs and older bases left.
fn remove_older(folder: &Path, number: u64) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let older = [".base", ".deltas"].iter().filter_map(|ending| number_in(&name, ending)).any(|old| old < number);
        if older || name == crate::load::WHOLE {
            std::fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}
