//! What is written down in registers, and how it was corrected and closed.

use domain::{EntryClosing, EntryEvent, EntryId, EntryLine, GrantId, PolicyId, RegisterEntry, RequestId, Version};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// An entry, and what became of the grant that it writes down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRecord {
    pub entry: RegisterEntry,
    /// The end of its grant, which may be to come; `None` where it writes down none, or one without an end.
    pub grant_ends: Option<Timestamp>,
    /// Whether it writes down a grant that is no longer kept.
    pub grant_is_gone: bool,
    /// The request to which a yes wrote it.
    pub request: Option<RequestId>,
}

const ENTRIES: &str = "SELECT register_entries.*, grants.request AS kept_request, \
    COALESCE(grants.ended_at, grants.until_at) AS grant_ends \
    FROM register_entries LEFT JOIN grants ON grants.id = register_entries.grant_id";

fn entry_row(row: &Row) -> Result<EntryRecord, Error> {
    let closed = match row.maybe_time("closed_at")? {
        Some(at) => Some(EntryClosing { by: row.word("closed_by")?, at, reason: row.text("close_reason")? }),
        None => None,
    };
    let grant: Option<GrantId> = row.maybe_word("grant_id")?;
    let request: Option<RequestId> = row.maybe_word("kept_request")?;
    Ok(EntryRecord {
        grant_ends: row.maybe_time("grant_ends")?,
        grant_is_gone: grant.is_some() && request.is_none(),
        request,
        entry: RegisterEntry {
            id: row.word("id")?,
            policy: PolicyId(row.text("policy")?),
            version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
            clause: row.text("clause")?,
            register: row.text("register")?,
            answers: row.json("answers")?,
            second: row.maybe_word("second")?,
            written_by: row.word("written_by")?,
            written_at: row.time("written_at")?,
            grant,
            closed,
        },
    })
}

fn line_row(row: &Row) -> Result<EntryLine, Error> {
    let what = match row.text("kind")?.as_str() {
        "corrected" => EntryEvent::Corrected { answers: row.json("answers")?, second: row.maybe_word("second")? },
        "closed" => EntryEvent::Closed,
        _ => EntryEvent::Reopened,
    };
    Ok(EntryLine { at: row.time("at")?, by: row.word("person")?, reason: row.text("reason")?, what })
}

impl Reading {
    pub async fn register_entry(&mut self, id: EntryId) -> Result<Option<EntryRecord>, Error> {
        let row = query(format!("{ENTRIES} WHERE register_entries.id = ?"))
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(entry_row).transpose()
    }

    /// Every entry of a register, newest first.
    pub async fn register_entries(&mut self, policy: &PolicyId, register: &str) -> Result<Vec<EntryRecord>, Error> {
        let which = "register_entries.policy = ? AND register = ?";
        let rows = query(format!("{ENTRIES} WHERE {which} ORDER BY written_at DESC, register_entries.id DESC"))
            .bind(&policy.0)
            .bind(register)
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(entry_row).collect()
    }

    /// Whether a register has any entry, closed or not.
    pub async fn has_register_entries(&mut self, policy: &PolicyId, register: &str) -> Result<bool, Error> {
        let row = query("SELECT id FROM register_entries WHERE policy = ? AND register = ? LIMIT 1")
            .bind(&policy.0)
            .bind(register)
            .fetch_optional(self.transaction())
            .await?;
        Ok(row.is_some())
    }

    /// What was done with an entry, in its order.
    pub async fn entry_lines(&mut self, id: EntryId) -> Result<Vec<EntryLine>, Error> {
        let rows = query("SELECT * FROM register_lines WHERE entry = ? ORDER BY number")
            .bind(id.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(line_row).collect()
    }
}

impl Change {
    pub async fn add_entry(&mut self, entry: &RegisterEntry) -> Result<(), Error> {
        query(
            "INSERT INTO register_entries (id, policy, version, clause, register, answers, second, written_by, \
             written_at, grant_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(entry.id.to_string())
        .bind(&entry.policy.0)
        .bind(i64::from(entry.version.0))
        .bind(&entry.clause)
        .bind(&entry.register)
        .bind(json(&entry.answers))
        .bind(entry.second.map(|person| person.to_string()))
        .bind(entry.written_by.to_string())
        .bind(millis(entry.written_at))
        .bind(entry.grant.map(|grant| grant.to_string()))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// Keeps an entry as a step left it, and the step in its history.
    pub async fn step_entry(&mut self, entry: &RegisterEntry, line: &EntryLine) -> Result<(), Error> {
        let closed = entry.closed.as_ref();
        query(
            "UPDATE register_entries SET answers = ?, second = ?, closed_by = ?, closed_at = ?, close_reason = ? \
             WHERE id = ?",
        )
        .bind(json(&entry.answers))
        .bind(entry.second.map(|person| person.to_string()))
        .bind(closed.map(|closed| closed.by.to_string()))
        .bind(maybe_millis(closed.map(|closed| closed.at)))
        .bind(closed.map(|closed| closed.reason.clone()))
        .bind(entry.id.to_string())
        .execute(self.transaction())
        .await?;
        self.add_entry_line(entry.id, line).await
    }

    async fn add_entry_line(&mut self, entry: EntryId, line: &EntryLine) -> Result<(), Error> {
        let (kind, answers, second) = match &line.what {
            EntryEvent::Corrected { answers, second } => ("corrected", Some(json(answers)), *second),
            EntryEvent::Closed => ("closed", None, None),
            EntryEvent::Reopened => ("reopened", None, None),
        };
        query(
            "INSERT INTO register_lines (entry, number, at, person, kind, reason, answers, second) VALUES (?, \
             (SELECT COUNT(*) FROM register_lines WHERE entry = ?), ?, ?, ?, ?, ?, ?)",
        )
        .bind(entry.to_string())
        .bind(entry.to_string())
        .bind(millis(line.at))
        .bind(line.by.to_string())
        .bind(kind)
        .bind(&line.reason)
        .bind(answers)
        .bind(second.map(|person| person.to_string()))
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
