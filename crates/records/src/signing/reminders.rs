//! Who was told, and how often, that a signature is owed.

use domain::{PersonId, PolicyId, Version};
use jiff::Timestamp;

use crate::engine::query::query;
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReminderRecord {
    pub person: PersonId,
    pub policy: PolicyId,
    pub version: Version,
    /// 0 is the first notice; 1, 2 and 3 are the reminders.
    pub number: u8,
    pub at: Timestamp,
    pub given_by: PersonId,
}

impl Reading {
    /// What people were told about one version of a policy, oldest first.
    pub async fn reminders_of(&mut self, policy: &PolicyId, version: Version) -> Result<Vec<ReminderRecord>, Error> {
        let rows = query("SELECT * FROM reminders WHERE policy = ? AND version = ? ORDER BY at, person, number")
            .bind(&policy.0)
            .bind(i64::from(version.0))
            .fetch_all(self.transaction())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ReminderRecord {
                    person: row.word("person")?,
                    policy: PolicyId(row.text("policy")?),
                    version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
                    number: u8::try_from(row.number("number")?).unwrap_or(u8::MAX),
                    at: row.time("at")?,
                    given_by: row.word("given_by")?,
                })
            })
            .collect()
    }
}

impl Change {
    pub async fn add_reminder(&mut self, reminder: &ReminderRecord) -> Result<(), Error> {
        query(
            "INSERT INTO reminders (person, policy, version, number, at, given_by) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(reminder.person.to_string())
        .bind(&reminder.policy.0)
        .bind(i64::from(reminder.version.0))
        .bind(i64::from(reminder.number))
        .bind(millis(reminder.at))
        .bind(reminder.given_by.to_string())
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
