//! What people asked for, and what came of it.

use std::collections::HashMap;

use domain::{
    Assent, ConsentAnswer, Decision, Escalation, FormAnswers, PersonId, PolicyId, Request, RequestId, RequestState,
    Role, Version,
};
use jiff::Timestamp;

use crate::engine::query::{MAX_PARAMETERS, Row, query};
use crate::engine::values::{json, maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// A request with what its form asked for and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    pub request: Request,
    pub answers: FormAnswers,
    /// The one role that decides now, where somebody handed it on.
    pub handed_to: Option<Role>,
    /// Who has agreed so far, where several must.
    pub assents: Vec<Assent>,
    /// What was said about the consents that it needs.
    pub consents: Vec<ConsentAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOn {
    pub by: PersonId,
    pub to: Role,
    pub note: String,
    pub at: Timestamp,
}

fn state_of(row: &Row) -> Result<RequestState, Error> {
    Ok(match row.text("state")?.as_str() {
        "approved" => RequestState::Decided(Decision::Approved {
            by: row.word("decided_by")?,
            at: row.time("decided_at")?,
            grant: row.word("grant_id")?,
        }),
        "refused" => RequestState::Decided(Decision::Refused {
            by: row.word("decided_by")?,
            at: row.time("decided_at")?,
            reason: row.text("refusal_reason")?,
        }),
        "withdrawn" => RequestState::Withdrawn { at: row.time("decided_at")? },
        _ => RequestState::Waiting,
    })
}

fn request_row(row: &Row) -> Result<RequestRecord, Error> {
    Ok(RequestRecord {
        request: Request {
            id: row.word("id")?,
            policy: PolicyId(row.text("policy")?),
            version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
            clause: row.text("clause")?,
            permission: row.text("permission")?,
            asker: row.word("asker")?,
            recipient: row.json("recipient")?,
            concerned: row.maybe_word("concerned")?,
            scope: row.json("scope")?,
            reason: row.text("reason")?,
            asked_at: row.time("asked_at")?,
            from: row.maybe_time("from_at")?,
            until: row.maybe_time("until_at")?,
            due: row.maybe_time("due_at")?,
            escalation: row.json("escalation")?,
            state: state_of(row)?,
        },
        answers: row.json("needs")?,
        handed_to: row.maybe_role("handed_to")?,
        assents: row.json("assents")?,
        consents: row.json("consents")?,
    })
}

impl Reading {
    pub async fn request(&mut self, id: RequestId) -> Result<Option<RequestRecord>, Error> {
        let row = query("SELECT * FROM requests WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(request_row).transpose()
    }

    /// The requests with these identifiers, as many as there are.
    pub async fn requests(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, RequestRecord>, Error> {
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(MAX_PARAMETERS) {
            let listed = vec!["?"; ids.len()].join(", ");
            let text = query(format!("SELECT * FROM requests WHERE id IN ({listed})"));
            let rows =
                ids.iter().fold(text, |text, id| text.bind(id.to_string())).fetch_all(self.transaction()).await?;
            for row in &rows {
                let record = request_row(row)?;
                found.insert(record.request.id, record);
            }
        }
        Ok(found)
    }

    /// Requests that nobody has decided, oldest first.
    pub async fn waiting_requests(&mut self) -> Result<Vec<RequestRecord>, Error> {
        let rows = query("SELECT * FROM requests WHERE state = 'waiting' ORDER BY asked_at, id")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(request_row).collect()
    }

    /// What a person asked for, newest first.
    pub async fn requests_by(&mut self, asker: PersonId) -> Result<Vec<RequestRecord>, Error> {
        let rows = query("SELECT * FROM requests WHERE asker = ? ORDER BY asked_at DESC, id DESC")
            .bind(asker.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(request_row).collect()
    }

    pub async fn hand_ons(&mut self, request: RequestId) -> Result<Vec<HandOn>, Error> {
        let rows = query("SELECT * FROM hand_ons WHERE request = ? ORDER BY at")
            .bind(request.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(HandOn {
                    by: row.word("person")?,
                    to: row.role("to_role")?,
                    note: row.text("note")?,
                    at: row.time("at")?,
                })
            })
            .collect()
    }
}

impl Change {
    pub async fn add_request(&mut self, record: &RequestRecord) -> Result<(), Error> {
        let request = &record.request;
        query(
            "INSERT INTO requests (id, policy, version, clause, permission, asker, recipient, concerned, scope, \
             reason, needs, asked_at, from_at, until_at, due_at, state) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
        )
        .bind(request.id.to_string())
        .bind(&request.policy.0)
        .bind(i64::from(request.version.0))
        .bind(&request.clause)
        .bind(&request.permission)
        .bind(request.asker.to_string())
        .bind(json(&request.recipient))
        .bind(request.concerned.map(|person| person.to_string()))
        .bind(json(&request.scope))
        .bind(&request.reason)
        .bind(json(&record.answers))
        .bind(millis(request.asked_at))
        .bind(maybe_millis(request.from))
        .bind(maybe_millis(request.until))
        .bind(maybe_millis(request.due))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// Keeps the state that a waiting request came to. `false` where it was no longer waiting.
    pub async fn settle_request(&mut self, request: &Request) -> Result<bool, Error> {
        let (state, by, at, reason, grant) = match &request.state {
            RequestState::Waiting => return Ok(false),
            RequestState::Withdrawn { at } => ("withdrawn", None, *at, None, None),
            RequestState::Decided(Decision::Approved { by, at, grant }) => {
                ("approved", Some(*by), *at, None, Some(grant.to_string()))
            }
            RequestState::Decided(Decision::Refused { by, at, reason }) => {
                ("refused", Some(*by), *at, Some(reason.clone()), None)
            }
        };
        let done = query(
            "UPDATE requests SET state = ?, decided_by = ?, decided_at = ?, refusal_reason = ?, grant_id = ? \
             WHERE id = ? AND state = 'waiting'",
        )
        .bind(state)
        .bind(by.map(|person| person.to_string()))
        .bind(millis(at))
        .bind(reason)
        .bind(grant)
        .bind(request.id.to_string())
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }

    /// Keeps who has agreed so far. `false` where it was no longer waiting.
    pub async fn keep_assents(&mut self, request: RequestId, assents: &[Assent]) -> Result<bool, Error> {
        let done = query("UPDATE requests SET assents = ? WHERE id = ? AND state = 'waiting'")
            .bind(json(&assents))
            .bind(request.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }

    /// Keeps where a request went because nobody had decided it in time. `false` where it was no longer waiting.
    pub async fn escalate_request(&mut self, request: RequestId, escalation: &Escalation) -> Result<bool, Error> {
        let done = query("UPDATE requests SET escalation = ? WHERE id = ? AND state = 'waiting'")
            .bind(json(escalation))
            .bind(request.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }

    /// Keeps what was said about the consents that it needs. `false` where it was refused or taken back.
    pub async fn keep_consents(&mut self, request: RequestId, consents: &[ConsentAnswer]) -> Result<bool, Error> {
        let done = query("UPDATE requests SET consents = ? WHERE id = ? AND state IN ('waiting', 'approved')")
            .bind(json(&consents))
            .bind(request.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }

    /// `false` where it was no longer waiting.
    pub async fn hand_on_request(&mut self, request: RequestId, hand_on: &HandOn) -> Result<bool, Error> {
        let done = query("UPDATE requests SET handed_to = ? WHERE id = ? AND state = 'waiting'")
            .bind(hand_on.to.name())
            .bind(request.to_string())
            .execute(self.transaction())
            .await?;
        if done != 1 {
            return Ok(false);
        }
        query("INSERT INTO hand_ons (request, person, to_role, note, at) VALUES (?, ?, ?, ?, ?)")
            .bind(request.to_string())
            .bind(hand_on.by.to_string())
            .bind(hand_on.to.name())
            .bind(&hand_on.note)
            .bind(millis(hand_on.at))
            .execute(self.transaction())
            .await?;
        Ok(true)
    }
}
