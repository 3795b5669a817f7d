//! The outbox: notices, written in the change that they tell of, and what became of each by mail and on the desk.

use std::collections::BTreeSet;

use domain::{CaseId, Notice, NoticeId, PersonId, Told};
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::query::{MAX_PARAMETERS, Row, SqlValue, query, write_rows};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;
use crate::store::records_store::Store;

/// A notice that is to go by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub notice: Notice,
    /// The person's mail address.
    pub to: String,
    /// How often sending it has failed.
    pub tries: u32,
}

/// Notices that have neither gone by mail nor been read on the desk, of people who are here and have a mail address, and
/// that have not failed too often.
const WAITING: &str = "notices JOIN people ON people.id = notices.person WHERE notices.mailed_at IS NULL \
                       AND notices.seen_at IS NULL AND people.mail IS NOT NULL AND people.status = 'here' \
                       AND notices.tries < ?";

fn notice_row(row: &Row) -> Result<Notice, Error> {
    let (kind, about): (String, Uuid) = (row.text("kind")?, row.word("about")?);
    let told = Told::named(&kind, about);
    let told = told.ok_or_else(|| Error::Column {
        column: "kind",
        value: kind,
        cause: "it is the name of no notice".to_owned(),
    })?;
    Ok(Notice {
        id: row.word("id")?,
        person: row.word("person")?,
        told,
        urgent: row.flag("urgent")?,
        made_at: row.time("made_at")?,
        mail_from: row.time("mail_from")?,
    })
}

impl Reading {
    /// What a person has been told and has not read, newest first.
    pub async fn unread_notices(&mut self, person: PersonId) -> Result<Vec<Notice>, Error> {
        let rows = query("SELECT * FROM notices WHERE person = ? AND seen_at IS NULL ORDER BY made_at DESC, id DESC")
            .bind(person.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(notice_row).collect()
    }

    /// Whether anybody was told this.
    pub async fn was_told(&mut self, told: Told) -> Result<bool, Error> {
        let row = query("SELECT id FROM notices WHERE about = ? AND kind = ? LIMIT 1")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .fetch_optional(self.transaction())
            .await?;
        Ok(row.is_some())
    }

    /// Those who were told this, read or not.
    pub async fn told_to(&mut self, told: Told) -> Result<BTreeSet<PersonId>, Error> {
        let rows = query("SELECT person FROM notices WHERE about = ? AND kind = ?")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(|row| row.word("person")).collect()
    }

    /// Those who were told this and have not read it.
    pub async fn unread_by(&mut self, told: Told) -> Result<BTreeSet<PersonId>, Error> {
        let rows = query("SELECT person FROM notices WHERE about = ? AND kind = ? AND seen_at IS NULL")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(|row| row.word("person")).collect()
    }

    /// All that waits to go by mail to those for whom something is due by `now`, person by person, oldest first. What has
    /// failed `most_tries` times waits no longer.
    pub async fn outgoing(&mut self, now: Timestamp, most_tries: u32) -> Result<Vec<Outgoing>, Error> {
        let rows = query(format!(
            "SELECT notices.*, people.mail AS mail FROM {WAITING} AND notices.person IN (SELECT person FROM notices \
             WHERE mail_from <= ? AND mailed_at IS NULL AND seen_at IS NULL AND tries < ?) \
             ORDER BY notices.person, notices.made_at, notices.id"
        ))
        .bind(i64::from(most_tries))
        .bind(millis(now))
        .bind(i64::from(most_tries))
        .fetch_all(self.transaction())
        .await?;
        let outgoing = |row: &Row| {
            let tries = u32::try_from(row.number("tries")?).unwrap_or(u32::MAX);
            Ok(Outgoing { notice: notice_row(row)?, to: row.text("mail")?, tries })
        };
        rows.iter().map(outgoing).collect()
    }

    /// When the next of what waits to go by mail, and is urgent or is not, is due.
    pub async fn next_outgoing(&mut self, urgent: bool, most_tries: u32) -> Result<Option<Timestamp>, Error> {
        let next = format!(
            "SELECT notices.mail_from FROM {WAITING} AND notices.urgent = ? ORDER BY notices.mail_from LIMIT 1"
        );
        let row = query(next).bind(i64::from(most_tries)).bind(urgent).fetch_optional(self.transaction()).await?;
        row.map(|row| row.time("mail_from")).transpose()
    }

    /// How many notices that nobody has read failed `most_tries` times.
    pub async fn count_given_up(&mut self, most_tries: u32) -> Result<u64, Error> {
        let row =
            query("SELECT COUNT(*) AS count FROM notices WHERE mailed_at IS NULL AND seen_at IS NULL AND tries >= ?")
                .bind(i64::from(most_tries))
                .fetch_one(self.transaction())
                .await?;
        Ok(u64::try_from(row.number("count")?).unwrap_or_default())
    }
}

impl Change {
    pub async fn add_notices(&mut self, notices: &[Notice]) -> Result<(), Error> {
        let row = |notice: &Notice| -> [SqlValue; 8] {
            [
                notice.id.to_string().into(),
                notice.person.to_string().into(),
                notice.told.name().into(),
                notice.told.about().simple().to_string().into(),
                notice.urgent.into(),
                millis(notice.made_at).into(),
                millis(notice.mail_from).into(),
                0_i64.into(),
            ]
        };
        let rows: Vec<[SqlValue; 8]> = notices.iter().map(row).collect();
        let before = "INSERT INTO notices (id, person, kind, about, urgent, made_at, mail_from, tries) VALUES";
        write_rows(self.transaction(), before, &rows, "").await
    }

