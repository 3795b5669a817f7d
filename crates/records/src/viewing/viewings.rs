//! Who looked, or asks to look, at monitored data, and what for.

use domain::{PersonId, PolicyId, Role, ViewingId};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewing {
    pub id: ViewingId,
    pub viewer: PersonId,
    /// Whose or which activity, as JSON; its meaning is for `actions`.
    pub subject: String,
    pub purpose: String,
    pub policy: PolicyId,
    pub clause: String,
    /// The span of activity that is looked at.
    pub from: Timestamp,
    pub to: Timestamp,
    pub asked_at: Timestamp,
    /// Roles of whom a holder must agree first; empty where the clause asks for no second person.
    pub second_of: Vec<Role>,
    pub second: Option<PersonId>,
    pub second_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    /// Until then the person whose activity it is is not told; `None` where they are told as soon as it is opened.
    pub untold_until: Option<Timestamp>,
    /// Why telling them at once would do harm, in the viewer's words.
    pub untold_reason: Option<String>,
}

fn viewing_row(row: &Row) -> Result<Viewing, Error> {
    Ok(Viewing {
        id: row.word("id")?,
        viewer: row.word("viewer")?,
        subject: row.text("subject")?,
        purpose: row.text("purpose")?,
        policy: PolicyId(row.text("policy")?),
        clause: row.text("clause")?,
        from: row.time("from_at")?,
        to: row.time("to_at")?,
        asked_at: row.time("asked_at")?,
        second_of: row.json("second_of")?,
        second: row.maybe_word("second")?,
        second_at: row.maybe_time("second_at")?,
        opened_at: row.maybe_time("opened_at")?,
        untold_until: row.maybe_time("untold_until")?,
        untold_reason: row.maybe_text("untold_reason")?,
    })
}

impl Reading {
    pub async fn viewing(&mut self, id: ViewingId) -> Result<Option<Viewing>, Error> {
        let row = query("SELECT * FROM viewings WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(viewing_row).transpose()
    }

    /// The viewings that a person stated, newest first.
    pub async fn viewings_by(&mut self, viewer: PersonId) -> Result<Vec<Viewing>, Error> {
        let text = "SELECT * FROM viewings WHERE viewer = ? ORDER BY asked_at DESC, id DESC";
        let rows = query(text).bind(viewer.to_string()).fetch_all(self.transaction()).await?;
        rows.iter().map(viewing_row).collect()
    }

    /// The viewings whose purpose was stated after a moment and that no second person has agreed to, newest first.
    pub async fn unseconded_viewings(&mut self, after: Timestamp) -> Result<Vec<Viewing>, Error> {
        let text = "SELECT * FROM viewings WHERE asked_at > ? AND second IS NULL ORDER BY asked_at DESC, id DESC";
        let rows = query(text).bind(millis(after)).fetch_all(self.transaction()).await?;
        rows.iter().map(viewing_row).collect()
    }

    /// The viewings of one subject, as [`Viewing::subject`] has it, newest first.
    pub async fn viewings_of(&mut self, subject: &str) -> Result<Vec<Viewing>, Error> {
        let text = "SELECT * FROM viewings WHERE subject = ? ORDER BY asked_at DESC, id DESC";
        let rows = query(text).bind(subject).fetch_all(self.transaction()).await?;
        rows.iter().map(viewing_row).collect()
    }
}

impl Change {
    pub async fn add_viewing(&mut self, viewing: &Viewing) -> Result<(), Error> {
        query(
            "INSERT INTO viewings (id, viewer, subject, purpose, policy, clause, from_at, to_at, asked_at, second_of, \
             opened_at, untold_until, untold_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(viewing.id.to_string())
        .bind(viewing.viewer.to_string())
        .bind(&viewing.subject)
        .bind(&viewing.purpose)
        .bind(&viewing.policy.0)
        .bind(&viewing.clause)
        .bind(millis(viewing.from))
        .bind(millis(viewing.to))
        .bind(millis(viewing.asked_at))
        .bind(json(&viewing.second_of))
        .bind(maybe_millis(viewing.opened_at))
        .bind(maybe_millis(viewing.untold_until))
        .bind(viewing.untold_reason.as_deref())
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where somebody agreed before.
    pub async fn second_viewing(&mut self, id: ViewingId, by: PersonId) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query("UPDATE viewings SET second = ?, second_at = ? WHERE id = ? AND second IS NULL")
            .bind(by.to_string())
            .bind(at)
            .bind(id.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }

    pub async fn mark_viewing_opened(&mut self, id: ViewingId) -> Result<(), Error> {
        let at = millis(self.at());
        query("UPDATE viewings SET opened_at = coalesce(opened_at, ?) WHERE id = ?")
            .bind(at)
            .bind(id.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }
}
