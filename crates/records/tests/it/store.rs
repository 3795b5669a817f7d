use records::{Error, Store};

use crate::place::{Place, on_both_engines};
use crate::sample::{add, at, entry, id, person};

on_both_engines! {
    async fn a_change_that_is_not_committed_leaves_nothing(place: &Place) {
        let store = place.begin().await;
        let mut change = store.change(at(0)).await.unwrap();
        change.save_person(&person(1)).await.unwrap();
        assert!(change.person(id(1)).await.unwrap().is_some());
        drop(change);
        assert!(store.read().await.unwrap().everybody().await.unwrap().is_empty());
        assert_eq!(store.verify_ledger().await.unwrap().entries, 0);
    }

    async fn what_was_committed_is_there_when_the_records_are_opened_again(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        store.close().await;
        let store = place.open().await;
        assert_eq!(store.read().await.unwrap().everybody().await.unwrap(), [person(1)]);
        assert_eq!(store.verify_ledger().await.unwrap().entries, 1);
    }

    async fn a_look_is_of_one_moment_whatever_is_kept_meanwhile(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.everybody().await.unwrap().len(), 1);
        add(&store, 2).await;
        assert_eq!(reading.everybody().await.unwrap().len(), 1);
        assert_eq!(store.read().await.unwrap().everybody().await.unwrap().len(), 2);
    }

    async fn changes_of_two_programs_follow_one_another(place: &Place) {
        let (one, other) = (place.begin().await, place.open().await);
        let mut first = one.change(at(1)).await.unwrap();
        let second = tokio::spawn(async move { add(&other, 2).await });
        tokio::task::yield_now().await;
        first.save_person(&person(1)).await.unwrap();
        first.commit(entry(1)).await.unwrap();
        second.await.unwrap();
        let report = one.verify_ledger().await.unwrap();
        assert_eq!((report.entries, report.fault), (2, None));
    }

    async fn records_that_were_never_begun_are_not_opened(place: &Place) {
        let missing = Store::open(&place.location, &place.head()).await.unwrap_err();
        assert!(matches!(missing, Error::NotBegun { .. }), "{missing}");
        assert!(!place.sqlite_file().exists(), "a file was made");
    }

    async fn records_are_begun_once(place: &Place) {
        add(&place.begin().await, 1).await;
        let again = Store::begin(&place.location, &place.head()).await.unwrap_err();
        assert!(matches!(again, Error::BegunAlready { .. }), "{again}");
        assert_eq!(place.open().await.read().await.unwrap().everybody().await.unwrap().len(), 1);
    }

    async fn a_check_of_writing_leaves_no_entry(place: &Place) {
        add(&place.begin().await, 1).await;
        place.open().await.check_write().await.unwrap();
        assert_eq!(place.open().await.verify_ledger().await.unwrap().entries, 1);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::on_sqlite();
    let _store = place.begin().await;
    let mode = std::fs::metadata(place.sqlite_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn an_empty_file_is_no_records() {
    let place = Place::on_sqlite();
    std::fs::write(place.sqlite_file(), "").unwrap();
    assert!(matches!(Store::open(&place.location, &place.head()).await, Err(Error::NotBegun { .. })));
}

#[tokio::test]
async fn looking_at_records_changes_no_byte_beside_or_in_them() {
    let place = Place::on_sqlite();
    let store = place.begin().await;
    add(&store, 1).await;
    store.close().await;
    let files = || -> Vec<(std::ffi::OsString, Vec<u8>)> {
        let entries = std::fs::read_dir(place.folder.path()).unwrap().map(Result::unwrap);
        let mut files: Vec<_> =
            entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap())).collect();
        files.sort();
        files
    };
    let before = files();
    let store = Store::look(&place.location, &place.head()).await.unwrap();
    assert_eq!(store.verify_ledger().await.unwrap().entries, 1);
    store.close().await;
    assert_eq!(files(), before);
}

#[tokio::test]
async fn looking_at_records_that_somebody_has_open_sees_what_was_kept_last() {
    let place = Place::on_sqlite();
    let store = place.begin().await;
    add(&store, 1).await;
    let look = Store::look(&place.location, &place.head()).await.unwrap();
    assert_eq!(look.verify_ledger().await.unwrap().entries, 1);
    add(&store, 2).await;
    assert_eq!(look.verify_ledger().await.unwrap().entries, 2);
}
