use std::collections::BTreeSet;

use records::{COLUMNS, Exposure, Store};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::folder;

#[tokio::test]
async fn every_column_declares_its_exposure_and_none_is_declared_that_is_not_there() {
    let folder = folder();
    Store::open(&folder.path).await.unwrap().close().await;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&folder.path)).await.unwrap();
    let rows = sqlx::query(
        "SELECT tables.name AS of_table, columns.name AS named FROM sqlite_master AS tables \
         JOIN pragma_table_info(tables.name) AS columns \
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' AND tables.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let there: BTreeSet<(String, String)> = rows.iter().map(|row| (row.get("of_table"), row.get("named"))).collect();
    let declared: BTreeSet<(String, String)> =
        COLUMNS.iter().map(|(table, column, _)| ((*table).to_owned(), (*column).to_owned())).collect();
    let undeclared: Vec<_> = there.difference(&declared).collect();
    let gone: Vec<_> = declared.difference(&there).collect();
    assert!(undeclared.is_empty(), "declare these in src/exposure.rs: {undeclared:?}");
    assert!(gone.is_empty(), "these are no longer there: {gone:?}");
    assert_eq!(declared.len(), COLUMNS.len(), "a column is declared twice");
}

#[test]
fn whatever_is_a_hash_of_a_secret_is_declared_secret() {
    for (table, column, exposure) in COLUMNS {
        let secret = matches!(*column, "password_hash" | "token_hash" | "code_hash");
        assert_eq!(secret, *exposure == Exposure::Secret, "{table}.{column}");
    }
}
