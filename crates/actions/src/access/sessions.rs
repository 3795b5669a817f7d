//! Sessions at the desk: who comes with a token, and when a session ends by itself.

use domain::Activity;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::secrets::sha256;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Unavailable, verb_error};
use crate::desk::stores::LedgerNote;

/// A session's last use is written down at most this often: a page of ten parts is one use.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(30);

verb_error! {
    SignOutError {}
}

/// What the passing of time brought about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tick {
    pub grants_ended: u64,
    pub sessions_ended: u64,
}

impl Desk {
    /// Who comes with this token; `None` where the session has ended, was idle for too long, or its person has left.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Actor>, Unavailable> {
        let visitor = Authorised::visitor(Verb::SignIn);
        let now = self.now();
        let session = self.stores().read(&visitor).await?.session(&sha256(token.as_bytes())).await?;
        let Some(session) = session else { return Ok(None) };
        let people_index = self.people_index();
        if !self.session_is_live(&session, &people_index, now) {
            return Ok(None);
        }
        if session.last_seen + TOUCH_EVERY <= now {
            self.stores().touch_session(&visitor, session.id, now).await?;
        }
        Ok(people_index.here(session.person).map(|person| Actor::of(person, Some(session.id))))
    }

    /// Ends the actor's own session.
    pub async fn sign_out(&self, actor: &Actor) -> Result<(), SignOutError> {
        let actor = self.authorise(actor, Verb::SignOut)?;
        let Some(id) = actor.session else { return Ok(()) };
        let mut change = self.stores().change(&actor, self.now()).await?;
        if change.end_session(id).await? {
            change.commit(&actor, format!("session {id}"), json!({})).await?;
            self.refresh().await?;
        }
        Ok(())
    }

    /// What somebody does through the gate from an address keeps their session there from going idle. The journal calls
    /// it for every activity; nothing of it is kept but the time.
    pub fn note(&self, activity: &Activity) {
        let named = self.directory().by_address(activity.client).map(|(person, _)| person);
        if named.is_none() || named != activity.person {
            return;
        }
        if let Some(seen) = self.seen().get_mut(&activity.client.to_canonical()) {
            *seen = activity.at.max(*seen);
        }
    }

    /// Does what the passing of time asks for: writes the end of due grants and sessions to the ledger, and makes the
    /// directory anew, so that signatures that lapse and times of grace that end are felt at the gate. The program
    /// calls it every few seconds; a grant ends on time without it.
    pub async fn tick(&self) -> Result<Tick, Unavailable> {
        let now = self.now();
        let (ending_grants, signing_out) = (Authorised::program(Verb::EndGrant), Authorised::program(Verb::SignOut));
        let mut tick = Tick::default();
        let mut reading = self.stores().read(&ending_grants).await?;
        let due = reading.due_grants(now).await?;
        let people_index = self.people_index();
        let sessions = reading.open_sessions().await?;
        drop(reading);
        let mut notes = Vec::new();
        let ended: Vec<_> =
            sessions.iter().filter(|session| !self.session_is_live(session, &people_index, now)).collect();
        if !due.is_empty() || !ended.is_empty() {
            let mut change = self.stores().change(&ending_grants, now).await?;
            for record in &due {
                if change.end_grant(record.grant.id).await? {
                    tick.grants_ended += 1;
                    let details = json!({ "until": record.grant.until, "permission": record.grant.permission });
                    notes.push(LedgerNote::new(&ending_grants, format!("grant {}", record.grant.id), details));
                }
            }
            for session in ended {
                if change.end_session(session.id).await? {
                    tick.sessions_ended += 1;
                    let subject = format!("session {}", session.id);
                    notes.push(LedgerNote::new(&signing_out, subject, json!({ "by-itself": true })));
                }
            }
            if !notes.is_empty() {
                let first = notes.remove(0);
                change.commit_all(first, notes).await?;
            }
        }
        self.refresh().await?;
        self.take_up_what_was_published().await?;
        Ok(tick)
    }

    /// When a session that begins now ends at the latest.
    pub(crate) fn latest_end(&self, actor: &Actor, now: Timestamp) -> Timestamp {
        let longest = SignedDuration::from_hours(i64::from(self.settings().session_longest_hours.max(1)));
        self.rules().session_for(actor.somebody()).latest_end(now, longest, self.time_zone())
    }

    /// When a session last used at `last_seen` goes idle; `None` where no clause says.
    pub(crate) fn idle_end(&self, actor: &Actor, last_seen: Timestamp) -> Option<Timestamp> {
        self.rules().session_for(actor.somebody()).idle_end(last_seen, self.time_zone())
    }
}
