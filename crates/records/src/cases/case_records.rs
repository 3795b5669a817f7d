//! What people reported, whom it is about, and what became of it.

use std::collections::BTreeMap;

use domain::{
    ActionId, Case, CaseAction, CaseEntry, CaseEvent, CaseId, CaseState, EntryId, Escalation, ExportId, FormAnswers,
    PersonId, PolicyId, Version,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::engine::query::{Query, Row, SqlValue, query};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// A case with what was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    pub case: Case,
    /// What happened, in the reporter's words.
    pub told: String,
    /// What the clause's form asked for besides.
    pub needs: FormAnswers,
}

/// A page of cases: which, and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CasesOf {
    /// Those that are not closed, oldest first.
    Open,
    /// Those that were closed from this moment on, newest first.
    ClosedSince(Timestamp),
    /// Those that are closed and were handed out in a file whose receipt is awaited, oldest first.
    ClosedAwaitingReceipt,
    /// What a person reported, newest first.
    Reporter(PersonId),
    /// Those that are about a person, oldest first.
    About(PersonId),
    /// Those by which a site was closed, newest first.
    ClosingSites,
    /// Those that say that what an entry lists is lost or stolen, newest first.
    Losing(EntryId),
    /// Those of the reports with these ids, of whichever policy, newest first.
    Reports(Vec<String>),
}

/// What is kept of an action that is done.
#[derive(Serialize, Deserialize)]
struct DoneParts {
    action: ActionId,
    text: String,
    outcome: String,
}

/// What is kept of a time that was put right.
#[derive(Serialize, Deserialize)]
struct KnownSinceParts {
    before: Timestamp,
    since: Timestamp,
}

/// What is kept of a case that went from some people to others.
#[derive(Serialize, Deserialize)]
struct HandedOverParts {
    had: Vec<PersonId>,
    have: Vec<PersonId>,
}

/// What is kept of an export, of whom it was for and why.
#[derive(Serialize, Deserialize)]
struct ExportParts {
    export: ExportId,
    to: String,
    reason: String,
}

/// What is kept of the receipt for an export.
#[derive(Serialize, Deserialize)]
struct ReceiptParts {
    export: ExportId,
    by: String,
    on: Date,
}

fn state_of(row: &Row) -> Result<CaseState, Error> {
    Ok(match row.text("state")?.as_str() {
        "taken-up" => CaseState::TakenUp { by: row.word("settled_by")?, at: row.time("settled_at")? },
        "closed" => CaseState::Closed {
            by: row.word("settled_by")?,
            at: row.time("settled_at")?,
            reason: row.text("close_reason")?,
        },
        _ => CaseState::Open,
    })
}

/// The columns of a state: its name, by whom and when it came about, and why.
fn state_columns(state: &CaseState) -> (&'static str, Option<PersonId>, Option<Timestamp>, Option<&str>) {
    match state {
        CaseState::Open => ("open", None, None, None),
        CaseState::TakenUp { by, at } => ("taken-up", Some(*by), Some(*at), None),
        CaseState::Closed { by, at, reason } => ("closed", Some(*by), Some(*at), Some(reason)),
    }
}

fn case_row(row: &Row) -> Result<CaseRecord, Error> {
    Ok(CaseRecord {
        case: Case {
            id: row.word("id")?,
            policy: PolicyId(row.text("policy")?),
            version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
            clause: row.text("clause")?,
            report: row.text("report")?,
            reporter: row.maybe_word("reporter")?,
            in_confidence: row.flag("in_confidence")?,
            about: Vec::new(),
            sent_to: row.json("sent_to")?,
            passed_to: row.json("passed_to")?,
            escalation: row.json("escalation")?,
            opened_at: row.time("opened_at")?,
            reopened_at: row.maybe_time("reopened_at")?,
            due: row.maybe_time("due_at")?,
            deadline: row.maybe_time("deadline_at")?,
            clock_from: row.maybe_time("clock_from")?,
            regulator_said_at: row.maybe_time("regulator_said_at")?,
            actions: Vec::new(),
            lost: row.json("lost")?,
            state: state_of(row)?,
        },
        told: row.text("told")?,
        needs: row.json("needs")?,
    })
}

