//! What is written down in registers, and how it was corrected and closed.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use domain::{
    EntryClosing, EntryEvent, EntryId, EntryLine, EntryLoss, EntrySignature, GrantId, KeptEntries, PersonId, PolicyId,
    RegisterEntry, RegisterReader, RequestId, Version,
};
use jiff::Timestamp;

use crate::engine::query::{Query, Row, query};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::registers::signatures::signature_row;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// An entry, and what became of the grant that it writes down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRecord {
    pub entry: RegisterEntry,
    /// When its grant begins, which may be to come; `None` where it writes down none.
    pub grant_begins: Option<Timestamp>,
    /// The end of its grant, which may be to come; `None` where it writes down none, or one without an end.
    pub grant_ends: Option<Timestamp>,
    /// Whether it writes down a grant that is no longer kept.
    pub grant_is_gone: bool,
    /// The request to which a yes wrote it.
    pub request: Option<RequestId>,
    /// What was said to it last by whoever signs for what it lists.
    pub said: Option<EntrySignature>,
}

/// How many entries are asked for in one statement.
const MOST_ASKED_AT_ONCE: usize = 500;

/// The beginning of a statement that asks for entries, each with what was said to it last by whoever signs for it.
const ENTRIES: &str = "SELECT register_entries.*, grants.request AS kept_request, grants.from_at AS grant_begins, \
    COALESCE(grants.ended_at, grants.until_at) AS grant_ends, said.said_by, said.said_at, said.text_version, \
    said.shown, said.declined, said.handed_by FROM register_entries \
    LEFT JOIN grants ON grants.id = register_entries.grant_id \
    LEFT JOIN register_signatures AS said ON said.entry = register_entries.id AND said.number = (SELECT MAX(number) \
    FROM register_signatures WHERE register_signatures.entry = register_entries.id)";

/// Which entries are open at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAt {
    pub at: Timestamp,
    /// Whether an entry that a yes wrote stays open after what was given has ended, until somebody closes it.
    pub outlast_grants: bool,
}

/// The condition that an entry is open: nobody has closed it, and what it writes down is kept and has not ended, unless it
/// outlasts that. Its values are bound by [`OpenAt::bind`].
const OPEN: &str = "closed_at IS NULL AND (grant_id IS NULL OR ? = 1 OR EXISTS (SELECT 1 FROM grants AS given WHERE given.id = \
    register_entries.grant_id AND (COALESCE(given.ended_at, given.until_at) IS NULL OR \
    COALESCE(given.ended_at, given.until_at) > ?)))";

impl OpenAt {
    fn bind(self, query: Query) -> Query {
        query.bind(i64::from(self.outlast_grants)).bind(millis(self.at))
    }
}

fn entry_row(row: &Row) -> Result<EntryRecord, Error> {
    let closed = match row.maybe_time("closed_at")? {
        Some(at) => Some(EntryClosing { by: row.word("closed_by")?, at, reason: row.text("close_reason")? }),
        None => None,
    };
    let lost = match row.maybe_time("lost_at")? {
        Some(at) => Some(EntryLoss { at, by: row.maybe_word("lost_by")? }),
        None => None,
    };
    let id: EntryId = row.word("id")?;
    let grant: Option<GrantId> = row.maybe_word("grant_id")?;
    let request: Option<RequestId> = row.maybe_word("kept_request")?;
    Ok(EntryRecord {
        grant_begins: row.maybe_time("grant_begins")?,
        grant_ends: row.maybe_time("grant_ends")?,
        grant_is_gone: grant.is_some() && request.is_none(),
        request,
        said: signature_row(row, id)?,
        entry: RegisterEntry {
            id,
            policy: PolicyId(row.text("policy")?),
            version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
            clause: row.text("clause")?,
            register: row.text("register")?,
            answers: row.json("answers")?,
            second: row.maybe_word("second")?,
            earlier_seconds: row.json("earlier_seconds")?,
            written_by: row.word("written_by")?,
            written_at: row.time("written_at")?,
            grant,
            closed,
            lost,
            renewed_at: row.maybe_time("renewed_at")?,
        },
    })
}

