//! Who acts: a person as they stand at this moment.

use domain::{Audience, Group, Person, PersonId, Role, RoleSet, SessionId};
use policy::Somebody;
use policy::rules::asking;

use crate::known::system_actors::{OPERATOR, OPERATOR_NAME, PROGRAM, PROGRAM_NAME, UNIDENTIFIED};

/// Somebody who acts, with what they are trusted to do. Nobody outside this crate can put one together: a page's visitor
/// comes from [`crate::Desk::authenticate`]. The verbs look up the person's roles again before they obey.
#[derive(Debug, Clone)]
pub struct Actor {
    pub(crate) person: PersonId,
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) audience: Audience,
    pub(crate) groups: Vec<Group>,
    /// The classes that they teach.
    pub(crate) teaches: Vec<Group>,
    pub(crate) roles: RoleSet,
    /// The roles that requests count as theirs: their own, and those of absent people for whom they stand in.
    pub(crate) decides_as: RoleSet,
    /// The relative roles that they may hold towards some request.
    pub(crate) may_be: RoleSet,
    pub(crate) children: Vec<PersonId>,
    /// The sign-in that they act through; `None` at the command line.
    pub(crate) session: Option<SessionId>,
}

impl Actor {
    /// Whoever runs the program's command line on the school's own machine. No page ever makes one: the ledger names
    /// its acts with the identifier of nobody (all zeros).
    pub fn operator() -> Actor {
        Actor {
            person: OPERATOR,
            username: "operator".to_owned(),
            name: OPERATOR_NAME.to_owned(),
            audience: Audience::Staff,
            groups: Vec::new(),
            teaches: Vec::new(),
            roles: RoleSet::new(),
            decides_as: RoleSet::new(),
            may_be: RoleSet::new(),
            children: Vec::new(),
            session: None,
        }
    }

    /// The program itself, when the time for something has come. The ledger names its acts with the identifier that
    /// ends in 1.
    pub(crate) fn program() -> Actor {
        Actor { person: PROGRAM, username: "program".to_owned(), name: PROGRAM_NAME.to_owned(), ..Actor::operator() }
    }

    /// Whoever comes without being signed in. Nothing can be kept in this name: a proof of who they are comes first.
    pub(crate) fn unidentified() -> Actor {
        Actor {
            person: UNIDENTIFIED,
            username: String::new(),
            name: "Somebody who is not signed in".to_owned(),
            audience: Audience::Unidentified,
            ..Actor::operator()
        }
    }

    pub(crate) fn of(person: &Person, session: Option<SessionId>) -> Actor {
        Actor {
            person: person.id,
            username: person.username.clone(),
            name: person.name.clone(),
            audience: person.audience,
            groups: person.groups.clone(),
            teaches: person.particulars.teaches.clone(),
            roles: person.roles.clone(),
            decides_as: person.roles.clone(),
            may_be: RoleSet::new(),
            children: person.children.clone(),
            session,
        }
    }

    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The name that they sign in with.
    pub fn username(&self) -> &str {
        &self.username
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn audience(&self) -> Audience {
        self.audience
    }

    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The classes that they teach.
    pub fn teaches(&self) -> &[Group] {
        &self.teaches
    }

    pub fn roles(&self) -> &RoleSet {
        &self.roles
    }

    pub fn children(&self) -> &[PersonId] {
        &self.children
    }

    pub fn is_operator(&self) -> bool {
        self.person == OPERATOR
    }

    /// Whether this is one of the school's people.
    pub(crate) fn is_person(&self) -> bool {
        ![OPERATOR, PROGRAM, UNIDENTIFIED].contains(&self.person)
    }

    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    pub fn holds_any(&self, roles: &[Role]) -> bool {
        self.roles.contains_any(roles)
    }

    /// The actor as the rules ask about them, in these roles.
    pub(crate) fn somebody_as<'a>(&'a self, roles: &'a RoleSet) -> Somebody<'a> {
        Somebody { roles, ..self.somebody() }
    }

    /// The classes and groups for which they may ask: their own, and those that they teach.
    pub(crate) fn asks_for_groups(&self) -> Vec<Group> {
        asking::groups_to_ask_for(&self.groups, &self.teaches)
    }

    /// The actor as the rules ask about them.
    pub fn somebody(&self) -> Somebody<'_> {
        Somebody { audience: self.audience, roles: &self.roles, groups: &self.groups }
    }
}
