//! The hash-chained list of everything done.
//!
//! An entry's hash is SHA-256 over the hash before it, a line feed, and the entry's canonical JSON. So an entry that
//! was changed does not fit its own hash, and one that was taken out, put in or moved does not fit its neighbour's.

use domain::PersonId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::engine::query::{SqlValue, query, write_rows};
use crate::engine::transaction::Transaction;
use crate::engine::values::millis;
use crate::error::Error;
use crate::integrity::canonical::canonical_json;
use crate::integrity::canonical::hexadecimal;
use crate::integrity::event::Event;
use crate::integrity::head::{Head, Noted};

/// What was done, and by whom. It names people by their identifiers, so that the ledger can be kept when names go.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    pub actor: PersonId,
    pub event: Event,
}

/// What came of walking the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerReport {
    /// How many entries fit, from the first on.
    pub entries: u64,
    /// The hash of the last entry that fits; copy it elsewhere to be able to show later that nothing before it changed.
    pub hash: String,
    /// The first entry that does not fit, or the first text.
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "fault")]
pub enum Fault {
    /// The number is not the one that follows: entries were taken out, or put in another order.
    Missing { sequence: u64 },
    /// The entry names another predecessor than the one that stands before it.
    Moved { sequence: u64 },
    /// The entry is not what it was when it was written.
    Changed { sequence: u64 },
    /// The entry has a number before the first.
    PutIn { sequence: i64 },
    /// The chain fits, but it went as far as this entry once: its end was cut off, or older records put in its place.
    Cut { noted: u64 },
    /// The chain fits, but this entry was another: other records were put in its place.
    Replaced { sequence: u64 },
    /// The chain fits, but this version of a policy holds another text than the one that was published.
    Text { policy: String, number: i64 },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Missing { sequence } => write!(out, "entry {sequence} is missing"),
            Fault::Moved { sequence } => write!(out, "entry {sequence} does not follow the one before it"),
            Fault::Changed { sequence } => write!(out, "entry {sequence} was changed after it was written"),
            Fault::Cut { noted } => write!(out, "the ledger ends, though it once went as far as entry {noted}"),
            Fault::Replaced { sequence } => {
                write!(out, "the ledger ends, but its entry {sequence} is another than the one that was written here")
            }
            Fault::Text { policy, number } => {
                write!(out, "version {number} of the policy '{policy}' is another text than the one that was published")
            }
            Fault::PutIn { sequence } => write!(out, "an entry numbered {sequence} was put in before the first"),
        }
    }
}

fn hash(previous: &str, sequence: i64, at: i64, actor: &str, verb: &str, subject: &str, details: &Value) -> String {
    let entry = json!({
        "sequence": sequence, "at": at, "actor": actor, "verb": verb, "subject": subject, "details": details,
    });
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update(b"\n");
    hasher.update(canonical_json(&entry).as_bytes());
    hexadecimal(&hasher.finalize())
}

/// Adds entries to the chain's end, in their order, and returns where it ends now. The first one's number is one more
/// than where it ended before.
pub(crate) async fn append(
    transaction: &mut Transaction,
    at: Timestamp,
    entries: &[LedgerEntry],
) -> Result<Noted, Error> {
    let mut end = end(transaction).await?;
    let at = millis(at);
    let mut rows: Vec<[SqlValue; 8]> = Vec::with_capacity(entries.len());
    for LedgerEntry { actor, event } in entries {
        let (sequence, actor) = (end.sequence + 1, actor.to_string());
        let (verb, subject, details) = (event.verb(), event.subject(), event.details());
        let hash = hash(&end.hash, sequence, at, &actor, verb, &subject, &details);
        let previous = std::mem::replace(&mut end, Noted { sequence, hash: hash.clone() }).hash;
        rows.push([
            sequence.into(),
            at.into(),
            actor.into(),
            verb.into(),
            subject.into(),
            canonical_json(&details).into(),
            previous.into(),
            hash.into(),
        ]);
    }
    let insert = "INSERT INTO ledger (sequence, at, actor, verb, subject, details, previous, hash) VALUES";
    write_rows(&mut *transaction, insert, &rows, "").await?;
    query("UPDATE ledger_head SET sequence = ?, hash = ?")
        .bind(end.sequence)
        .bind(&end.hash)
        .execute(transaction)
        .await?;
    Ok(end)
}

