//! Acting at the command line as somebody who has not signed in.

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;

verb_error! {
    /// Why nobody can be acted for.
    ActorError {
        #[error("nobody here signs in as '{username}'")]
        Nobody { username: String } => NotFound;
    }
}

impl Desk {
    /// Somebody who is here, by the name they sign in with, for the operator to act as. A page's visitor is known through
    /// [`Desk::authenticate`].
    pub async fn actor_named(&self, operator: &Actor, username: &str) -> Result<Actor, ActorError> {
        let operator = self.authorise(operator, Verb::ActAs)?;
        let people_index = self.people_index(&operator);
        let person = people_index.named(username).and_then(|record| people_index.here(record.person.id));
        let actor = person.map(|person| Actor::of(person, None));
        actor.ok_or_else(|| ActorError::Nobody { username: username.to_owned() })
    }
}
