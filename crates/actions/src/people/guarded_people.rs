//! What nobody may do to somebody above them, and what no change may leave behind: a holder of a duty is changed only by
//! whoever may give that duty, a role that may not stand empty keeps its last holder, somebody can always give roles.

use std::collections::HashMap;

use domain::{Audience, Duty, PersonId, Role, RoleSet, Roles};

use crate::desk::actor::Actor;
use crate::desk::desk_state::Desk;
use crate::desk::error::Forbidden;

/// What a change would leave without anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Emptied {
    #[error(
        "This would leave nobody in the role '{title}', which may not stand empty. Give the role to somebody else first."
    )]
    Role { title: String },
    #[error("This would leave nobody who can give roles. Give such a role to somebody else first.")]
    Administrators,
}

/// Somebody of an audience that may not hold a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the role '{title}' is not for {audience}; it is for {allowed}")]
pub struct MayNotHold {
    pub role: Role,
    pub title: String,
    pub audience: String,
    pub allowed: String,
}

impl Desk {
    /// Refuses unless the actor may give every duty that the roles carry: they give roles and carry each of those
    /// duties themselves (but [`Duty::is_given_unheld`]), or are the operator. Roles that carry no duty are open to whoever manages people.
    pub(crate) fn refuse_above(&self, actor: &Actor, held: &RoleSet) -> Result<(), Forbidden> {
        let catalogue = self.roles();
        if actor.is_operator() || may_give_duties_of(&catalogue, &actor.roles, held) {
            return Ok(());
        }
        let lacked = catalogue.duties_of(held).find(|duty| !may_give(&catalogue, &actor.roles, *duty));
        Err(Forbidden::because(match lacked {
            Some(duty) => {
                format!("they hold the duty '{duty}', and only somebody who can give that duty can change that")
            }
            None => "they hold duties, and only somebody who gives roles can change that".to_owned(),
        }))
    }

    /// Refuses what would leave a role that may not stand empty without its last holder, or the school without anybody
    /// who gives roles. `after` has the roles that those concerned would hold; none for somebody who leaves.
    pub(crate) fn refuse_emptying(&self, after: &HashMap<PersonId, RoleSet>) -> Result<(), Emptied> {
        let (catalogue, people) = (self.roles(), self.people_index());
        let is_lost = |holds: &dyn Fn(&RoleSet) -> bool| {
            let before = people.all_here().any(|record| holds(&record.person.roles));
            let stays = people.all_here().filter(|record| !after.contains_key(&record.person.id));
            before && !stays.map(|record| &record.person.roles).chain(after.values()).any(holds)
        };
        for entry in catalogue.entries().iter().filter(|entry| !entry.may_stand_empty) {
            if is_lost(&|roles| roles.contains(entry.role)) {
                return Err(Emptied::Role { title: entry.title.clone() });
            }
        }
        if is_lost(&|roles| catalogue.carry(roles, Duty::GiveRoles)) {
            return Err(Emptied::Administrators);
        }
        Ok(())
    }
}

/// Whether holders of `own` may give and take away every duty that `held` carries.
pub(crate) fn may_give_duties_of(catalogue: &Roles, own: &RoleSet, held: &RoleSet) -> bool {
    let mut duties = catalogue.duties_of(held).peekable();
    duties.peek().is_none()
        || (catalogue.carry(own, Duty::GiveRoles) && duties.all(|duty| may_give(catalogue, own, duty)))
}

fn may_give(catalogue: &Roles, own: &RoleSet, duty: Duty) -> bool {
    duty.is_given_unheld() || catalogue.carry(own, duty)
}

/// The first role of a set that somebody of the audience may not hold.
pub(crate) fn may_not_hold(catalogue: &Roles, roles: &RoleSet, audience: Audience) -> Option<MayNotHold> {
    let entry = roles.iter().filter_map(|role| catalogue.entry(role)).find(|entry| !entry.may_be_held_by(audience))?;
    let allowed: Vec<String> = entry.may_hold.iter().map(|audience| domain::lower_first(audience.title())).collect();
    Some(MayNotHold {
        role: entry.role,
        title: entry.title.clone(),
        audience: domain::lower_first(audience.title()),
        allowed: if allowed.is_empty() { "nobody in the school".to_owned() } else { allowed.join(", ") },
    })
}
