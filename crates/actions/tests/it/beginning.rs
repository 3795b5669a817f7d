use std::path::Path;
use std::sync::Arc;

use actions::{Desk, ErrorKind, Invite, OpenError, VerbError};
use jiff::SignedDuration;
use testkit::{SmallDisk, TurnableClock};

use crate::test_school::{PEOPLE, TestSchool};

fn clock() -> TurnableClock {
    TurnableClock::at("2026-05-12T10:00:00+01:00")
}

/// The folder of a school that is no longer running.
async fn stopped(test: TestSchool) -> Arc<tempfile::TempDir> {
    test.school.flush().await;
    let TestSchool { school, activity, folder, .. } = test;
    drop((school, activity));
    folder
}

fn remove_records(data: &Path) {
    for file in ["records.sqlite", "records.sqlite-wal", "records.sqlite-shm"] {
        let _ = std::fs::remove_file(data.join(file));
    }
}

/// Every file of the folder, with what is in it.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push((entry.path(), std::fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn no_school_is_begun_by_opening_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let Err(error) = TestSchool::at(folder, clock(), 1, Desk::open).await else { panic!("a school was begun") };
    assert!(matches!(error, OpenError::NotBegun { .. }), "{error}");
    assert!(error.to_string().contains("schoolgate init"), "it names no mend: {error}");
    assert!(!data.exists(), "something was made");
}

#[tokio::test]
async fn missing_records_are_refused_and_nothing_that_is_left_changes() {
    let test = TestSchool::open().await;
    let data = test.data();
    let folder = stopped(test).await;
    remove_records(&data);
    let before = files(&data);
    assert!(before.len() > 3, "a key, a note of the ledger's end, and what the gate starts from");
    let Err(error) = TestSchool::at(folder.clone(), clock(), 2, Desk::open).await else {
        panic!("an empty school was begun")
    };
    assert!(matches!(error, OpenError::RecordsMissing { .. }), "{error}");
    assert!(error.to_string().contains("Put the newest copy of the records back"), "it names no mend: {error}");
    assert!(files(&data) == before, "something that was left was changed");
}

#[tokio::test]
async fn a_school_is_begun_once() {
    let folder = stopped(TestSchool::open().await).await;
    let Err(error) = TestSchool::at(folder, clock(), 2, Desk::begin).await else { panic!("it was begun again") };
    assert!(matches!(error, OpenError::BegunAlready { .. }), "{error}");
}

#[tokio::test]
async fn records_of_an_older_day_are_refused_and_the_mend_that_the_error_names_works() {
    let test = TestSchool::empty().await;
    let data = test.data();
    let older = tempfile::tempdir().unwrap();
    let folder = stopped(test).await;
    std::fs::copy(data.join("records.sqlite"), older.path().join("records.sqlite")).unwrap();
    let test = TestSchool::reopen(folder, clock(), 2).await;
    test.import(PEOPLE).await;
    let folder = stopped(test).await;
    remove_records(&data);
    std::fs::copy(older.path().join("records.sqlite"), data.join("records.sqlite")).unwrap();
    let Err(error) = TestSchool::at(folder.clone(), clock(), 3, Desk::open).await else { panic!("they were opened") };
    assert!(error.to_string().contains("Put the newest copy back"), "{error}");
    std::fs::remove_file(data.join("ledger-head")).unwrap();
    assert!(TestSchool::at(folder, clock(), 4, Desk::open).await.is_ok());
}

#[test]
fn the_desk_says_that_it_is_ill_while_the_disk_is_full_and_writes_again_when_there_is_room() {
    SmallDisk::with(
        "beginning::the_desk_says_that_it_is_ill_while_the_disk_is_full_and_writes_again_when_there_is_room",
        4,
        |disk| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(says_that_it_is_ill(disk));
        },
    );
}

async fn says_that_it_is_ill(disk: &SmallDisk) {
    let folder = tempfile::TempDir::new_in(disk.path()).unwrap();
    let test = TestSchool::at(folder, clock(), 1, Desk::begin).await.unwrap();
    test.import(PEOPLE).await;
    test.school.check_health().await.unwrap();
    disk.fill();
    // What the records have taken of the disk already is used up first.
    let mut is_ill = false;
    for _ in 0..2_000 {
        test.turn(SignedDuration::from_secs(6));
        is_ill = test.school.check_health().await.is_err();
        if is_ill {
            break;
        }
    }
    assert!(is_ill, "a full disk is well");
    let sam = test.actor("sam").await;
    let invite = Invite { person: test.id("tom").await };
    let refused = test.school.invite(&sam, invite.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    disk.empty();
    test.school.check_health().await.unwrap();
    test.school.invite(&sam, invite).await.unwrap();
    test.ledger().await;
}
