//! Somebody could not agree, and said why.

use domain::{DeclineId, PersonId, PolicyId, Version};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineRecord {
    pub id: DeclineId,
    pub policy: PolicyId,
    pub version: Version,
    pub person: PersonId,
    /// Whom the signature would have bound.
    pub binds: PersonId,
    pub reason: String,
    pub at: Timestamp,
    pub answer: Option<String>,
    pub answered_by: Option<PersonId>,
    pub answered_at: Option<Timestamp>,
}

fn decline_row(row: &Row) -> Result<DeclineRecord, Error> {
    Ok(DeclineRecord {
        id: row.word("id")?,
        policy: PolicyId(row.text("policy")?),
        version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
        person: row.word("person")?,
        binds: row.word("binds")?,
        reason: row.text("reason")?,
        at: row.time("at")?,
        answer: row.maybe_text("answer")?,
        answered_by: row.maybe_word("answered_by")?,
        answered_at: row.maybe_time("answered_at")?,
    })
}

impl Reading {
    /// The declines that a person gave, and those of some policies, newest first: those after the first `skip`, `take` at
    /// the most; and how many there are in all.
    pub async fn declines_by_or_of(
        &mut self,
        person: PersonId,
        policies: &[&PolicyId],
        skip: u64,
        take: u64,
    ) -> Result<(Vec<DeclineRecord>, u64), Error> {
        let listed = vec!["?"; policies.len()].join(", ");
        let which = if policies.is_empty() { String::new() } else { format!("OR policy IN ({listed})") };
        let bound = |text: String| {
            let text = query(text).bind(person.to_string());
            policies.iter().fold(text, |text, policy| text.bind(&policy.0))
        };
        let count = bound(format!("SELECT count(*) AS total FROM declines WHERE person = ? {which}"));
        let total = count.fetch_one(self.transaction()).await?.number("total")?.unsigned_abs();
        let newest_first = "ORDER BY at DESC, id DESC LIMIT ? OFFSET ?";
        let rows = bound(format!("SELECT * FROM declines WHERE person = ? {which} {newest_first}"))
            .bind(i64::try_from(take).unwrap_or(i64::MAX))
            .bind(i64::try_from(skip).unwrap_or(i64::MAX))
            .fetch_all(self.transaction())
            .await?;
        Ok((rows.iter().map(decline_row).collect::<Result<_, Error>>()?, total))
    }

    /// The declines of one version of a policy, newest first.
    pub async fn declines_of(&mut self, policy: &PolicyId, version: Version) -> Result<Vec<DeclineRecord>, Error> {
        let rows = query("SELECT * FROM declines WHERE policy = ? AND version = ? ORDER BY at DESC, id DESC")
            .bind(&policy.0)
            .bind(i64::from(version.0))
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(decline_row).collect()
    }

    /// The declines that nobody has answered yet, newest first.
    pub async fn open_declines(&mut self) -> Result<Vec<DeclineRecord>, Error> {
        let rows = query("SELECT * FROM declines WHERE answer IS NULL ORDER BY at DESC, id DESC")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(decline_row).collect()
    }

    pub async fn decline(&mut self, id: DeclineId) -> Result<Option<DeclineRecord>, Error> {
        let row = query("SELECT * FROM declines WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(decline_row).transpose()
    }
}

impl Change {
    pub async fn add_decline(&mut self, decline: &DeclineRecord) -> Result<(), Error> {
        query("INSERT INTO declines (id, policy, version, person, binds, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(decline.id.to_string())
            .bind(&decline.policy.0)
            .bind(i64::from(decline.version.0))
            .bind(decline.person.to_string())
            .bind(decline.binds.to_string())
            .bind(&decline.reason)
            .bind(millis(decline.at))
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// `false` where it was answered before.
    pub async fn answer_decline(&mut self, id: DeclineId, by: PersonId, answer: &str) -> Result<bool, Error> {
        let at = millis(self.at());
        let done =
            query("UPDATE declines SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ? AND answer IS NULL")
                .bind(answer)
                .bind(by.to_string())
                .bind(at)
                .bind(id.to_string())
                .execute(self.transaction())
                .await?;
        Ok(done == 1)
    }
}
