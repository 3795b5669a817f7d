//! A disk that is really full: a small file system in memory, mounted where only this test sees it.

use records::{Location, Store};
use testkit::SmallDisk;

use crate::sample::{add, at, entry, person};

#[test]
fn after_a_full_disk_changes_are_kept_again_as_soon_as_there_is_room() {
    let name = "full_disk::after_a_full_disk_changes_are_kept_again_as_soon_as_there_is_room";
    SmallDisk::with(name, 2, |disk| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(fill_and_make_room(disk));
    });
}

async fn fill_and_make_room(disk: &SmallDisk) {
    let folder = disk.path();
    let store =
        Store::begin(&Location::Sqlite(folder.join("records.sqlite")), &folder.join("ledger-head")).await.unwrap();
    add(&store, 1).await;
    disk.fill();
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
    disk.empty();
    store.check_write().await.expect("there is room again");
    add(&store, 100).await;
    let report = store.verify_ledger().await.unwrap();
    assert_eq!(report.fault, None);
}
