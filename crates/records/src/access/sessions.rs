//! Who is signed in at the desk, from where.

use std::net::IpAddr;

use domain::{PersonId, SessionId};
use jiff::Timestamp;

use crate::engine::query::{MAX_PARAMETERS, Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// One sign-in. The token that the browser holds is kept hashed only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub token_hash: String,
    pub person: PersonId,
    /// The client's network address; the gate knows the person there.
    pub address: Option<IpAddr>,
    pub started_at: Timestamp,
    pub last_seen: Timestamp,
    /// It ends here whatever happens.
    pub ends_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

fn session_row(row: &Row) -> Result<Session, Error> {
    Ok(Session {
        id: row.word("id")?,
        token_hash: row.text("token_hash")?,
        person: row.word("person")?,
        address: row.maybe_word("address")?,
        started_at: row.time("started_at")?,
        last_seen: row.time("last_seen")?,
        ends_at: row.time("ends_at")?,
        ended_at: row.maybe_time("ended_at")?,
    })
}

impl Reading {
    pub async fn session(&mut self, token_hash: &str) -> Result<Option<Session>, Error> {
        let row = query("SELECT * FROM sessions WHERE token_hash = ?")
            .bind(token_hash)
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(session_row).transpose()
    }

    /// Those of these sessions that nobody has ended.
    pub async fn open_sessions_among(&mut self, ids: &[SessionId]) -> Result<Vec<Session>, Error> {
        let mut sessions = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MAX_PARAMETERS) {
            let parameters = vec!["?"; ids.len()].join(", ");
            let text = format!("SELECT * FROM sessions WHERE ended_at IS NULL AND id IN ({parameters})");
            let found = ids.iter().fold(query(text), |query, id| query.bind(id.to_string()));
            for row in found.fetch_all(self.transaction()).await? {
                sessions.push(session_row(&row)?);
            }
        }
        Ok(sessions)
    }

    /// These people's sessions that nobody has ended, of each the one that began first at the head.
    pub async fn open_sessions_of(&mut self, people: &[PersonId]) -> Result<Vec<Session>, Error> {
        let select = "SELECT * FROM sessions WHERE ended_at IS NULL AND person";
        self.rows_of(select, people, "started_at, id").await?.iter().map(session_row).collect()
    }

    /// Sessions that nobody has ended, the one that began first at the head.
    pub async fn open_sessions(&mut self) -> Result<Vec<Session>, Error> {
        let rows = query("SELECT * FROM sessions WHERE ended_at IS NULL ORDER BY started_at, id")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(session_row).collect()
    }
}

impl Change {
    pub async fn save_session(&mut self, session: &Session) -> Result<(), Error> {
        query(
            "INSERT INTO sessions (id, token_hash, person, address, started_at, last_seen, ends_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(session.id.to_string())
        .bind(&session.token_hash)
        .bind(session.person.to_string())
        .bind(session.address.map(|address| address.to_string()))
        .bind(millis(session.started_at))
        .bind(millis(session.last_seen))
        .bind(millis(session.ends_at))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where it had ended before.
    pub async fn end_session(&mut self, id: SessionId) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query("UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL")
            .bind(at)
            .bind(id.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }

    /// Ends every session of a person, as when they leave or their password is set anew.
    pub async fn end_sessions_of(&mut self, person: PersonId) -> Result<u64, Error> {
        let at = millis(self.at());
        let done = query("UPDATE sessions SET ended_at = ? WHERE person = ? AND ended_at IS NULL")
            .bind(at)
            .bind(person.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done)
    }
}
