//! Whether the policies that the records hold are those that were published: each text is held against its own hash, and
//! against the hash that the ledger took down when it was published.

use std::collections::HashMap;

use serde_json::Value;

use crate::engine::query::query;
use crate::engine::transaction::Transaction;
use crate::error::Error;
use crate::integrity::canonical::sha256;

/// # Errors
/// [`Error::Altered`] for the first text that is another than the one published.
pub(crate) async fn check(transaction: &mut Transaction) -> Result<(), Error> {
    let mut published = HashMap::new();
    let entries = query("SELECT subject, details FROM ledger WHERE verb IN ('publish-policy', 'install-policy')");
    for row in entries.fetch_all(transaction).await? {
        let details: Value = row.json("details")?;
        published.insert(row.text("subject")?, details["text-sha256"].as_str().unwrap_or_default().to_owned());
    }
    let versions = query("SELECT id, policy, number, text, text_hash FROM versions WHERE number > 0");
    for row in versions.fetch_all(transaction).await? {
        let actual = sha256(row.text("text")?.as_bytes());
        let noted = published.get(&format!("version {}", row.text("id")?));
        if actual != row.text("text_hash")? || noted != Some(&actual) {
            return Err(Error::Altered { policy: row.text("policy")?, number: row.number("number")? });
        }
    }
    Ok(())
}
