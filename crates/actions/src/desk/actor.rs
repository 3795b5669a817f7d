//! Who acts: a person as they stand at this moment.

use domain::{Audience, Group, Person, PersonId, Role, RoleSet, SessionId, Standing};
use uuid::Uuid;

/// Somebody who acts, with what they are trusted to do. Made by [`crate::Desk::authenticate`] for a page's visitor;
/// the verbs look up the person's roles again before they obey.
#[derive(Debug, Clone)]
pub struct Actor {
    pub person: PersonId,
    pub username: String,
    pub name: String,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: RoleSet,
    pub children: Vec<PersonId>,
    /// The sign-in that they act through; `None` at the command line.
    pub session: Option<SessionId>,
}

impl Actor {
    /// Whoever runs the program's command line on the school's own machine. No page ever makes one: the ledger names
    /// its acts with the identifier of nobody (all zeros).
    pub fn operator() -> Actor {
        Actor {
            person: PersonId(Uuid::nil()),
            username: "operator".to_owned(),
            name: "The program's operator".to_owned(),
            audience: Audience::Staff,
            groups: Vec::new(),
            roles: RoleSet::EMPTY,
            children: Vec::new(),
            session: None,
        }
    }

    pub(crate) fn of(person: &Person, session: Option<SessionId>) -> Actor {
        Actor {
            person: person.id,
            username: person.username.clone(),
            name: person.name.clone(),
            audience: person.audience,
            groups: person.groups.clone(),
            roles: person.roles,
            children: person.children.clone(),
            session,
        }
    }

    pub fn is_operator(&self) -> bool {
        self.person.0.is_nil()
    }

    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    pub fn holds_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.holds(*role))
    }

    /// How the person stands, for questions to the rules that do not turn on signatures, sanctions or grants.
    pub fn standing(&self) -> Standing {
        Standing {
            person: (!self.is_operator()).then_some(self.person),
            groups: self.groups.clone(),
            roles: self.roles,
            ..Standing::of(self.audience)
        }
    }
}
