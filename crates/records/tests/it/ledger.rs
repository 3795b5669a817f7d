use std::path::Path;

use records::{Fault, LedgerReport, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::{Folder, add, folder};

/// A ledger of six entries, changed behind its back, and what verifying it says.
async fn after(statement: &'static str) -> LedgerReport {
    let folder = six().await;
    meddle(&folder.path, statement).await;
    Store::open(&folder.path).await.unwrap().verify_ledger().await.unwrap()
}

async fn six() -> Folder {
    let folder = folder();
    let store = Store::open(&folder.path).await.unwrap();
    for number in 1..=6 {
        add(&store, number).await;
    }
    store.close().await;
    folder
}

async fn meddle(path: &Path, statement: &'static str) {
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.unwrap();
    sqlx::raw_sql(statement).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn an_untouched_ledger_fits_from_the_first_entry_to_the_last() {
    let report = after("SELECT 1").await;
    assert_eq!((report.entries, report.fault), (6, None));
    assert_eq!(report.hash.len(), 64);
}

#[tokio::test]
async fn a_changed_entry_is_named_whatever_was_changed_in_it() {
    for statement in [
        "UPDATE ledger SET details = '{\"number\":7}' WHERE sequence = 3",
        "UPDATE ledger SET details = '{ \"number\":3}' WHERE sequence = 3",
        "UPDATE ledger SET details = 'nothing' WHERE sequence = 3",
        "UPDATE ledger SET verb = 'mark-leaver' WHERE sequence = 3",
        "UPDATE ledger SET subject = 'person 9' WHERE sequence = 3",
        "UPDATE ledger SET actor = '00000000000000000000000000000009' WHERE sequence = 3",
        "UPDATE ledger SET at = at + 1 WHERE sequence = 3",
        "UPDATE ledger SET hash = '00' WHERE sequence = 3",
    ] {
        let report = after(statement).await;
        assert_eq!(report.fault, Some(Fault::Changed { sequence: 3 }), "{statement}");
        assert_eq!(report.entries, 2, "{statement}");
    }
}

#[tokio::test]
async fn an_entry_that_was_taken_out_is_named() {
    for (statement, missing) in [
        ("DELETE FROM ledger WHERE sequence = 1", 1),
        ("DELETE FROM ledger WHERE sequence = 4", 4),
        ("DELETE FROM ledger WHERE sequence = 6", 6),
        ("DELETE FROM ledger", 1),
    ] {
        assert_eq!(after(statement).await.fault, Some(Fault::Missing { sequence: missing }), "{statement}");
    }
}

#[tokio::test]
async fn entries_that_changed_places_are_named() {
    let report = after(
        "UPDATE ledger SET sequence = -2 WHERE sequence = 2; UPDATE ledger SET sequence = 2 WHERE sequence = 5; \
         UPDATE ledger SET sequence = 5 WHERE sequence = -2",
    )
    .await;
    assert_eq!(report.fault, Some(Fault::Moved { sequence: 2 }));
}

#[tokio::test]
async fn closing_a_gap_by_counting_anew_is_found_at_the_gap() {
    let report =
        after("DELETE FROM ledger WHERE sequence = 3; UPDATE ledger SET sequence = sequence - 1 WHERE sequence > 3")
            .await;
    assert_eq!(report.fault, Some(Fault::Moved { sequence: 3 }));
}
