//! A real disk that is soon full.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the disk is, for the test that runs where it is mounted.
const INSIDE: &str = "SCHOOLGATE_TEST_SMALL_DISK";

/// A file system of its own in memory, of a size to be filled.
#[derive(Debug)]
pub struct SmallDisk {
    place: PathBuf,
}

impl SmallDisk {
    /// Runs a test with a disk of so many mebibytes. `test` is the test's own name with its modules, as its program lists it:
    /// the program runs that test once more in a namespace of its own, where mounting takes no rights beyond one's own and
    /// nobody else sees the disk. A test that can't have one fails, for a test that passes by being left out holds nothing.
    pub fn with(test: &str, mebibytes: u32, body: impl FnOnce(&SmallDisk)) {
        match std::env::var_os(INSIDE) {
            Some(place) => body(&SmallDisk { place: place.into() }),
            None => run_where_one_is_mounted(test, mebibytes),
        }
    }

    pub fn path(&self) -> &Path {
        &self.place
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

fn run_where_one_is_mounted(test: &str, mebibytes: u32) {
    let folder = tempfile::tempdir().expect("a folder to mount on");
    let program = std::env::current_exe().expect("the test's own program");
    let script = format!("mount -t tmpfs -o size={mebibytes}m,mode=0700 tmpfs \"$0\" && exec \"$@\"");
    let done = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .arg(folder.path())
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, folder.path())
        .output()
        .expect("the command 'unshare' is there");
    let (out, error) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && out.contains("1 passed"), "{out}{error}");
}