/// Where the chain ends, by the records themselves.
pub(crate) async fn end(transaction: &mut Transaction) -> Result<Noted, Error> {
    let row = query("SELECT sequence, hash FROM ledger_head").fetch_one(transaction).await?;
    Ok(Noted { sequence: row.number("sequence")?, hash: row.text("hash")? })
}

/// Whether the entry that was noted beside the records stands in them.
async fn holds(transaction: &mut Transaction, noted: &Noted) -> Result<bool, Error> {
    if noted.sequence == 0 {
        return Ok(true);
    }
    let row =
        query("SELECT hash FROM ledger WHERE sequence = ?").bind(noted.sequence).fetch_optional(transaction).await?;
    Ok(row.map(|row| row.text("hash")).transpose()?.as_ref() == Some(&noted.hash))
}

/// Holds the chain's end against what was noted beside the records, without walking the chain.
///
/// # Errors
/// [`Error::Cut`] where the noted entry is gone or another.
pub(crate) async fn check_end(transaction: &mut Transaction, head: &Head) -> Result<(), Error> {
    let end = end(transaction).await?;
    match head.read()? {
        Some(noted) if !holds(transaction, &noted).await? => Err(Error::Cut {
            noted: noted.sequence.unsigned_abs(),
            end: end.sequence.unsigned_abs(),
            path: head.path().display().to_string(),
        }),
        Some(_) => Ok(()),
        None => {
            head.note(&end);
            Ok(())
        }
    }
}

/// Walks the chain in pieces, so that a ledger of years needs little memory.
pub(crate) async fn verify(transaction: &mut Transaction, noted: Option<Noted>) -> Result<LedgerReport, Error> {
    let head = query("SELECT sequence, hash FROM ledger_head").fetch_optional(&mut *transaction).await?;
    let (last, last_hash) = match head {
        Some(head) => (head.number("sequence")?, head.text("hash")?),
        None => (0, String::new()),
    };
    let (mut entries, mut previous) = (0_i64, String::new());
    let stop = |entries: i64, hash: &str, fault: Option<Fault>| LedgerReport {
        entries: entries.unsigned_abs(),
        hash: hash.to_owned(),
        fault,
    };
    let before =
        query("SELECT min(sequence) AS first FROM ledger WHERE sequence < 1").fetch_one(&mut *transaction).await?;
    if let Some(sequence) = before.maybe_number("first")? {
        return Ok(stop(0, "", Some(Fault::PutIn { sequence })));
    }
    loop {
        let rows = query("SELECT * FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT 1000")
            .bind(entries)
            .fetch_all(&mut *transaction)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let expected = entries + 1;
            let name = expected.unsigned_abs();
            if row.number("sequence")? != expected {
                return Ok(stop(entries, &previous, Some(Fault::Missing { sequence: name })));
            }
            if row.text("previous")? != previous {
                return Ok(stop(entries, &previous, Some(Fault::Moved { sequence: name })));
            }
            let text = row.text("details")?;
            let details: Option<Value> = serde_json::from_str(&text).ok();
            let actual = details.filter(|details| canonical_json(details) == text).map(|details| {
                let (at, actor) = (row.number("at"), row.text("actor"));
                let (verb, subject) = (row.text("verb"), row.text("subject"));
                Ok::<String, Error>(hash(&previous, expected, at?, &actor?, &verb?, &subject?, &details))
            });
            let recorded = row.text("hash")?;
            if actual.transpose()?.as_ref() != Some(&recorded) {
                return Ok(stop(entries, &previous, Some(Fault::Changed { sequence: name })));
            }
            (entries, previous) = (expected, recorded);
        }
    }
    if entries < last {
        return Ok(stop(entries, &previous, Some(Fault::Missing { sequence: (entries + 1).unsigned_abs() })));
    }
    if entries > last || previous != last_hash {
        return Ok(stop(entries, &previous, Some(Fault::Moved { sequence: entries.max(1).unsigned_abs() })));
    }
    let fault = match noted {
        Some(noted) if noted.sequence > entries => Some(Fault::Cut { noted: noted.sequence.unsigned_abs() }),
        Some(noted) if !holds(transaction, &noted).await? => {
            Some(Fault::Replaced { sequence: noted.sequence.unsigned_abs() })
        }
        _ => None,
    };
    Ok(stop(entries, &previous, fault))
}
