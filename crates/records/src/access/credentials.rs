//! Passwords, kept as argon2id hashes, and the invitations with which a first or forgotten one is set.

use std::collections::HashMap;

use domain::PersonId;
use jiff::Timestamp;

use crate::engine::query::{Row, query, write_rows};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// A one-time way to set a password. The link's token and the code are kept hashed only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRecord {
    pub token_hash: String,
    pub code_hash: String,
    pub person: PersonId,
    pub made_by: PersonId,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

fn invitation_row(row: &Row) -> Result<InvitationRecord, Error> {
    Ok(InvitationRecord {
        token_hash: row.text("token_hash")?,
        code_hash: row.text("code_hash")?,
        person: row.word("person")?,
        made_by: row.word("made_by")?,
        made_at: row.time("made_at")?,
        expires_at: row.time("expires_at")?,
        used_at: row.maybe_time("used_at")?,
    })
}

impl Reading {
    /// The password's hash as a PHC string.
    pub async fn password_hash(&mut self, person: PersonId) -> Result<Option<String>, Error> {
        let row = query("SELECT password_hash FROM credentials WHERE person = ?")
            .bind(person.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.map(|row| row.text("password_hash")).transpose()
    }

    pub async fn password_hashes(&mut self) -> Result<HashMap<PersonId, String>, Error> {
        let rows = query("SELECT person, password_hash FROM credentials").fetch_all(self.transaction()).await?;
        rows.iter().map(|row| Ok((row.word("person")?, row.text("password_hash")?))).collect()
    }

    /// The hashes of these people's passwords.
    pub async fn password_hashes_of(&mut self, people: &[PersonId]) -> Result<HashMap<PersonId, String>, Error> {
        let select = "SELECT person, password_hash FROM credentials WHERE person";
        let rows = self.rows_of(select, people, "person").await?;
        rows.iter().map(|row| Ok((row.word("person")?, row.text("password_hash")?))).collect()
    }

    pub async fn invitation(&mut self, token_hash: &str) -> Result<Option<InvitationRecord>, Error> {
        let row = query("SELECT * FROM invitations WHERE token_hash = ?")
            .bind(token_hash)
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(invitation_row).transpose()
    }

    /// The newest invitation that a person was given.
    pub async fn newest_invitation(&mut self, person: PersonId) -> Result<Option<InvitationRecord>, Error> {
        let row = query("SELECT * FROM invitations WHERE person = ? ORDER BY made_at DESC, token_hash LIMIT 1")
            .bind(person.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(invitation_row).transpose()
    }
}

impl Change {
    pub async fn save_password(&mut self, person: PersonId, hash: &str) -> Result<(), Error> {
        self.save_passwords(&[(person, hash.to_owned())]).await
    }

    /// Keeps each person's hash. Nobody may be among them twice.
    pub async fn save_passwords(&mut self, hashes: &[(PersonId, String)]) -> Result<(), Error> {
        let at = millis(self.at());
        let row = |(person, hash): &(PersonId, String)| [person.to_string().into(), hash.into(), at.into()];
        write_rows(
            self.transaction(),
            "INSERT INTO credentials (person, password_hash, set_at) VALUES",
            &hashes.iter().map(row).collect::<Vec<_>>(),
            "ON CONFLICT (person) DO UPDATE SET password_hash = excluded.password_hash, set_at = excluded.set_at",
        )
        .await
    }

    /// A new invitation; those that the person had before can no longer be used.
    pub async fn save_invitation(&mut self, invitation: &InvitationRecord) -> Result<(), Error> {
        query("DELETE FROM invitations WHERE person = ? AND used_at IS NULL")
            .bind(invitation.person.to_string())
            .execute(self.transaction())
            .await?;
        query(
            "INSERT INTO invitations (token_hash, code_hash, person, made_by, made_at, expires_at) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&invitation.token_hash)
        .bind(&invitation.code_hash)
        .bind(invitation.person.to_string())
        .bind(invitation.made_by.to_string())
        .bind(millis(invitation.made_at))
        .bind(millis(invitation.expires_at))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// Uses an invitation up. `false` where it was used before.
    pub async fn use_invitation(&mut self, token_hash: &str) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query("UPDATE invitations SET used_at = ? WHERE token_hash = ? AND used_at IS NULL")
            .bind(at)
            .bind(token_hash)
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }
}
