//! Access that was taken away, and given back.

use domain::{PersonId, PolicyId, Sanction, SanctionId};

use crate::engine::query::{Row, query};
use crate::engine::values::{maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

fn sanction_row(row: &Row) -> Result<Sanction, Error> {
    Ok(Sanction {
        id: row.word("id")?,
        person: row.word("person")?,
        policy: PolicyId(row.text("policy")?),
        clause: row.text("clause")?,
        reason: row.text("reason")?,
        imposed_by: row.word("imposed_by")?,
        from: row.time("from_at")?,
        until: row.maybe_time("until_at")?,
        lifted_at: row.maybe_time("lifted_at")?,
        lifted_by: row.maybe_word("lifted_by")?,
        lift_reason: row.maybe_text("lift_reason")?,
    })
}

impl Reading {
    pub async fn sanction(&mut self, id: SanctionId) -> Result<Option<Sanction>, Error> {
        let row = query("SELECT * FROM sanctions WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(sanction_row).transpose()
    }

    /// Sanctions that nobody has lifted; whether one still holds, its time says. Newest first.
    pub async fn open_sanctions(&mut self) -> Result<Vec<Sanction>, Error> {
        let rows = query("SELECT * FROM sanctions WHERE lifted_at IS NULL ORDER BY from_at DESC, id DESC")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(sanction_row).collect()
    }

    /// As [`Reading::open_sanctions`], of these people alone.
    pub async fn open_sanctions_of(&mut self, people: &[PersonId]) -> Result<Vec<Sanction>, Error> {
        let select = "SELECT * FROM sanctions WHERE lifted_at IS NULL AND person";
        self.rows_of(select, people, "from_at DESC, id DESC").await?.iter().map(sanction_row).collect()
    }

    /// Newest first.
    pub async fn sanctions_of(&mut self, person: PersonId) -> Result<Vec<Sanction>, Error> {
        let rows = query("SELECT * FROM sanctions WHERE person = ? ORDER BY from_at DESC, id DESC")
            .bind(person.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(sanction_row).collect()
    }
}

impl Change {
    pub async fn add_sanction(&mut self, sanction: &Sanction) -> Result<(), Error> {
        query(
            "INSERT INTO sanctions (id, person, policy, clause, reason, imposed_by, from_at, until_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(sanction.id.to_string())
        .bind(sanction.person.to_string())
        .bind(&sanction.policy.0)
        .bind(&sanction.clause)
        .bind(&sanction.reason)
        .bind(sanction.imposed_by.to_string())
        .bind(millis(sanction.from))
        .bind(maybe_millis(sanction.until))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where it was lifted before.
    pub async fn lift_sanction(&mut self, id: SanctionId, by: PersonId, reason: &str) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query(
            "UPDATE sanctions SET lifted_at = ?, lifted_by = ?, lift_reason = ? WHERE id = ? AND lifted_at IS NULL",
        )
        .bind(at)
        .bind(by.to_string())
        .bind(reason)
        .bind(id.to_string())
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }
}
