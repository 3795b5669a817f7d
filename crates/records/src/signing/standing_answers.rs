//! What was said of consents that are asked once.

use domain::{PersonId, PolicyId, StandingAnswer, Version};

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

fn answer_row(row: &Row) -> Result<StandingAnswer, Error> {
    Ok(StandingAnswer {
        policy: PolicyId(row.text("policy")?),
        version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
        consent: row.text("consent")?,
        purpose: row.text("purpose")?,
        about: row.word("about")?,
        by: row.word("said_by")?,
        at: row.time("said_at")?,
        said: row.word("said")?,
    })
}

impl Reading {
    /// Every answer about everybody, those about one person in the order in which they were given.
    pub async fn standing_answers(&mut self) -> Result<Vec<StandingAnswer>, Error> {
        let rows = query("SELECT * FROM standing_answers ORDER BY about, number").fetch_all(self.transaction()).await?;
        rows.iter().map(answer_row).collect()
    }

    /// As [`Reading::standing_answers`], about one person alone.
    pub async fn standing_answers_about(&mut self, about: PersonId) -> Result<Vec<StandingAnswer>, Error> {
        let rows = query("SELECT * FROM standing_answers WHERE about = ? ORDER BY about, number")
            .bind(about.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(answer_row).collect()
    }
}

impl Change {
    /// Keeps an answer beside those before it.
    pub async fn add_standing_answer(&mut self, answer: &StandingAnswer) -> Result<(), Error> {
        query(
            "INSERT INTO standing_answers (about, number, policy, version, consent, purpose, said_by, said_at, said) \
             VALUES (?, (SELECT COUNT(*) FROM standing_answers WHERE about = ?), ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(answer.about.to_string())
        .bind(answer.about.to_string())
        .bind(&answer.policy.0)
        .bind(i64::from(answer.version.0))
        .bind(&answer.consent)
        .bind(&answer.purpose)
        .bind(answer.by.to_string())
        .bind(millis(answer.at))
        .bind(answer.said.name())
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
