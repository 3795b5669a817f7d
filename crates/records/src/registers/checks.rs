//! When registers were checked, by whom, and what they found; and when what their entries list was seen.

use domain::{EntryId, PersonId, PolicyId, RegisterCheck, RegisterId, Version};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

fn check_row(row: &Row) -> Result<RegisterCheck, Error> {
    Ok(RegisterCheck {
        policy: PolicyId(row.text("policy")?),
        version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
        register: row.text("register")?,
        by: row.word("checked_by")?,
        at: row.time("checked_at")?,
        entries: row.number("entries")?.unsigned_abs(),
        finding: row.text("finding")?,
    })
}

impl Reading {
    /// The checks of a register, the last first, `most` of them.
    pub async fn register_checks(
        &mut self,
        (policy, register): (&PolicyId, &str),
        most: u64,
    ) -> Result<Vec<RegisterCheck>, Error> {
        let rows =
            query("SELECT * FROM register_checks WHERE policy = ? AND register = ? ORDER BY checked_at DESC LIMIT ?")
                .bind(&policy.0)
                .bind(register)
                .bind(i64::try_from(most).unwrap_or(i64::MAX))
                .fetch_all(self.transaction())
                .await?;
        rows.iter().map(check_row).collect()
    }

    /// When what an entry lists was seen, and by whom, in the order of time.
    pub async fn sightings(&mut self, entry: EntryId) -> Result<Vec<(Timestamp, PersonId)>, Error> {
        let rows = query("SELECT seen_at, seen_by FROM register_sightings WHERE entry = ? ORDER BY seen_at")
            .bind(entry.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(|row| Ok((row.time("seen_at")?, row.word("seen_by")?))).collect()
    }

    /// When each register was checked last that ever was.
    pub async fn last_register_checks(&mut self) -> Result<Vec<(RegisterId, Timestamp)>, Error> {
        let rows =
            query("SELECT policy, register, max(checked_at) AS at FROM register_checks GROUP BY policy, register")
                .fetch_all(self.transaction())
                .await?;
        let last =
            |row: &Row| Ok((RegisterId::of(&PolicyId(row.text("policy")?), &row.text("register")?), row.time("at")?));
        rows.iter().map(last).collect()
    }
}

impl Change {
    /// Keeps that somebody saw what an entry lists.
    pub async fn add_sighting(&mut self, entry: EntryId, by: PersonId, at: Timestamp) -> Result<(), Error> {
        query(
            "INSERT INTO register_sightings (entry, seen_at, seen_by) VALUES (?, ?, ?) \
             ON CONFLICT (entry, seen_at) DO NOTHING",
        )
        .bind(entry.to_string())
        .bind(millis(at))
        .bind(by.to_string())
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    pub async fn add_register_check(&mut self, check: &RegisterCheck) -> Result<(), Error> {
        query(
            "INSERT INTO register_checks (policy, register, version, checked_by, checked_at, entries, finding) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&check.policy.0)
        .bind(&check.register)
        .bind(i64::from(check.version.0))
        .bind(check.by.to_string())
        .bind(millis(check.at))
        .bind(i64::try_from(check.entries).unwrap_or(i64::MAX))
        .bind(&check.finding)
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
