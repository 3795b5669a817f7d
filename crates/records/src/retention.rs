//! How long the rows of each table are kept, and why: one list, which the sweep obeys and `docs/RETENTION.md` prints.
//! Whoever adds a table says so here; a test fails until they do.

use jiff::Timestamp;

use crate::engine::query::query;
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;

/// What a school sets a time of keeping for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionPeriod {
    SignIns,
    Invitations,
    Reminders,
    Declines,
    Requests,
    Sanctions,
    Viewings,
    Reports,
    Agreements,
    Notices,
    RegisterEntries,
}

/// How long the rows of a table stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptFor {
    /// As long as there are records.
    Always,
    /// As long as the row of another table that they belong to, which `column` names.
    Parent { table: &'static str, column: &'static str },
    /// A time that the school sets.
    Period {
        period: RetentionPeriod,
        /// The columns that tell one row from another.
        key: &'static str,
        /// From when it counts, in words: `the sign-in ended`.
        from: &'static str,
        /// The condition in SQL for a row that it counts for since before `?1`.
        over: &'static str,
    },
}

/// How long one table's rows are kept, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableRetention {
    pub table: &'static str,
    /// What the table holds, in words.
    pub holds: &'static str,
    pub kept_for: KeptFor,
    pub why: &'static str,
}

const fn always(table: &'static str, holds: &'static str, why: &'static str) -> TableRetention {
    TableRetention { table, holds, kept_for: KeptFor::Always, why }
}

const fn with(
    table: &'static str,
    holds: &'static str,
    (parent, column): (&'static str, &'static str),
) -> TableRetention {
    let why = "It says nothing without what it belongs to.";
    TableRetention { table, holds, kept_for: KeptFor::Parent { table: parent, column }, why }
}

const fn period(
    (table, key): (&'static str, &'static str),
    holds: &'static str,
    period: RetentionPeriod,
    (from, over): (&'static str, &'static str),
    why: &'static str,
) -> TableRetention {
    TableRetention { table, holds, kept_for: KeptFor::Period { period, key, from, over }, why }
}

