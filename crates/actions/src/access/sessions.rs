//! Sessions at the desk: who comes with a token, and when a session ends by itself.

use domain::Activity;
use jiff::SignedDuration;
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Unavailable, verb_error};
use crate::desk::secrets::sha256;

/// A session's last use is written down at most this often: a page of ten parts is one use.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(30);

verb_error! {
    SignOutError {}
}

impl Desk {
    /// Who comes with this token; `None` where the session has ended, was idle for too long, or its person has left.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Actor>, Unavailable> {
        let visitor = Authorised::visitor(Verb::SignIn);
        let now = self.now();
        let session = self.stores().read(&visitor).await?.session(&sha256(token.as_bytes())).await?;
        let Some(session) = session else { return Ok(None) };
        let known = self.known(&visitor);
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
        let Some(session) = actor.session else { return Ok(self.authorise(actor, Verb::SignOut).map(drop)?) };
        let (actor, mut change) = self.begin_change(actor, Verb::SignOut).await?;
        if change.end_session(session).await? {
            let kept = change.commit(&actor, Event::SignOut { session, by_itself: false }).await?;
            self.refresh_people(&kept.turn, &[actor.person]).await?;
        }
        Ok(())
    }

    /// What somebody does through the gate from an address keeps their session there from going idle. The journal calls
    /// it for every activity; nothing of it is kept but the time.
    pub fn note(&self, activity: &Activity) {
        let named = self
            .known(&Authorised::program(Verb::InformGate))
            .feed
            .directory
            .by_address(activity.client)
            .map(|(person, _)| person);
        if named.is_none() || named != activity.person {
            return;
        }
        if let Some(seen) = self.seen().get_mut(&activity.client.to_canonical()) {
            *seen = activity.at.max(*seen);
        }
    }
}