impl Reading {
    pub async fn case(&mut self, id: CaseId) -> Result<Option<CaseRecord>, Error> {
        let rows = query("SELECT * FROM cases WHERE id = ?").bind(id.to_string()).fetch_all(self.transaction()).await?;
        let about = query("SELECT * FROM case_about WHERE case_id = ? ORDER BY number, person")
            .bind(id.to_string())
            .fetch_all(self.transaction())
            .await?;
        let actions = query(format!("SELECT * FROM case_entries WHERE case_id = ? AND {OF_ACTIONS}"))
            .bind(id.to_string())
            .fetch_all(self.transaction())
            .await?;
        Ok(whole(&rows, &about, &actions)?.pop())
    }

    /// The case that a code belongs to, by the code's hash.
    pub async fn case_by_code(&mut self, code_hash: &str) -> Result<Option<CaseRecord>, Error> {
        let row = query("SELECT id FROM cases WHERE code_hash = ?")
            .bind(code_hash)
            .fetch_optional(self.transaction())
            .await?;
        match row {
            Some(row) => self.case(row.word("id")?).await,
            None => Ok(None),
        }
    }

    pub async fn cases(&mut self, of: CasesOf) -> Result<Vec<CaseRecord>, Error> {
        // The states are written out: an index of some of the rows serves no value that is bound.
        let newest_first = "opened_at DESC, id DESC";
        let (which, order, values): (_, _, Vec<SqlValue>) = match of {
            CasesOf::Open => ("state <> 'closed'".to_owned(), "opened_at, id", Vec::new()),
            CasesOf::ClosedSince(from) => {
                let which = "state = 'closed' AND settled_at >= ?".to_owned();
                (which, "settled_at DESC, id DESC", vec![millis(from).into()])
            }
            CasesOf::ClosedAwaitingReceipt => {
                let which = "state = 'closed' AND id IN (SELECT case_id FROM awaited_receipts)".to_owned();
                (which, "opened_at, id", Vec::new())
            }
            CasesOf::Reporter(person) => ("reporter = ?".to_owned(), newest_first, vec![person.to_string().into()]),
            CasesOf::Losing(entry) => {
                ("lost LIKE ?".to_owned(), newest_first, vec![format!("%{}%", json(&entry)).into()])
            }
            CasesOf::ClosingSites => ("id IN (SELECT case_id FROM closed_sites)".to_owned(), newest_first, Vec::new()),
            CasesOf::Reports(ids) if ids.is_empty() => return Ok(Vec::new()),
            CasesOf::Reports(ids) => {
                let which = format!("report IN ({})", vec!["?"; ids.len()].join(", "));
                (which, newest_first, ids.into_iter().map(SqlValue::from).collect())
            }
            CasesOf::About(person) => {
                let which = "id IN (SELECT case_id FROM case_about WHERE person = ?)".to_owned();
                (which, "opened_at, id", vec![person.to_string().into()])
            }
        };
        let of_them = |text: String| values.iter().cloned().fold(query(text), Query::bind);
        let rows = of_them(format!("SELECT * FROM cases WHERE {which} ORDER BY {order}"));
        let rows = rows.fetch_all(self.transaction()).await?;
        let about = of_them(format!(
            "SELECT * FROM case_about WHERE case_id IN (SELECT id FROM cases WHERE {which}) ORDER BY number, person"
        ));
        let about = about.fetch_all(self.transaction()).await?;
        let actions = of_them(format!(
            "SELECT * FROM case_entries WHERE case_id IN (SELECT id FROM cases WHERE {which}) AND {OF_ACTIONS}"
        ));
        let actions = actions.fetch_all(self.transaction()).await?;
        whole(&rows, &about, &actions)
    }

