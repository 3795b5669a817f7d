use std::collections::BTreeSet;

use records::{COLUMNS, Exposure};

use crate::place::{Place, on_both_engines};

on_both_engines! {
    async fn every_column_declares_its_exposure_and_none_is_declared_that_is_not_there(place: &Place) {
        place.begin().await.close().await;
        let there: BTreeSet<(String, String)> =
            place.columns().await.into_iter().map(|(table, column, _)| (table, column)).collect();
        let declared: BTreeSet<(String, String)> =
            COLUMNS.iter().map(|(table, column, _)| ((*table).to_owned(), (*column).to_owned())).collect();
        let undeclared: Vec<_> = there.difference(&declared).collect();
        let gone: Vec<_> = declared.difference(&there).collect();
        assert!(undeclared.is_empty(), "declare these in src/column_exposure.rs: {undeclared:?}");
        assert!(gone.is_empty(), "these are no longer there: {gone:?}");
        assert_eq!(declared.len(), COLUMNS.len(), "a column is declared twice");
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_kinds() {
    let (sqlite, postgresql) = (Place::on_sqlite(), Place::on_postgresql().await);
    sqlite.begin().await.close().await;
    postgresql.begin().await.close().await;
    assert_eq!(sqlite.columns().await, postgresql.columns().await);
}

#[test]
fn each_migration_stands_in_both_engines_folders_under_one_name() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        let files = std::fs::read_dir(folder).expect("the folder is there");
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let numbers: BTreeSet<String> = names("sqlite").iter().map(|name| name.chars().take(4).collect()).collect();
    assert_eq!(numbers.len(), names("sqlite").len(), "two migrations have one number: {:?}", names("sqlite"));
}

#[test]
fn whatever_is_a_hash_of_a_secret_is_declared_secret() {
    for (table, column, exposure) in COLUMNS {
        let secret = matches!(*column, "password_hash" | "token_hash" | "code_hash");
        assert_eq!(secret, *exposure == Exposure::Secret, "{table}.{column}");
    }
}
