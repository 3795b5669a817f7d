//! A disk that is really full: a small file system in memory, mounted where only this test sees it.

use std::path::Path;
use std::process::Command;

use records::{Location, Store};

use crate::sample::{add, at, entry, person};

const INSIDE: &str = "SCHOOLGATE_TEST_SMALL_DISK";

/// Runs this same test in a namespace of its own, with a file system of 2 MiB at the folder that the variable names.
fn run_on_a_small_disk(test: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = std::env::current_exe().expect("the test's own program");
    let script = "mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$@\"";
    let done = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script])
        .arg(folder.path())
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, folder.path())
        .output()
        .expect("unshare runs");
    let (out, error) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && out.contains("1 passed"), "{out}{error}");
}

#[test]
fn after_a_full_disk_changes_are_kept_again_as_soon_as_there_is_room() {
    match std::env::var_os(INSIDE) {
        None => run_on_a_small_disk("full_disk::after_a_full_disk_changes_are_kept_again_as_soon_as_there_is_room"),
        Some(folder) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            runtime.block_on(fill_and_make_room(Path::new(&folder)));
        }
    }
}

async fn fill_and_make_room(folder: &Path) {
    let store =
        Store::begin(&Location::Sqlite(folder.join("records.sqlite")), &folder.join("ledger-head")).await.unwrap();
    add(&store, 1).await;
    let filler = folder.join("filler");
    fill(&filler);
    let mut refused = 0;
    for number in 2..40 {
        let mut change = store.change(at(2)).await.unwrap();
        let mut record = person(number);
        record.person.name = "Long ".repeat(2000);
        refused += match change.save_person(&record).await {
            Ok(()) => u32::from(change.commit(entry(number)).await.is_err()),
            Err(_) => 1,
        };
    }
    assert!(refused > 30, "the disk was not full: {refused} of 38 refused");
    std::fs::remove_file(filler).unwrap();
    store.check_write().await.expect("there is room again");
    add(&store, 100).await;
    let report = store.verify_ledger().await.unwrap();
    assert_eq!(report.fault, None);
}

/// Takes what room is left.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).expect("a file");
    for piece in [[0_u8; 4096].as_slice(), &[0; 64]] {
        while file.write_all(piece).is_ok() {}
    }
}
