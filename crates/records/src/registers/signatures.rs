//! What people said to entries that say what was given to them.

use domain::{EntryId, EntrySignature, Version};

use crate::engine::query::{Row, query};
use crate::engine::values::{json, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// What was said to an entry, where something was.
pub(super) fn signature_row(row: &Row, entry: EntryId) -> Result<Option<EntrySignature>, Error> {
    let Some(by) = row.maybe_word("said_by")? else { return Ok(None) };
    Ok(Some(EntrySignature {
        entry,
        by,
        at: row.time("said_at")?,
        version: Version(u32::try_from(row.number("text_version")?).unwrap_or_default()),
        shown: row.json("shown")?,
        declined: row.maybe_text("declined")?,
        handed_by: row.maybe_word("handed_by")?,
    }))
}

impl Reading {
    /// What was said to an entry, in its order.
    pub async fn entry_signatures(&mut self, id: EntryId) -> Result<Vec<EntrySignature>, Error> {
        let rows = query("SELECT * FROM register_signatures WHERE entry = ? ORDER BY number")
            .bind(id.to_string())
            .fetch_all(self.transaction())
            .await?;
        let said: Vec<Option<EntrySignature>> =
            rows.iter().map(|row| signature_row(row, id)).collect::<Result<_, Error>>()?;
        Ok(said.into_iter().flatten().collect())
    }
}

impl Change {
    pub async fn add_entry_signature(&mut self, said: &EntrySignature) -> Result<(), Error> {
        query(
            "INSERT INTO register_signatures (entry, number, said_by, said_at, text_version, shown, declined, \
             handed_by) VALUES (?, (SELECT COUNT(*) FROM register_signatures WHERE entry = ?), ?, ?, ?, ?, ?, ?)",
        )
        .bind(said.entry.to_string())
        .bind(said.entry.to_string())
        .bind(said.by.to_string())
        .bind(millis(said.at))
        .bind(i64::from(said.version.0))
        .bind(json(&said.shown))
        .bind(said.declined.clone())
        .bind(said.handed_by.map(|person| person.to_string()))
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
