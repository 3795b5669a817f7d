//! Putting a new file in an old one's place.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::private::FILE_MODE;

/// Who may read a file that is put in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// The program's user alone.
    Owner,
    /// Everybody on the machine, for what is no secret: a certificate, an index of published lists.
    Everyone,
}

impl Readers {
    fn mode(self) -> u32 {
        match self {
            Readers::Owner => FILE_MODE,
            Readers::Everyone => 0o644,
        }
    }
}

/// Puts `content` in the place of the file at `path`, or makes it there. A reader finds the old file or the new one,
/// whole, and so does whoever looks after a killed process or a power cut; when this returns, the new one is on the disk.
/// Whoever has the old one open goes on reading it.
///
/// # Errors
/// A file that can't be written, most often because the disk is full. What was there before is untouched.
pub fn replace(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    replace_with(path, readers, |file| file.write_all(content))
}

/// As [`replace`], with content that `write` puts into the file, which it may read back and find wanting. What it answers
/// is answered here, once the file has its place.
///
/// # Errors
/// What `write` refuses, and a file that can't be written. What was there before is untouched.
pub fn replace_with<T, E: From<io::Error>>(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let folder = File::open(parent(path))?;
    // Two that replace one file at a time would rename each other's half-written one. Some network file systems have no
    // locks; there each replacement is on its own, as it would be without this line.
    let _where_there_are_locks = folder.lock();
    let beside = beside(path)?;
    let written = create(&beside, readers).map_err(E::from).and_then(|mut file| {
        let answer = write(&mut file)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        Ok(answer)
    });
    if written.is_err() {
        // The first error is the one to tell. On a full disk, what was written gives its room back.
        let _if_it_was_made = fs::remove_file(&beside);
    }
    let answer = written?;
    folder.sync_all()?;
    Ok(answer)
}

/// Makes names that were given or taken away in a folder survive a power cut.
///
/// # Errors
/// A folder that can't be opened, or a disk that fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn create(path: &Path, readers: Readers) -> io::Result<File> {
    // What a killed process left here may be open to others: never written into, always made anew.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().read(true).write(true).create_new(true).mode(readers.mode()).open(path)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// One name for each file, so that what a killed process left is found and replaced by the next.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".new");
    Ok(path.with_file_name(hidden))
}
