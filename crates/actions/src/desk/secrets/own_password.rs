//! Whether a password is somebody's own.

use credentials::{Attempt, PasswordOutcome};
use domain::Person;
use jiff::Timestamp;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;

/// Why a password does not show who somebody is.
pub(crate) enum NotProved {
    Wrong,
    /// There were too many wrong ones before it.
    TooSoon {
        until: Timestamp,
    },
    Unavailable(records::Error),
}

impl From<records::Error> for NotProved {
    fn from(cause: records::Error) -> Self {
        NotProved::Unavailable(cause)
    }
}

impl Desk {
    /// Checks that a password is somebody's own, and hands back the hash that it fits. It takes long and is done before the
    /// turn to change something, in which the hash must still be theirs.
    pub(crate) async fn own_password(
        &self,
        by: &Authorised,
        person: &Person,
        password: &str,
    ) -> Result<Option<String>, NotProved> {
        let hash = self.stores().read(by).await?.password_hash(person.id).await?;
        let attempt = Attempt { name: &person.username, password, address: None, at: self.now() };
        match self.passwords().check(attempt, hash.as_deref()).await {
            PasswordOutcome::Right(_) => Ok(hash),
            PasswordOutcome::Wrong => Err(NotProved::Wrong),
            PasswordOutcome::TooSoon { until } => Err(NotProved::TooSoon { until }),
        }
    }
}
