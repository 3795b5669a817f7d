//! Signing in at the desk with a username and a password.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use records::Session;
use serde_json::json;

use crate::access::secrets::{SessionToken, sha256, verify_password};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;

#[derive(Clone)]
pub struct SignIn {
    pub username: String,
    pub password: String,
    /// The client's own network address: from then on the gate knows the person there. `None` where it is not the
    /// client's own, as behind another proxy.
    pub address: Option<IpAddr>,
}

#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the browser holds; the records keep its hash alone.
    pub token: SessionToken,
    pub actor: Actor,
    /// When the session ends at the latest.
    pub ends_at: Timestamp,
}

verb_error! {
    SignInError {
        /// One answer for an unknown name and a wrong password: nobody learns which names there are.
        #[error("The username or the password is not right. Check both, or ask the school office for a new password.")]
        Wrong => Invalid("password");
        #[error("There were too many wrong passwords. Wait a few minutes, then try again, or ask the school office.")]
        Throttled { until: Timestamp } => Throttled;
    }
}

impl Desk {
    /// Signs somebody in.
    ///
    /// # Errors
    /// A name or a password that is not right, or too many of them before, by name or by address.
    pub async fn sign_in(&self, input: SignIn) -> Result<SignedIn, SignInError> {
        let visitor = Authorised::visitor(Verb::SignIn);
        let now = self.now();
        let username = input.username.trim().to_lowercase();
        let subjects = throttle_subjects(&username, input.address);
        self.check_throttle(&visitor, &subjects, now).await?;
        let people_index = self.people_index();
        let person = people_index.named(&username).and_then(|record| people_index.here(record.person.id));
        let hash = match person {
            Some(person) => self.stores().read(&visitor).await?.password_hash(person.id).await?,
            None => None,
        };
        let known = hash.is_some();
        let right = check_password(hash.unwrap_or_else(|| self.decoy().to_owned()), input.password).await && known;
        let Some(person) = person.filter(|_| right) else {
            let window = self.throttle_window();
            self.stores().note_failure(&visitor, &subjects, now, now - window).await?;
            return Err(SignInError::Wrong);
        };
        let actor = visitor.proved_to_be(person);
        let session = Session {
            id: self.new_id(now),
            token_hash: String::new(),
            person: actor.person,
            address: input.address.map(|address| address.to_canonical()),
            started_at: now,
            last_seen: now,
            ends_at: self.latest_end(&actor, now),
            ended_at: None,
        };
        let token = SessionToken::new(self.identifiers());
        let session = Session { token_hash: sha256(token.as_str().as_bytes()), ..session };
        let mut change = self.stores().change(&actor, now).await?;
        change.save_session(&session).await?;
        let details = json!({ "ends-at": session.ends_at });
        change.commit(&actor, format!("session {}", session.id), details).await?;
        self.stores().forget_failures(&actor, &subjects[0]).await?;
        if let Some(address) = session.address {
            self.seen().insert(address, now);
            self.publish_sign_in(address, actor.person).await;
        }
        let actor = Actor { session: Some(session.id), ..Actor::clone(&actor) };
        Ok(SignedIn { token, actor, ends_at: session.ends_at })
    }

    pub(crate) fn throttle_window(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.settings().throttle.window_minutes))
    }

    /// Refuses where there were too many failures of one of the subjects within the window.
    pub(crate) async fn check_throttle(
        &self,
        visitor: &Authorised,
        subjects: &[String],
        now: Timestamp,
    ) -> Result<(), SignInError> {
        let (window, throttle) = (self.throttle_window(), self.settings().throttle);
        let mut reading = self.stores().read(visitor).await?;
        for (place, subject) in subjects.iter().enumerate() {
            let most = if place == 0 { throttle.failures_per_username } else { throttle.failures_per_address } as usize;
            let failures = reading.failures(subject, now - window).await?;
            if failures.len() >= most.max(1) {
                return Err(SignInError::Throttled { until: failures[failures.len() - most.max(1)] + window });
            }
        }
        Ok(())
    }
}

/// The username first, then the address where it is known.
pub(crate) fn throttle_subjects(username: &str, address: Option<IpAddr>) -> Vec<String> {
    let mut subjects = vec![format!("username {username}")];
    subjects.extend(address.map(|address| format!("address {}", address.to_canonical())));
    subjects
}

/// Measures a password against its hash where it keeps nobody else waiting.
pub(crate) async fn check_password(hash: String, password: String) -> bool {
    tokio::task::spawn_blocking(move || verify_password(&hash, &password)).await.unwrap_or(false)
}
