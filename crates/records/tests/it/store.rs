use domain::PersonId;
use records::{PeopleFilter, Store};
use uuid::Uuid;

use crate::{add, at, folder, person};

#[tokio::test]
async fn a_change_that_is_not_committed_leaves_nothing() {
    let folder = folder();
    let store = Store::open(&folder.path).await.unwrap();
    let mut change = store.change(at(0)).await.unwrap();
    change.save_person(&person(1)).await.unwrap();
    assert!(change.person(PersonId(Uuid::from_u128(1))).await.unwrap().is_some());
    drop(change);
    assert!(store.read().await.unwrap().everybody().await.unwrap().is_empty());
    assert_eq!(store.verify_ledger().await.unwrap().entries, 0);
}

#[tokio::test]
async fn what_was_committed_is_there_when_the_file_is_opened_again() {
    let folder = folder();
    let store = Store::open(&folder.path).await.unwrap();
    add(&store, 1).await;
    store.close().await;
    let store = Store::open(&folder.path).await.unwrap();
    let people = store.read().await.unwrap().everybody().await.unwrap();
    assert_eq!(people, [person(1)]);
    assert_eq!(store.verify_ledger().await.unwrap().entries, 1);
}

#[tokio::test]
async fn what_names_nobody_on_record_is_not_kept() {
    let folder = folder();
    let store = Store::open(&folder.path).await.unwrap();
    let mut change = store.change(at(0)).await.unwrap();
    let orphan = change.save_password(PersonId(Uuid::from_u128(9)), "hash").await;
    assert!(orphan.is_err(), "a password of nobody was kept");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let _store = Store::open(&folder.path).await.unwrap();
    assert_eq!(std::fs::metadata(&folder.path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_search_takes_wildcards_for_letters() {
    let folder = folder();
    let store = Store::open(&folder.path).await.unwrap();
    add(&store, 1).await;
    let mut reading = store.read().await.unwrap();
    let mut found = async |search: &str| {
        let filter = PeopleFilter { search: search.to_owned(), ..PeopleFilter::default() };
        reading.people(&filter, 0, 25).await.unwrap().1
    };
    assert_eq!(found("son 1").await, 1);
    assert_eq!(found("%").await, 0);
    assert_eq!(found("_").await, 0);
}