    /// Takes back what was told and nobody has read: there is nothing to do about it any more.
    pub async fn take_back_notices(&mut self, told: Told) -> Result<(), Error> {
        query("DELETE FROM notices WHERE about = ? AND kind = ? AND seen_at IS NULL")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// Forgets that anybody was told this, whether they have read it or not: it is to be told anew in its time.
    pub async fn forget_notices(&mut self, told: Told) -> Result<(), Error> {
        query("DELETE FROM notices WHERE about = ? AND kind = ?")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// Takes back what one person was told and has not read: there is nothing for them to do about it any more.
    pub async fn take_back_notice_to(&mut self, person: PersonId, told: Told) -> Result<(), Error> {
        query("DELETE FROM notices WHERE about = ? AND kind = ? AND person = ? AND seen_at IS NULL")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .bind(person.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// Forgets that one person was told something, read or not: when it comes about anew, they are told again.
    pub async fn forget_notice_to(&mut self, person: PersonId, told: Told) -> Result<(), Error> {
        query("DELETE FROM notices WHERE about = ? AND kind = ? AND person = ?")
            .bind(told.about().simple().to_string())
            .bind(told.name())
            .bind(person.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// Takes back all that one person was told as somebody who receives a case. What they were told as its reporter stays
    /// theirs.
    pub async fn take_back_notices_of_receiver(&mut self, person: PersonId, case: CaseId) -> Result<(), Error> {
        for told in Told::to_receivers(case) {
            self.forget_notice_to(person, told).await?;
        }
        Ok(())
    }

    /// Takes back all that one person was told of an action or a request: it is theirs no longer.
    pub async fn take_back_all_notices(&mut self, person: PersonId, about: Uuid) -> Result<(), Error> {
        query("DELETE FROM notices WHERE about = ? AND person = ?")
            .bind(about.simple().to_string())
            .bind(person.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }
}

/// What becomes of a notice stands in no ledger: it is no deed of anybody's.
impl Store {
    /// They were read on the desk.
    pub async fn notices_seen(&self, ids: &[NoticeId], at: Timestamp) -> Result<(), Error> {
        self.each_notice("UPDATE notices SET seen_at = ? WHERE id IN", at, ids).await
    }

    /// They have gone by mail.
    pub async fn notices_mailed(&self, ids: &[NoticeId], at: Timestamp) -> Result<(), Error> {
        self.each_notice("UPDATE notices SET mailed_at = ? WHERE id IN", at, ids).await
    }

    /// Sending them failed; they are tried again from `next` on.
    pub async fn notices_failed(&self, ids: &[NoticeId], next: Timestamp) -> Result<(), Error> {
        self.each_notice("UPDATE notices SET tries = tries + 1, mail_from = ? WHERE id IN", next, ids).await
    }

    async fn each_notice(&self, change: &'static str, at: Timestamp, ids: &[NoticeId]) -> Result<(), Error> {
        let mut transaction = self.begin_writing().await?;
        for ids in ids.chunks(MAX_PARAMETERS - 1) {
            let places = vec!["?"; ids.len()].join(", ");
            let statement = query(format!("{change} ({places})")).bind(millis(at));
            let statement = ids.iter().fold(statement, |statement, id| statement.bind(id.to_string()));
            statement.execute(&mut transaction).await?;
        }
        transaction.commit().await
    }
}