fn line_row(row: &Row) -> Result<EntryLine, Error> {
    let what = match row.text("kind")?.as_str() {
        "corrected" => EntryEvent::Corrected { answers: row.json("answers")?, second: row.maybe_word("second")? },
        "closed" => EntryEvent::Closed,
        "lost" => EntryEvent::Lost,
        "found" => EntryEvent::Found,
        _ => EntryEvent::Reopened,
    };
    Ok(EntryLine { at: row.time("at")?, by: row.maybe_word("person")?, reason: row.text("reason")?, what })
}

/// [`RegisterReader::reads`] as the condition of a statement, with its values.
struct EntriesRead {
    which: String,
    values: Vec<String>,
}

impl EntriesRead {
    fn of((policy, register): (&PolicyId, &str), reader: &RegisterReader) -> EntriesRead {
        let named = "SELECT 1 FROM register_named WHERE register_named.entry = register_entries.id \
                     AND register_named.person =";
        let me = || reader.person.to_string();
        let (kept, others): (String, Vec<String>) = match &reader.keeps {
            KeptEntries::None => (String::new(), Vec::new()),
            KeptEntries::All => ("1 = 1 OR ".to_owned(), Vec::new()),
            KeptEntries::AboutAllOf(others) if others.is_empty() => ("1 = 1 OR ".to_owned(), Vec::new()),
            KeptEntries::AboutAllOf(others) => {
                let listed = vec!["(?)"; others.len()].join(", ");
                let wrote = if reader.is_own { "AND written_by <> other.column1" } else { "" };
                let kept = format!(
                    "NOT EXISTS (SELECT 1 FROM (VALUES {listed}) AS other \
                     WHERE NOT EXISTS ({named} other.column1) {wrote}) OR "
                );
                (kept, others.iter().map(PersonId::to_string).collect())
            }
        };
        let own = if reader.is_own { "written_by = ? OR " } else { "" };
        let which = format!(
            "register_entries.policy = ? AND register = ? \
             AND ({own}(NOT EXISTS ({named} ?) AND ({kept}written_by = ? OR second = ? OR earlier_seconds LIKE ?)))"
        );
        let values = [policy.0.clone(), register.to_owned()].into_iter().chain(reader.is_own.then(me));
        let values =
            values.chain([me()]).chain(others).chain([me(), me(), format!("%\"{}\"%", reader.person)]).collect();
        EntriesRead { which, values }
    }

    /// A statement with the condition, its values bound.
    fn query(&self, text: impl FnOnce(&str) -> String) -> Query {
        self.values.iter().fold(query(text(&self.which)), Query::bind)
    }
}

impl Reading {
    pub async fn register_entry(&mut self, id: EntryId) -> Result<Option<EntryRecord>, Error> {
        let row = query(format!("{ENTRIES} WHERE register_entries.id = ?"))
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(entry_row).transpose()
    }

    /// Of a register's entries that somebody reads, newest first, those after the first `skip`, `take` at the most; and how
    /// many there are in all.
    pub async fn register_entries(
        &mut self,
        of: (&PolicyId, &str),
        reader: &RegisterReader,
        skip: u64,
        take: u64,
    ) -> Result<(Vec<EntryRecord>, u64), Error> {
        let read = EntriesRead::of(of, reader);
        let count = read.query(|which| format!("SELECT count(*) AS total FROM register_entries WHERE {which}"));
        let total = count.fetch_one(self.transaction()).await?.number("total")?.unsigned_abs();
        let newest_first = "ORDER BY written_at DESC, register_entries.id DESC LIMIT ? OFFSET ?";
        let rows = read
            .query(|which| format!("{ENTRIES} WHERE {which} {newest_first}"))
            .bind(i64::try_from(take).unwrap_or(i64::MAX))
            .bind(i64::try_from(skip).unwrap_or(i64::MAX))
            .fetch_all(self.transaction())
            .await?;
        Ok((rows.iter().map(entry_row).collect::<Result<_, Error>>()?, total))
    }

