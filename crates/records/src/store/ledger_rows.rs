//! The ledger, read a page at a time.

use domain::{CaseId, PersonId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::engine::query::{Query, Row, SqlValue, like, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::integrity::canonical::canonical_json;
use crate::integrity::event_parts::CaseStepName;
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

/// Which entries of the ledger are read. What was done with a report stands among the others in the chain, and is listed for
/// that report alone: an entry, a number that is missing or a count would say that there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerPart<'s> {
    /// All but those of reports, whose verb, subject or actor hold these words, or whose hash this is.
    BesideReports(&'s str),
    /// Those of one report. That another was linked to it is left out: it would say that there is the other.
    OfReport(CaseId),
}

impl LedgerPart<'_> {
    /// Which rows these are, and the values that this names.
    fn rows(&self) -> (&'static str, Vec<SqlValue>) {
        match self {
            LedgerPart::BesideReports(search) => (
                "subject NOT LIKE 'case %' AND (verb LIKE ?1 ESCAPE '\\' OR subject LIKE ?1 ESCAPE '\\' \
                 OR actor LIKE ?1 ESCAPE '\\' OR hash = ?2)",
                vec![like(search).into(), search.trim().into()],
            ),
            LedgerPart::OfReport(case) => (
                "subject = ?1 AND details <> ?2 AND details <> ?3",
                vec![
                    format!("case {case}").into(),
                    canonical_json(&json!({ "step": CaseStepName::Linked })).into(),
                    canonical_json(&json!({ "step": CaseStepName::Unlinked })).into(),
                ],
            ),
        }
    }
}

impl Reading {
    /// A page of a part of the ledger, newest first, and how many entries the part has.
    pub async fn ledger(
        &mut self,
        part: &LedgerPart<'_>,
        skip: u64,
        take: u64,
    ) -> Result<(Vec<LedgerRow>, u64), Error> {
        let (which, values) = part.rows();
        let of_part = |text: String| values.iter().cloned().fold(query(text), Query::bind);
        let counted = of_part(format!("SELECT count(*) AS total FROM ledger WHERE {which}"));
        let total = counted.fetch_one(self.transaction()).await?.number("total")?;
        let (limit, offset) = (values.len() + 1, values.len() + 2);
        let rows = of_part(format!(
            "SELECT * FROM ledger WHERE {which} ORDER BY sequence DESC LIMIT ?{limit} OFFSET ?{offset}"
        ))
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
