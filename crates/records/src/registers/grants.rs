//! What was given, until when.

use domain::{Grant, GrantId, PersonId, PolicyId, RequestId};
use jiff::Timestamp;

use crate::engine::query::{Query, Row, query};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    pub grant: Grant,
    pub revoked_by: Option<PersonId>,
    pub revoke_reason: Option<String>,
    /// When its end was written to the ledger. The grant itself ends at its `until`, swept or not.
    pub ended_at: Option<Timestamp>,
}

/// Which grants are looked for.
#[derive(Debug, Clone)]
pub struct GrantsOf<'a> {
    /// Those of these permissions, by policy and id.
    pub permissions: Vec<(&'a PolicyId, &'a str)>,
    /// None that others asked for about this person, or with their name in the form.
    pub not_about: PersonId,
    /// Only those that have not ended by this moment.
    pub not_ended_by: Option<Timestamp>,
}

fn grant_row(row: &Row) -> Result<GrantRecord, Error> {
    Ok(GrantRecord {
        grant: Grant {
            id: row.word("id")?,
            request: row.word("request")?,
            policy: PolicyId(row.text("policy")?),
            clause: row.text("clause")?,
            permission: row.text("permission")?,
            recipient: row.json("recipient")?,
            scope: row.json("scope")?,
            by: row.word("granted_by")?,
            from: row.time("from_at")?,
            until: row.maybe_time("until_at")?,
            revoked_at: row.maybe_time("revoked_at")?,
        },
        revoked_by: row.maybe_word("revoked_by")?,
        revoke_reason: row.maybe_text("revoke_reason")?,
        ended_at: row.maybe_time("ended_at")?,
    })
}

impl Reading {
    pub async fn grant(&mut self, id: GrantId) -> Result<Option<GrantRecord>, Error> {
        let row =
            query("SELECT * FROM grants WHERE id = ?").bind(id.to_string()).fetch_optional(self.transaction()).await?;
        row.as_ref().map(grant_row).transpose()
    }