    /// How many of a register's entries that somebody reads are open.
    pub async fn count_open_entries(
        &mut self,
        of: (&PolicyId, &str),
        reader: &RegisterReader,
        open: OpenAt,
    ) -> Result<u64, Error> {
        let count = EntriesRead::of(of, reader).query(|which| {
            format!("SELECT count(*) AS total FROM register_entries WHERE {which} AND {OPEN} AND lost_at IS NULL")
        });
        Ok(open.bind(count).fetch_one(self.transaction()).await?.number("total")?.unsigned_abs())
    }

    /// Of a register's entries that somebody reads, that are open and not lost, those that nobody has seen after `since`, the oldest
    /// first, `most` of them; and how many there are in all.
    pub async fn unseen_entries(
        &mut self,
        of: (&PolicyId, &str),
        reader: &RegisterReader,
        (since, open): (Option<Timestamp>, OpenAt),
        most: u64,
    ) -> Result<(Vec<EntryRecord>, u64), Error> {
        let (read, since) = (EntriesRead::of(of, reader), since.map_or(0, millis));
        let unseen = format!(
            "{OPEN} AND lost_at IS NULL AND NOT EXISTS (SELECT 1 FROM register_sightings WHERE \
             register_sightings.entry = register_entries.id AND seen_at > ?)"
        );
        let count =
            read.query(|which| format!("SELECT count(*) AS total FROM register_entries WHERE {which} AND {unseen}"));
        let total = open.bind(count).bind(since).fetch_one(self.transaction()).await?.number("total")?.unsigned_abs();
        let oldest_first = "ORDER BY written_at, register_entries.id LIMIT ?";
        let rows = open
            .bind(read.query(|which| format!("{ENTRIES} WHERE {which} AND {unseen} {oldest_first}")))
            .bind(since)
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(self.transaction())
            .await?;
        Ok((rows.iter().map(entry_row).collect::<Result<_, Error>>()?, total))
    }

    /// The entries of a register that are open, the oldest first.
    pub async fn open_entries(
        &mut self,
        (policy, register): (&PolicyId, &str),
        open: OpenAt,
    ) -> Result<Vec<EntryRecord>, Error> {
        let of = format!("register_entries.policy = ? AND register = ? AND {OPEN}");
        let asked = query(format!("{ENTRIES} WHERE {of} ORDER BY written_at, register_entries.id"));
        let rows = open.bind(asked.bind(&policy.0).bind(register)).fetch_all(self.transaction()).await?;
        rows.iter().map(entry_row).collect()
    }

    /// The entries of a register that were written between two moments, both of them included, closed since or not.
    pub async fn entries_written(
        &mut self,
        (policy, register): (&PolicyId, &str),
        written: &RangeInclusive<Timestamp>,
    ) -> Result<Vec<EntryRecord>, Error> {
        let of = "register_entries.policy = ? AND register = ? AND written_at BETWEEN ? AND ?";
        let asked = query(format!("{ENTRIES} WHERE {of}")).bind(&policy.0).bind(register);
        let asked = asked.bind(millis(*written.start())).bind(millis(*written.end()));
        let rows = asked.fetch_all(self.transaction()).await?;
        rows.iter().map(entry_row).collect()
    }

    /// These entries, as far as they are there, in no order.
    pub async fn register_entries_among(&mut self, ids: &[EntryId]) -> Result<Vec<EntryRecord>, Error> {
        let mut records = Vec::new();
        for some in ids.chunks(MOST_ASKED_AT_ONCE) {
            let listed = vec!["?"; some.len()].join(", ");
            let asked = query(format!("{ENTRIES} WHERE register_entries.id IN ({listed})"));
            let asked = some.iter().fold(asked, |asked, id| asked.bind(id.to_string()));
            for row in asked.fetch_all(self.transaction()).await? {
                records.push(entry_row(&row)?);
            }
        }
        Ok(records)
    }

