//! The ledger, read a page at a time.

use domain::PersonId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::engine::query::{Row, like, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::reading::Reading;

/// One entry as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerRow {
    /// From 1, without gaps.
    pub sequence: u64,
    pub at: Timestamp,
    pub actor: PersonId,
    pub verb: String,
    pub subject: String,
    pub details: Value,
    pub hash: String,
}

impl Reading {
    /// A page of the ledger, newest first, of the entries whose verb, subject or actor hold `search`; and how many
    /// there are in all. Who handled a report no search finds: at the desk the ledger does not say it.
    pub async fn ledger(&mut self, search: &str, skip: u64, take: u64) -> Result<(Vec<LedgerRow>, u64), Error> {
        let like = like(search);
        let total = query(
            "SELECT count(*) AS total FROM ledger \
             WHERE verb LIKE ?1 ESCAPE '\\' OR subject LIKE ?1 ESCAPE '\\' \
             OR (actor LIKE ?1 ESCAPE '\\' AND subject NOT LIKE 'case %')",
        )
        .bind(&like)
        .fetch_one(self.transaction())
        .await?
        .number("total")?;
        let rows = query(
            "SELECT * FROM ledger \
             WHERE verb LIKE ?1 ESCAPE '\\' OR subject LIKE ?1 ESCAPE '\\' \
             OR (actor LIKE ?1 ESCAPE '\\' AND subject NOT LIKE 'case %') \
             ORDER BY sequence DESC LIMIT ?2 OFFSET ?3",
        )
        .bind(&like)
        .bind(i64::try_from(take).unwrap_or(i64::MAX))
        .bind(i64::try_from(skip).unwrap_or(i64::MAX))
        .fetch_all(self.transaction())
        .await?;
        let rows = rows.iter().map(ledger_row).collect::<Result<_, Error>>()?;
        Ok((rows, total.unsigned_abs()))
    }

    /// When the last entry before a moment was written, and the one after that, where there is one. `None` where there is
    /// no entry before it.
    pub async fn ledger_around(&mut self, moment: Timestamp) -> Result<Option<(Timestamp, Option<Timestamp>)>, Error> {
        let before = query("SELECT sequence, at FROM ledger WHERE at < ? ORDER BY sequence DESC LIMIT 1")
            .bind(millis(moment))
            .fetch_optional(self.transaction())
            .await?;
        let Some(before) = before else { return Ok(None) };
        let after = query("SELECT at FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT 1")
            .bind(before.number("sequence")?)
            .fetch_optional(self.transaction())
            .await?;
        Ok(Some((before.time("at")?, after.map(|row| row.time("at")).transpose()?)))
    }

    /// The number of the last entry; 0 where there is none.
    pub async fn ledger_length(&mut self) -> Result<u64, Error> {
        let row = query("SELECT sequence FROM ledger_head").fetch_one(self.transaction()).await?;
        Ok(row.number("sequence")?.unsigned_abs())
    }
}

fn ledger_row(row: &Row) -> Result<LedgerRow, Error> {
    Ok(LedgerRow {
        sequence: row.number("sequence")?.unsigned_abs(),
        at: row.time("at")?,
        actor: row.word("actor")?,
        verb: row.text("verb")?,
        subject: row.text("subject")?,
        details: row.json("details")?,
        hash: row.text("hash")?,
    })
}
