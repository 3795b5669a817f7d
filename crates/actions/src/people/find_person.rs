//! Finding somebody by the name that they sign in with, for a form on which they are named.

use domain::PersonId;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::Forbidden;

/// What somebody is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedFor {
    /// A permission is asked for them.
    Request,
    /// Their activity is looked at.
    Viewing,
    /// A report is about them.
    Report,
    /// A case that has come to somebody is about them.
    Case,
}

impl Desk {
    /// Who signs in by this name, of those who are here, for whoever may do what they are named for.
    pub fn find_person(&self, actor: &Actor, username: &str, what: NamedFor) -> Result<Option<PersonId>, Forbidden> {
        let verb = match what {
            NamedFor::Request => Verb::Ask,
            NamedFor::Viewing => Verb::ViewActivity,
            NamedFor::Report => Verb::Report,
            NamedFor::Case => Verb::HandleCase,
        };
        let actor = self.authorise(actor, verb)?;
        let people_index = self.people_index(&actor);
        let found = people_index.named(username).and_then(|record| people_index.here(record.person.id));
        Ok(found.map(|person| person.id))
    }
}