    /// The entry that writes a grant down, where there is one.
    pub async fn entry_of_grant(&mut self, grant: GrantId) -> Result<Option<EntryRecord>, Error> {
        let row = query(format!("{ENTRIES} WHERE register_entries.grant_id = ?"))
            .bind(grant.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(entry_row).transpose()
    }

    /// Whether somebody reads any entry of a register, closed or not.
    pub async fn reads_any_entry(&mut self, of: (&PolicyId, &str), reader: &RegisterReader) -> Result<bool, Error> {
        let read = EntriesRead::of(of, reader);
        let one = read.query(|which| format!("SELECT id FROM register_entries WHERE {which} LIMIT 1"));
        Ok(one.fetch_optional(self.transaction()).await?.is_some())
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
        self.note_named(entry).await
    }

    /// An entry that a grant writes, which holds after the grant where what it lists has to come back.
    pub async fn add_entry_of_grant(&mut self, entry: &RegisterEntry, comes_back: bool) -> Result<(), Error> {
        self.add_entry(entry).await?;
        query("UPDATE register_entries SET comes_back = ? WHERE id = ?")
            .bind(i64::from(comes_back))
            .bind(entry.id.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    async fn note_named(&mut self, entry: &RegisterEntry) -> Result<(), Error> {
        for person in entry.named().collect::<BTreeSet<_>>() {
            query("INSERT INTO register_named (entry, person) VALUES (?, ?)")
                .bind(entry.id.to_string())
                .bind(person.to_string())
                .execute(self.transaction())
                .await?;
        }
        Ok(())
    }

    /// Keeps an entry as a step left it, and the step in its history.
    pub async fn step_entry(&mut self, entry: &RegisterEntry, line: &EntryLine) -> Result<(), Error> {
        let closed = entry.closed.as_ref();
        query(
            "UPDATE register_entries SET answers = ?, second = ?, earlier_seconds = ?, closed_by = ?, closed_at = ?, \
             close_reason = ?, lost_at = ?, lost_by = ?, renewed_at = ? WHERE id = ?",
        )
        .bind(json(&entry.answers))
        .bind(entry.second.map(|person| person.to_string()))
        .bind(json(&entry.earlier_seconds.iter().map(PersonId::to_string).collect::<Vec<_>>()))
        .bind(closed.map(|closed| closed.by.to_string()))
        .bind(maybe_millis(closed.map(|closed| closed.at)))
        .bind(closed.map(|closed| closed.reason.clone()))
        .bind(maybe_millis(entry.lost.map(|lost| lost.at)))
        .bind(entry.lost.and_then(|lost| lost.by).map(|person| person.to_string()))
        .bind(maybe_millis(entry.renewed_at))
        .bind(entry.id.to_string())
        .execute(self.transaction())
        .await?;
        query("DELETE FROM register_named WHERE entry = ?")
            .bind(entry.id.to_string())
            .execute(self.transaction())
            .await?;
        self.note_named(entry).await?;
        self.add_entry_line(entry.id, line).await
    }

    async fn add_entry_line(&mut self, entry: EntryId, line: &EntryLine) -> Result<(), Error> {
        let (kind, answers, second) = match &line.what {
            EntryEvent::Corrected { answers, second } => ("corrected", Some(json(answers)), *second),
            EntryEvent::Closed => ("closed", None, None),
            EntryEvent::Reopened => ("reopened", None, None),
            EntryEvent::Lost => ("lost", None, None),
            EntryEvent::Found => ("found", None, None),
        };
        query(
            "INSERT INTO register_lines (entry, number, at, person, kind, reason, answers, second) VALUES (?, \
             (SELECT COUNT(*) FROM register_lines WHERE entry = ?), ?, ?, ?, ?, ?, ?)",
        )
        .bind(entry.to_string())
        .bind(entry.to_string())
        .bind(millis(line.at))
        .bind(line.by.map(|person| person.to_string()))
        .bind(kind)
        .bind(&line.reason)
        .bind(answers)
        .bind(second.map(|person| person.to_string()))
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
