//! Folders and files for the program's user alone.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

pub(crate) const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// Makes a folder that its owner alone can enter, and those above it that are missing. One that is there is closed to
/// others.
///
/// # Errors
/// A folder that can't be made, or is somebody else's.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(FOLDER_MODE))
}

/// Options under which a file that is made is its owner's alone. Say further what it is opened for.
pub fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE_MODE);
    options
}

/// Makes a file that its owner alone can read, to be written.
///
/// # Errors
/// A file that can't be made, or that is there already.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    private_options().write(true).create_new(true).open(path)
}

/// Makes the file where there is none, and closes it to others where there is one. Its content stays.
///
/// # Errors
/// A file that can't be made or opened for writing, or is somebody else's.
pub fn make_private(path: &Path) -> io::Result<()> {
    private_options().append(true).create(true).open(path)?;
    fs::set_permissions(path, Permissions::from_mode(FILE_MODE))
}