    /// By which reports of which policies cases came from a person since a moment; of `None`, from all who were not signed
    /// in.
    pub async fn reports_by(
        &mut self,
        reporter: Option<PersonId>,
        since: Timestamp,
    ) -> Result<Vec<(PolicyId, String)>, Error> {
        let came = match reporter {
            Some(person) => query("SELECT policy, report FROM cases WHERE opened_at > ? AND reporter = ?")
                .bind(millis(since))
                .bind(person.to_string()),
            None => {
                query("SELECT policy, report FROM cases WHERE opened_at > ? AND reporter IS NULL").bind(millis(since))
            }
        };
        let rows = came.fetch_all(self.transaction()).await?;
        rows.iter().map(|row| Ok((PolicyId(row.text("policy")?), row.text("report")?))).collect()
    }

    /// What was done with a case, in its order.
    pub async fn case_entries(&mut self, id: CaseId) -> Result<Vec<CaseEntry>, Error> {
        let rows = query("SELECT * FROM case_entries WHERE case_id = ? ORDER BY number")
            .bind(id.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(entry_row).collect()
    }
}

/// The lines of a history that say what is to be done and what came of it, in their order.
const OF_ACTIONS: &str = "kind IN ('action-set', 'action-done') ORDER BY case_id, number";

/// Cases with the people whom each is about and the actions of each.
fn whole(rows: &[Row], about: &[Row], actions: &[Row]) -> Result<Vec<CaseRecord>, Error> {
    let mut people: BTreeMap<CaseId, Vec<PersonId>> = BTreeMap::new();
    for row in about {
        people.entry(row.word("case_id")?).or_default().push(row.word("person")?);
    }
    let mut events: BTreeMap<CaseId, Vec<CaseEvent>> = BTreeMap::new();
    for row in actions {
        events.entry(row.word("case_id")?).or_default().push(entry_row(row)?.what);
    }
    let mut records = rows.iter().map(case_row).collect::<Result<Vec<_>, Error>>()?;
    for record in &mut records {
        record.case.about = people.remove(&record.case.id).unwrap_or_default();
        record.case.actions = actions_of(events.remove(&record.case.id).unwrap_or_default());
    }
    Ok(records)
}

/// The actions that a history tells of, each with what came of it.
fn actions_of(events: Vec<CaseEvent>) -> Vec<CaseAction> {
    let mut actions: Vec<CaseAction> = Vec::new();
    for event in events {
        match event {
            CaseEvent::ActionSet(action) => actions.push(action),
            CaseEvent::ActionDone { action, outcome, .. } => {
                let done = actions.iter_mut().find(|known| known.id == action);
                done.into_iter().for_each(|done| done.outcome = Some(outcome.clone()));
            }
            _ => {}
        }
    }
    actions
}

fn entry_row(row: &Row) -> Result<CaseEntry, Error> {
    let words = |row: &Row| row.maybe_text("words").map(Option::unwrap_or_default);
    let what = match row.text("kind")?.as_str() {
        "taken-up" => CaseEvent::TakenUp { from: row.maybe_word("other")? },
        "noted" => CaseEvent::Noted { text: words(row)? },
        "written-down" => CaseEvent::WrittenDown(row.json("parts")?),
        "answered" => CaseEvent::Answered { text: words(row)? },
        "passed-on" => CaseEvent::PassedOn { to: row.role("to_role")?, note: words(row)? },
        "is-about" => CaseEvent::IsAbout { person: row.word("other")?, to: row.roles("to_role")? },
        "action-set" => CaseEvent::ActionSet(row.json("parts")?),
        "action-done" => {
            let DoneParts { action, text, outcome } = row.json("parts")?;
            CaseEvent::ActionDone { action, text, outcome }
        }
        "exported" => {
            let ExportParts { export, to, reason } = row.json("parts")?;
            CaseEvent::Exported { export, to, reason }
        }
        "receipt-noted" => {
            let ReceiptParts { export, by, on } = row.json("parts")?;
            CaseEvent::ReceiptNoted { export, by, on }
        }
        "no-receipt" => CaseEvent::NoReceipt { export: row.json("parts")?, reason: words(row)? },
        "known-since" => {
            let KnownSinceParts { before, since } = row.json("parts")?;
            CaseEvent::KnownSinceCorrected { before, since, reason: words(row)? }
        }
        "handed-over" => {
            let HandedOverParts { had, have } = row.json("parts")?;
            CaseEvent::HandedOver { had, have }
        }
        "linked" => CaseEvent::Linked { to: row.json("parts")? },
        "unlinked" => CaseEvent::Unlinked { to: row.json("parts")? },
        "said-lost" => CaseEvent::SaidLost { entry: row.json("parts")? },
        "site-closed" | "site-left-open" | "site-reopened" => {
            CaseEvent::SiteDecided { site: row.json("parts")?, decision: row.word("kind")?, reason: words(row)? }
        }
        "closed" => CaseEvent::Closed { reason: words(row)? },
        _ => CaseEvent::Reopened { reason: words(row)? },
    };
    Ok(CaseEntry { at: row.time("at")?, by: row.word("person")?, what })
}

impl Change {
    /// Keeps a new case; `code_hash` is that of the code by which it is followed.
    pub async fn add_case(&mut self, record: &CaseRecord, code_hash: &str) -> Result<(), Error> {
        let case = &record.case;
        query(
            "INSERT INTO cases (id, policy, version, clause, report, reporter, in_confidence, sent_to, passed_to, lost, \
             told, needs, code_hash, opened_at, due_at, deadline_at, clock_from, state) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        )
        .bind(case.id.to_string())
        .bind(&case.policy.0)
        .bind(i64::from(case.version.0))
        .bind(&case.clause)
        .bind(&case.report)
        .bind(case.reporter.map(|person| person.to_string()))
        .bind(case.in_confidence)
        .bind(json(&case.sent_to))
        .bind(json(&case.passed_to))
        .bind(json(&case.lost))
        .bind(&record.told)
        .bind(json(&record.needs))
        .bind(code_hash)
        .bind(millis(case.opened_at))
        .bind(maybe_millis(case.due))
        .bind(maybe_millis(case.deadline))
        .bind(maybe_millis(case.clock_from))
        .execute(self.transaction())
        .await?;
        for person in &case.about {
            self.add_case_about(case.id, *person).await?;
        }
        Ok(())
    }

    async fn add_case_about(&mut self, case: CaseId, person: PersonId) -> Result<(), Error> {
        query(
            "INSERT INTO case_about (case_id, person, number) VALUES (?, ?, \
             (SELECT COALESCE(MAX(number) + 1, 0) FROM case_about WHERE case_id = ?))",
        )
        .bind(case.to_string())
        .bind(person.to_string())
        .bind(case.to_string())
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// Keeps a case as a step left it, and the step in its history.
    pub async fn step_case(&mut self, case: &Case, entry: &CaseEntry) -> Result<(), Error> {
        let (state, by, at, reason) = state_columns(&case.state);
        query(
            "UPDATE cases SET passed_to = ?, lost = ?, reopened_at = ?, due_at = ?, deadline_at = ?, clock_from = ?, \
             regulator_said_at = ?, state = ?, settled_by = ?, settled_at = ?, close_reason = ? WHERE id = ?",
        )
        .bind(json(&case.passed_to))
        .bind(json(&case.lost))
        .bind(maybe_millis(case.reopened_at))
        .bind(maybe_millis(case.due))
        .bind(maybe_millis(case.deadline))
        .bind(maybe_millis(case.clock_from))
        .bind(maybe_millis(case.regulator_said_at))
        .bind(state)
        .bind(by.map(|person| person.to_string()))
        .bind(maybe_millis(at))
        .bind(reason.map(str::to_owned))
        .bind(case.id.to_string())
        .execute(self.transaction())
        .await?;
        if let CaseEvent::IsAbout { person, .. } = &entry.what {
            self.add_case_about(case.id, *person).await?;
        }
        self.add_case_entry(case.id, entry).await
    }

    /// Keeps where a case went because something was not done in time.
    pub async fn escalate_case(&mut self, case: CaseId, escalation: &Escalation) -> Result<(), Error> {
        query("UPDATE cases SET escalation = ? WHERE id = ?")
            .bind(json(escalation))
            .bind(case.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// Keeps a line in the history of a case, of which nothing else changes.
    pub async fn add_case_entry(&mut self, case: CaseId, entry: &CaseEntry) -> Result<(), Error> {
        let (kind, words, to_role, other) = entry_columns(&entry.what);
        query(
            "INSERT INTO case_entries (case_id, number, at, person, kind, words, to_role, other, parts) VALUES (?, \
             (SELECT COUNT(*) FROM case_entries WHERE case_id = ?), ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(case.to_string())
        .bind(case.to_string())
        .bind(millis(entry.at))
        .bind(entry.by.to_string())
        .bind(kind)
        .bind(words.map(str::to_owned))
        .bind(to_role)
        .bind(other.map(|person| person.to_string()))
        .bind(parts(&entry.what))
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}

/// What a line of a history says beside words, a role and a person.
fn parts(what: &CaseEvent) -> Option<String> {
    match what {
        CaseEvent::WrittenDown(line) => Some(json(line)),
        CaseEvent::ActionSet(action) => Some(json(action)),
        CaseEvent::ActionDone { action, text, outcome } => {
            Some(json(&DoneParts { action: *action, text: text.clone(), outcome: outcome.clone() }))
        }
        CaseEvent::KnownSinceCorrected { before, since, .. } => {
            Some(json(&KnownSinceParts { before: *before, since: *since }))
        }
        CaseEvent::HandedOver { had, have } => Some(json(&HandedOverParts { had: had.clone(), have: have.clone() })),
        CaseEvent::Linked { to } | CaseEvent::Unlinked { to } => Some(json(to)),
        CaseEvent::SaidLost { entry } => Some(json(entry)),
        CaseEvent::SiteDecided { site, .. } => Some(json(site)),
        CaseEvent::Exported { export, to, reason } => {
            Some(json(&ExportParts { export: *export, to: to.clone(), reason: reason.clone() }))
        }
        CaseEvent::ReceiptNoted { export, by, on } => {
            Some(json(&ReceiptParts { export: *export, by: by.clone(), on: *on }))
        }
        CaseEvent::NoReceipt { export, .. } => Some(json(export)),
        _ => None,
    }
}

/// Its kind, words, roles with a space between, and another person.
type EntryColumns<'e> = (&'static str, Option<&'e str>, Option<String>, Option<PersonId>);

fn entry_columns(what: &CaseEvent) -> EntryColumns<'_> {
    match what {
        CaseEvent::TakenUp { from } => ("taken-up", None, None, *from),
        CaseEvent::Noted { text } => ("noted", Some(text), None, None),
        CaseEvent::WrittenDown(_) => ("written-down", None, None, None),
        CaseEvent::ActionSet(_) => ("action-set", None, None, None),
        CaseEvent::ActionDone { .. } => ("action-done", None, None, None),
        CaseEvent::KnownSinceCorrected { reason, .. } => ("known-since", Some(reason), None, None),
        CaseEvent::HandedOver { .. } => ("handed-over", None, None, None),
        CaseEvent::Linked { .. } => ("linked", None, None, None),
        CaseEvent::Unlinked { .. } => ("unlinked", None, None, None),
        CaseEvent::SaidLost { .. } => ("said-lost", None, None, None),
        CaseEvent::SiteDecided { decision, reason, .. } => (decision.name(), Some(reason), None, None),
        CaseEvent::Exported { .. } => ("exported", None, None, None),
        CaseEvent::ReceiptNoted { .. } => ("receipt-noted", None, None, None),
        CaseEvent::NoReceipt { reason, .. } => ("no-receipt", Some(reason), None, None),
        CaseEvent::Answered { text } => ("answered", Some(text), None, None),
        CaseEvent::PassedOn { to, note } => ("passed-on", Some(note), Some(to.name().to_owned()), None),
        CaseEvent::IsAbout { person, to } => {
            let roles: Vec<&str> = to.iter().map(|role| role.name()).collect();
            ("is-about", None, Some(roles.join(" ")).filter(|roles| !roles.is_empty()), Some(*person))
        }
        CaseEvent::Closed { reason } => ("closed", Some(reason), None, None),
        CaseEvent::Reopened { reason } => ("reopened", Some(reason), None, None),
    }
}