    /// What a request gave.
    pub async fn grant_of_request(&mut self, request: RequestId) -> Result<Option<GrantRecord>, Error> {
        let row = query("SELECT * FROM grants WHERE request = ?")
            .bind(request.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(grant_row).transpose()
    }

    /// Grants that were neither revoked nor swept; whether one still holds, its time says.
    pub async fn open_grants(&mut self) -> Result<Vec<GrantRecord>, Error> {
        let rows = query("SELECT * FROM grants WHERE ended_at IS NULL ORDER BY from_at, id")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(grant_row).collect()
    }

    /// Of the open grants those that a person asked for or that are about them.
    pub async fn open_grants_asked_by_or_about(&mut self, person: PersonId) -> Result<Vec<GrantRecord>, Error> {
        let rows = query(
            "SELECT * FROM grants WHERE ended_at IS NULL AND request IN (SELECT id FROM requests \
             WHERE asker = ? OR concerned = ?) \
             ORDER BY from_at, id",
        )
        .bind(person.to_string())
        .bind(person.to_string())
        .fetch_all(self.transaction())
        .await?;
        rows.iter().map(grant_row).collect()
    }

    /// Of the grants of some permissions that are not about a person, those after the first `skip`, `take` at the most,
    /// newest first; and how many there are in all.
    pub async fn grants(
        &mut self,
        which: &GrantsOf<'_>,
        skip: u64,
        take: u64,
    ) -> Result<(Vec<GrantRecord>, u64), Error> {
        const NOT_ENDED: &str = "AND ended_at IS NULL AND (until_at IS NULL OR until_at > ?)";
        if which.permissions.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let listed = vec!["(policy = ? AND permission = ?)"; which.permissions.len()].join(" OR ");
        let among = format!(
            "FROM grants WHERE ({listed}) AND NOT EXISTS (SELECT 1 FROM requests WHERE requests.id = grants.request \
             AND asker <> ? AND (concerned = ? OR needs LIKE ?)) {}",
            if which.not_ended_by.is_some() { NOT_ENDED } else { "" }
        );
        let bound = |text: String| {
            let bind = |text: Query, (policy, permission): &(&PolicyId, &str)| text.bind(&policy.0).bind(*permission);
            let text = which.permissions.iter().fold(query(text), bind);
            let (person, named) = (which.not_about.to_string(), format!("%{}%", which.not_about.0));
            let text = text.bind(&person).bind(&person).bind(named);
            which.not_ended_by.into_iter().fold(text, |text, by| text.bind(millis(by)))
        };
        let count = bound(format!("SELECT count(*) AS total {among}"));
        let total = count.fetch_one(self.transaction()).await?.number("total")?.unsigned_abs();
        let rows = bound(format!("SELECT * {among} ORDER BY from_at DESC, id DESC LIMIT ? OFFSET ?"))
            .bind(i64::try_from(take).unwrap_or(i64::MAX))
            .bind(i64::try_from(skip).unwrap_or(i64::MAX))
            .fetch_all(self.transaction())
            .await?;
        Ok((rows.iter().map(grant_row).collect::<Result<_, Error>>()?, total))
    }

    /// Grants whose end has come and that the ledger doesn't know of yet.
    pub async fn due_grants(&mut self, at: Timestamp) -> Result<Vec<GrantRecord>, Error> {
        let rows = query("SELECT * FROM grants WHERE ended_at IS NULL AND until_at <= ? ORDER BY until_at, id")
            .bind(millis(at))
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(grant_row).collect()
    }
}

impl Reading {
    /// When the next grant ends that the ledger does not say has ended.
    pub async fn next_grant_end(&mut self) -> Result<Option<Timestamp>, Error> {
        let row = query(
            "SELECT until_at FROM grants WHERE ended_at IS NULL AND until_at IS NOT NULL ORDER BY until_at LIMIT 1",
        )
        .fetch_optional(self.transaction())
        .await?;
        row.map(|row| row.time("until_at")).transpose()
    }
}

impl Change {
    pub async fn add_grant(&mut self, grant: &Grant) -> Result<(), Error> {
        query(
            "INSERT INTO grants (id, request, policy, clause, permission, recipient, scope, granted_by, from_at, \
             until_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(grant.id.to_string())
        .bind(grant.request.to_string())
        .bind(&grant.policy.0)
        .bind(&grant.clause)
        .bind(&grant.permission)
        .bind(json(&grant.recipient))
        .bind(json(&grant.scope))
        .bind(grant.by.to_string())
        .bind(millis(grant.from))
        .bind(maybe_millis(grant.until))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where it had ended or was revoked before.
    pub async fn revoke_grant(&mut self, id: GrantId, by: PersonId, reason: &str) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query(
            "UPDATE grants SET revoked_at = ?1, ended_at = ?1, revoked_by = ?2, revoke_reason = ?3 \
             WHERE id = ?4 AND ended_at IS NULL AND (until_at IS NULL OR until_at > ?1)",
        )
        .bind(at)
        .bind(by.to_string())
        .bind(reason)
        .bind(id.to_string())
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }

    /// Has a grant end sooner. `false` where it ends by then, has ended or was revoked.
    pub async fn shorten_grant(&mut self, id: GrantId, until: Timestamp) -> Result<bool, Error> {
        let done = query(
            "UPDATE grants SET until_at = ?1 \
             WHERE id = ?2 AND ended_at IS NULL AND (until_at IS NULL OR until_at > ?1)",
        )
        .bind(millis(until))
        .bind(id.to_string())
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }

    /// Notes that a grant's end has come. `false` where that was noted before.
    pub async fn end_grant(&mut self, id: GrantId) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query("UPDATE grants SET ended_at = ? WHERE id = ? AND ended_at IS NULL")
            .bind(at)
            .bind(id.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }
}