/// Every table of the records.
pub const RETENTION: &[TableRetention] = &[
    always("people", "people and what the school says of them", "Signatures, requests and reports name them."),
    with("person_groups", "the classes and groups that people are in", ("people", "person")),
    with("person_roles", "the roles that people hold", ("people", "person")),
    with("guardianship", "whose parent somebody is", ("people", "parent")),
    with("credentials", "passwords, hashed", ("people", "person")),
    always("role_catalogue", "the school’s roles and their duties", "Policies name them."),
    period(
        ("invitations", "token_hash"),
        "invitations to set a password",
        RetentionPeriod::Invitations,
        ("the invitation ran out", "expires_at < ?1"),
        "Whoever asks why a link no longer works can still be told.",
    ),
    period(
        ("sessions", "id"),
        "sign-ins, with the address that they came from",
        RetentionPeriod::SignIns,
        ("the sign-in ended", "ended_at < ?1"),
        "Somebody whose account was misused can look back over a year.",
    ),
    always("versions", "texts of policies", "Agreements and the ledger name the version."),
    always("approvals", "who approved a version", "They belong to the version’s history."),
    period(
        ("agreements", "id"),
        "signatures",
        RetentionPeriod::Agreements,
        ("the person whom it binds left", "binds IN (SELECT id FROM people WHERE status = 'left' AND left_at < ?1)"),
        "They show what a person agreed to. No law sets a time: the school chooses one.",
    ),
    with("countersignatures", "who accepted a signature for the school", ("agreements", "agreement")),
    period(
        ("standing_answers", "about, number"),
        "what was said of consents that are asked once",
        RetentionPeriod::Agreements,
        ("the person whom it is about left", "about IN (SELECT id FROM people WHERE status = 'left' AND left_at < ?1)"),
        "They show what the school was allowed to do, and when.",
    ),
    period(
        ("declines", "id"),
        "why somebody did not sign, and what they were answered",
        RetentionPeriod::Declines,
        ("it was answered", "answered_at < ?1"),
        "The next version may meet the same objection.",
    ),
    period(
        ("reminders", "person, policy, version, number"),
        "who was reminded to sign",
        RetentionPeriod::Reminders,
        ("the reminder was given", "at < ?1"),
        "They matter for as long as a version is being signed.",
    ),
    period(
        ("requests", "id"),
        "what people asked for, and the answers",
        RetentionPeriod::Requests,
        (
            "it was answered or withdrawn, whatever it gave has ended, and no register has an entry of it",
            "state <> 'waiting' AND decided_at < ?1 AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.request = \
             requests.id AND (grants.ended_at IS NULL OR grants.ended_at >= ?1 OR EXISTS (SELECT 1 FROM \
             register_entries WHERE register_entries.grant_id = grants.id)))",
        ),
        "Whoever asks again, or decides again, can see what was answered before.",
    ),
    with("hand_ons", "to whom a request was handed on", ("requests", "request")),
    with("request_file_contents", "the pictures of a request to publish something", ("requests", "request")),
    with(
        "request_files",
        "which pictures were added to a request and taken out again, by whom and when",
        ("requests", "request"),
    ),
    with("grants", "what was given, until when", ("requests", "request")),
    period(
        ("sanctions", "id"),
        "access that was withdrawn",
        RetentionPeriod::Sanctions,
        ("access was given back", "COALESCE(lifted_at, until_at) < ?1"),
        "A second time is judged differently from a first.",
    ),
    period(
        ("viewings", "id"),
        "who looked at monitored data, and for what purpose",
        RetentionPeriod::Viewings,
        (
            "the purpose was stated or, where the person is told later, they were told",
            "asked_at < ?1 AND (untold_until IS NULL OR untold_until < ?1)",
        ),
        "The person whose data it was can ask who looked.",
    ),
    period(
        ("cases", "id"),
        "what was reported, and how it was dealt with",
        RetentionPeriod::Reports,
        ("it was closed", "state = 'closed' AND settled_at < ?1"),
        "A concern about a child may matter for as long as a child-protection file is kept: the school chooses the time.",
    ),
    with("case_about", "whom a report is about", ("cases", "case_id")),
    with("case_entries", "what was done about a report", ("cases", "case_id")),
    with("awaited_receipts", "which exports of a report await a receipt", ("cases", "case_id")),
    with("case_file_contents", "what stands in the files of a report", ("cases", "case_id")),
    with(
        "case_files",
        "which files were added to a report and taken out again, by whom and when",
        ("cases", "case_id"),
    ),
    period(
        ("closed_sites", "id"),
        "sites that were closed by a report",
        RetentionPeriod::Reports,
        ("the site was opened again", "opened_at < ?1"),
        "A site stays closed for as long as nobody opens it, though its report is no longer kept.",
    ),
    period(
        ("register_entries", "id"),
        "what is written down in the registers that policies have the school keep",
        RetentionPeriod::RegisterEntries,
        (
            "it was closed; or the permission that it writes down had ended, where nothing has to come back",
            "closed_at < ?1 OR (grant_id IS NOT NULL AND comes_back = 0 AND NOT EXISTS (SELECT 1 FROM grants WHERE \
             grants.id = register_entries.grant_id AND (grants.ended_at IS NULL OR grants.ended_at >= ?1)))",
        ),
        "A register of devices and one of searches serve for different times: the school chooses one for all.",
    ),
    with("register_named", "whom an entry names", ("register_entries", "entry")),
    with("register_lines", "how an entry was corrected and closed", ("register_entries", "entry")),
    with("register_signatures", "who signed for what an entry lists, or why not", ("register_entries", "entry")),
    with("register_sightings", "who saw what an entry lists, and when", ("register_entries", "entry")),
    period(
        ("register_checks", "policy, register, checked_at"),
        "who checked a register, and what they found",
        RetentionPeriod::RegisterEntries,
        (
            "it was checked, where it has been checked since",
            "checked_at < ?1 AND EXISTS (SELECT 1 FROM register_checks AS later WHERE later.policy = \
             register_checks.policy AND later.register = register_checks.register AND later.checked_at > \
             register_checks.checked_at)",
        ),
        "The last check says when the next one is due.",
    ),
    period(
        ("notices", "id"),
        "that somebody was told of a report or a request, and whether it went by mail",
        RetentionPeriod::Notices,
        ("they were told", "made_at < ?1"),
        "Whoever asks why they were not told can still be answered.",
    ),
    always("ledger", "what was done, by identifiers alone", "Each entry proves the one before it."),
    always("ledger_head", "where the ledger ends", "Entries taken from its end are missed by it."),
    always("write_checks", "how often writing was checked", "It is one number about nobody."),
];

impl Change {
    /// Removes rows of `table` for which the time counts since before `cutoff`, and what belongs to them: `most` at once.
    /// How many went.
    ///
    /// # Errors
    /// Records that can't be reached.
    pub async fn remove_past_keeping(
        &mut self,
        table: &TableRetention,
        cutoff: Timestamp,
        most: u32,
    ) -> Result<u64, Error> {
        let KeptFor::Period { key, over, .. } = table.kept_for else { return Ok(0) };
        let chosen = format!("SELECT {key} FROM {} WHERE {over} ORDER BY {key} LIMIT {most}", table.table);
        for child in RETENTION {
            if let KeptFor::Parent { table: parent, column } = child.kept_for
                && parent == table.table
            {
                let statement = format!("DELETE FROM {} WHERE {column} IN ({chosen})", child.table);
                query(statement).bind(millis(cutoff)).execute(self.transaction()).await?;
            }
        }
        let statement = format!("DELETE FROM {} WHERE ({key}) IN ({chosen})", table.table);
        query(statement).bind(millis(cutoff)).execute(self.transaction()).await
    }
}
