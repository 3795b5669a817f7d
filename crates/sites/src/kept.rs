//! The program's own copy of an index.
//!
//! What a school names as its index, it may copy over in place: a file that is mapped would then change or end under
//! those who ask it, and the system ends the whole program for that. So the file is copied to a place of the program's
//! own, checked whole there, and only the copy is mapped.

use std::fs::File;
use std::io;
use std::path::Path;

use files::{Readers, create_private_folder, replace_with};
use memmap2::Mmap;

use crate::file::IndexError;
use crate::index::{Bytes, Index};

enum TakeError {
    Copy(io::Error),
    Index(IndexError),
}

impl From<io::Error> for TakeError {
    fn from(error: io::Error) -> TakeError {
        TakeError::Copy(error)
    }
}

/// An index that was taken.
#[derive(Debug)]
pub struct Taken {
    pub index: Index,
    /// Why there is no copy of it, where there is none: then it is held in memory, and gone after a restart.
    pub not_kept: Option<io::Error>,
}

impl Index {
    /// Copies the index at `source` to `kept`, checks that the copy is whole, and maps it. What was at `kept` before
    /// stays there until then. `kept` is the program's own: nothing else writes there. Where it can't be written, as on
    /// a full disk, the index is held in memory.
    ///
    /// # Errors
    /// A file that cannot be read, is no index, is of another form, or is damaged.
    pub fn take(source: &Path, kept: &Path) -> Result<Taken, IndexError> {
        let mut original =
            File::open(source).map_err(|error| IndexError::Unreadable { path: source.to_owned(), error })?;
        let copied = kept.parent().map_or(Ok(()), create_private_folder).map_err(TakeError::Copy).and_then(|()| {
            replace_with(kept, Readers::Owner, |file| {
                io::copy(&mut original, file)?;
                map(file, source).map_err(TakeError::Index)
            })
        });
        match copied {
            Ok(index) => Ok(Taken { index, not_kept: None }),
            Err(TakeError::Index(error)) => Err(error),
            Err(TakeError::Copy(error)) => Ok(Taken { index: Index::open(source)?, not_kept: Some(error) }),
        }
    }

    /// The index that [`Index::take`] kept last.
    ///
    /// # Errors
    /// A copy that is not there, or is damaged.
    pub fn open_kept(kept: &Path) -> Result<Index, IndexError> {
        let file = File::open(kept).map_err(|error| IndexError::Unreadable { path: kept.to_owned(), error })?;
        map(&file, kept)
    }
}

#[expect(unsafe_code, reason = "the one mapping of the program; why it is safe is said beside it")]
fn map(file: &File, path: &Path) -> Result<Index, IndexError> {
    let unreadable = |error| IndexError::Unreadable { path: path.to_owned(), error };
    if file.metadata().map_err(unreadable)?.len() == 0 {
        return Err(IndexError::Foreign { path: path.to_owned() });
    }
    // SAFETY: the file is the program's own, in a folder that others can't enter, and has been written whole; it is only
    // ever replaced, never written into, so what is mapped keeps its bytes. Every read is bounds-checked against the
    // mapping's length.
    let mapped = unsafe { Mmap::map(file) }.map_err(unreadable)?;
    Index::over(Bytes::Mapped(mapped), path)
}
