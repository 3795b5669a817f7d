//! A real disk that is soon full.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system of its own in memory, of a size to be filled. It is gone when this is dropped.
///
/// Mounting one takes root's rights. A test that needs one fails without them, for a test that passes by being left out
/// holds nothing.
#[derive(Debug)]
pub struct SmallDisk {
    place: TempDir,
}

impl SmallDisk {
    /// A disk of so many mebibytes.
    pub fn mount(mebibytes: u32) -> SmallDisk {
        let place = tempfile::tempdir().expect("a folder to mount on");
        let options = format!("size={mebibytes}m,mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(place.path())
            .output()
            .expect("the command 'mount' is there");
        assert!(
            mounted.status.success(),
            "a small disk could not be mounted ({}); run the tests as root, or in a container that may mount",
            String::from_utf8_lossy(&mounted.stderr).trim()
        );
        SmallDisk { place }
    }

    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Writes until nothing more fits. [`SmallDisk::empty`] gives the room back.
    pub fn fill(&self) {
        let mut file = File::create(self.filling()).expect("a disk that is not full yet takes a file");
        let mut size = 1 << 16;
        while size > 0 {
            match file.write(&vec![0; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => size /= 2,
                Err(error) => panic!("the small disk could not be filled: {error}"),
            }
        }
    }

    pub fn empty(&self) {
        std::fs::remove_file(self.filling()).expect("what filled the disk can be removed");
    }

    fn filling(&self) -> PathBuf {
        self.path().join("filling")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a file of it may still be open. A folder that stays behind is empty and in the temporary folder.
        let _unmounted = Command::new("umount").arg("--lazy").arg(self.place.path()).status();
    }
}
