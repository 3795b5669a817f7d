//! Signing in at the desk with a username and a password.

use std::net::IpAddr;

use credentials::{Attempt, PasswordOutcome};
use jiff::Timestamp;
use records::{Event, Session};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::secrets::{SessionToken, sha256};

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
        #[error("There were too many wrong passwords. Wait a minute, then try again, or ask the school office.")]
        Throttled { until: Timestamp } => Throttled;
    }
}

impl Desk {
    /// Signs somebody in.
    ///
    /// # Errors
    /// A name or a password that is not right, or too many of them before: then the next must wait.
    pub async fn sign_in(&self, input: SignIn) -> Result<SignedIn, SignInError> {
        let visitor = Authorised::visitor(Verb::SignIn);
        let now = self.now();
        let username = input.username.trim().to_lowercase();
        let people_index = self.people_index(&visitor);
        let person = people_index.named(&username).and_then(|record| people_index.here(record.person.id));
        let hash = match person {
            Some(person) => self.stores().read(&visitor).await?.password_hash(person.id).await?,
            None => None,
        };
        let attempt = Attempt { name: &username, password: &input.password, address: input.address, at: now };
        let right = match self.passwords().check(attempt, hash.as_deref()).await {
            PasswordOutcome::TooSoon { until } => return Err(SignInError::Throttled { until }),
            PasswordOutcome::Right(_) => true,
            PasswordOutcome::Wrong => false,
        };
        let person = person.filter(|_| right).ok_or(SignInError::Wrong)?.id;
        let mut change = self.begin_within(self.turn().await, &visitor).await?;
        // The password was checked before the turn, for that takes long. Since then they may have left, or had their
        // password set anew, which ended every session and must not leave this one.
        let people_index = self.people_index(&visitor);
        let person = people_index.here(person).ok_or(SignInError::Wrong)?;
        if change.password_hash(person.id).await? != hash {
            return Err(SignInError::Wrong);
        }
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
        change.save_session(&session).await?;
        let kept = change.commit(&actor, Event::SignIn { session: session.id, ends_at: session.ends_at }).await?;
        if let Some(address) = session.address {
            self.seen().insert(address, now);
        }
        self.refresh_people(&kept.turn, &[actor.person]).await?;
        let actor = Actor { session: Some(session.id), ..Actor::clone(&actor) };
        Ok(SignedIn { token, actor, ends_at: session.ends_at })
    }
}
