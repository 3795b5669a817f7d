//! Permission as a value. [`Desk::authorise`] makes an [`Authorised`] for a person, [`Authorised::visitor`] for whoever is
//! still unknown, [`Authorised::proved_to_be`] for them once they have proved who they are, [`Authorised::program`] for
//! what the program does by itself, [`Authorised::operator`] where no school is open, each by the table of verbs.
//! Every look at the records, the activity log or what is known of people asks for one, and so does every change.

use std::ops::Deref;

use domain::{Audience, Duty, Group, Person, PersonId, PolicyId, Role, RoleSet, Roles, Version};

use crate::desk::actor::Actor;
use crate::desk::authorise::{Holder, Verb};
use crate::desk::desk_state::Desk;
use crate::desk::error::Forbidden;

impl Verb {
    /// The verbs that one change of this one carries out too, each with a ledger entry of its own.
    fn parts(self) -> &'static [Verb] {
        match self {
            Verb::ImportPeople => &[Verb::AddPerson, Verb::EditPerson, Verb::MarkLeaver],
            Verb::Ask => &[Verb::Decide, Verb::Enter],
            Verb::Decide => &[Verb::Enter],
            Verb::SayToConsent => &[Verb::Revoke],
            Verb::UndoLeavers => &[Verb::BringBack],
            _ => &[],
        }
    }
}

/// Somebody, as they stand now, who may do one thing. It reads as the [`Actor`] that it is about.
#[derive(Debug, Clone)]
pub(crate) struct Authorised {
    actor: Actor,
    verb: Verb,
}

impl Authorised {
    /// What the program does by itself, when its time has come.
    pub(crate) fn program(verb: Verb) -> Authorised {
        Authorised::listed(Actor::program(), verb, Holder::Program)
    }

    /// What the operator does at the command line while the school is not open.
    ///
    /// # Errors
    /// Anybody else; a verb that is not the operator's.
    pub(crate) fn operator(actor: &Actor, verb: Verb) -> Result<Authorised, Forbidden> {
        if actor.is_operator() && verb.authorisation().who.contains(&Holder::Operator) {
            Ok(Authorised { actor: actor.clone(), verb })
        } else {
            Err(Forbidden::because(verb.who(Roles::ready())))
        }
    }

    /// What is open to whoever comes, signed in or not.
    pub(crate) fn visitor(verb: Verb) -> Authorised {
        Authorised::listed(Actor::unidentified(), verb, Holder::Anyone)
    }

    /// The verb stands in the source, so that one which the table keeps from this holder is a mistake of ours.
    fn listed(actor: Actor, verb: Verb, holder: Holder) -> Authorised {
        assert!(verb.authorisation().who.contains(&holder), "{verb:?} is not for {holder:?}");
        Authorised { actor, verb }
    }

    pub(crate) fn verb(&self) -> Verb {
        self.verb
    }

    /// Whoever came without being known, or to somebody else's device, after they have proved who they are.
    pub(crate) fn proved_to_be(&self, person: &Person) -> Authorised {
        Authorised { actor: Actor::of(person, None), verb: self.verb }
    }

    /// One of the things that a larger verb does, as an import adds people.
    ///
    /// # Errors
    /// A verb that is no part of this one.
    pub(crate) fn part(&self, verb: Verb) -> Result<Authorised, Forbidden> {
        if self.verb.parts().contains(&verb) {
            Ok(Authorised { actor: self.actor.clone(), verb })
        } else {
            Err(Forbidden::because(format!("'{}' is no part of '{}'", verb.name(), self.verb.name())))
        }
    }
}

impl Deref for Authorised {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

/// All that lets somebody see what they see. Whoever has an equal one sees the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskSight {
    audience: Audience,
    groups: Vec<Group>,
    teaches: Vec<Group>,
    children: Vec<PersonId>,
    roles: RoleSet,
    /// With those of absent people for whom they stand in.
    decides_as: RoleSet,
    may_be: RoleSet,
    /// Those that their roles carry.
    duties: Vec<Duty>,
    /// What is published: its clauses say who sees what.
    policies: Vec<(PolicyId, Version)>,
}

impl Desk {
    /// Authorises, and hands back the actor with the roles that they hold now.
    pub(crate) fn authorise(&self, actor: &Actor, verb: Verb) -> Result<Authorised, Forbidden> {
        match self.current(actor) {
            Some(current) if self.may(&current, verb) => Ok(Authorised { actor: current, verb }),
            _ => Err(Forbidden::because(verb.who(&self.roles()))),
        }
    }

    /// The actor as the records know them now; `None` where they have left.
    pub(crate) fn current(&self, actor: &Actor) -> Option<Actor> {
        if actor.is_operator() {
            return Some(actor.clone());
        }
        let known = self.memory();
        let people_index = &known.people_index;
        let person = people_index.here(actor.person)?;
        let mut actor = Actor::of(person, actor.session);
        let stood_in_for = people_index.roles_stood_in_for(person, self.today(), &self.roles());
        stood_in_for.iter().for_each(|role| actor.decides_as.insert(role));
        actor.may_be = people_index.possible_relative_roles(person, self.takes_lessons(person));
        Some(actor)
    }

    /// Whether every holder of a role is absent today.
    pub(crate) fn is_absent(&self, role: Role) -> bool {
        self.memory().people_index.is_absent(role, self.today())
    }

    /// What lets the actor see what they see now; `None` where they have left.
    pub fn sight(&self, actor: &Actor) -> Option<DeskSight> {
        let current = self.current(actor)?;
        let duties = Duty::ALL.iter().copied().filter(|duty| self.carries(&current, *duty)).collect();
        let published = self.published_policies();
        let policies = published.currents().map(|text| (text.record.policy.clone(), text.version())).collect();
        let Actor { audience, groups, teaches, children, roles, decides_as, may_be, .. } = current;
        Some(DeskSight { audience, groups, teaches, children, roles, decides_as, may_be, duties, policies })
    }
}
