//! Sessions at the desk: who comes with a token, and when a session ends by itself.

use std::collections::BTreeSet;

use domain::Activity;
use jiff::{SignedDuration, Timestamp};
use policy::Rules;
use serde_json::json;

use crate::access::secrets::sha256;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
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
        let known = self.known();
        if self.session_end(&session, &known, now).is_none() {
            return Ok(None);
        }
        if session.last_seen + TOUCH_EVERY <= now {
            self.stores().touch_session(&visitor, session.id, now).await?;
        }
        Ok(known.people_index.here(session.person).map(|person| Actor::of(person, Some(session.id))))
    }

    /// Ends the actor's own session.
    pub async fn sign_out(&self, actor: &Actor) -> Result<(), SignOutError> {
        let actor = self.authorise(actor, Verb::SignOut)?;
        let Some(id) = actor.session else { return Ok(()) };
        let mut change = self.stores().change(&actor, self.now()).await?;
        if change.end_session(id).await? {
            change.commit(&actor, format!("session {id}"), json!({})).await?;
            self.refresh_people(&[actor.person]).await?;
        }
        Ok(())
    }

    /// What somebody does through the gate from an address keeps their session there from going idle. The journal calls
    /// it for every activity; nothing of it is kept but the time.
    pub fn note(&self, activity: &Activity) {
        let named = self.known().feed.directory.by_address(activity.client).map(|(person, _)| person);
        if named.is_none() || named != activity.person {
            return;
        }
        if let Some(seen) = self.seen().get_mut(&activity.client.to_canonical()) {
            *seen = activity.at.max(*seen);
        }
    }

    /// Does what the passing of time asks for: writes the end of due grants and sessions to the ledger, and looks anew at
    /// whomever a signature that lapses, a time of grace or a sanction that ends concerns. Whatever is not due costs
    /// nothing. The program calls it every few seconds; a grant ends on time without it.
    ///
    /// What another program changed in the records (a list of people brought in at the command line) is taken up here.
    pub async fn tick(&self) -> Result<Tick, Unavailable> {
        let done = self.do_what_is_due().await;
        if done.is_err() {
            self.mark_stale();
        }
        done
    }

    async fn do_what_is_due(&self) -> Result<Tick, Unavailable> {
        let (ending_grants, signing_out) = (Authorised::program(Verb::EndGrant), Authorised::program(Verb::SignOut));
        let (now, known) = (self.now(), self.known());
        let due = self.due().take(now);
        let mut reading = self.stores().read(&ending_grants).await?;
        let grants = reading.due_grants(now).await?;
        self.stores().compare_ledger(&mut reading).await?;
        let (mut people, mut ended) = (BTreeSet::new(), Vec::new());
        for what in due {
            match what {
                Due::Person(person) => drop(people.insert(person)),
                Due::Session(id) => {
                    let session = reading.session_by_id(id).await?.filter(|session| session.ended_at.is_none());
                    let Some(session) = session else { continue };
                    match self.session_end(&session, &known, now) {
                        Some(end) => self.due().add(end, what),
                        None => ended.push(session),
                    }
                }
            }
        }
        drop(reading);
        let tick = Tick { grants_ended: grants.len() as u64, sessions_ended: ended.len() as u64 };
        if tick != Tick::default() {
            let mut change = self.stores().change(&ending_grants, now).await?;
            let mut notes = Vec::new();
            for record in &grants {
                change.end_grant(record.grant.id).await?;
                let details = json!({ "until": record.grant.until, "permission": record.grant.permission });
                notes.push(LedgerNote::new(&ending_grants, format!("grant {}", record.grant.id), details));
            }
            for session in &ended {
                change.end_session(session.id).await?;
                let subject = format!("session {}", session.id);
                notes.push(LedgerNote::new(&signing_out, subject, json!({ "by-itself": true })));
            }
            let first = notes.remove(0);
            change.commit_all(first, notes).await?;
        }
        people.extend(ended.iter().map(|session| session.person));
        if self.stores().take_stale() {
            self.refresh().await.map_err(Unavailable::new)?;
            return Ok(tick);
        }
        if !people.is_empty() {
            self.refresh_people(&people.into_iter().collect::<Vec<_>>()).await?;
        }
        if !grants.is_empty() {
            self.refresh_grants(&grants.iter().map(|record| record.grant.id).collect::<Vec<_>>()).await?;
        }
        Ok(tick)
    }

    /// When a session that begins now ends at the latest.
    pub(crate) fn latest_end(&self, actor: &Actor, now: Timestamp) -> Timestamp {
        let longest = SignedDuration::from_hours(i64::from(self.settings().session_longest_hours.max(1)));
        self.rules().session_for(actor.somebody()).latest_end(now, longest, self.time_zone())
    }

    /// When a session last used at `last_seen` goes idle; `None` where no clause says.
    pub(crate) fn idle_end(&self, rules: &Rules, actor: &Actor, last_seen: Timestamp) -> Option<Timestamp> {
        rules.session_for(actor.somebody()).idle_end(last_seen, self.time_zone())
    }
}
