//! What no change may leave behind: a role that may not stand empty keeps its last holder, somebody can always give roles.

use std::collections::HashMap;

use domain::{Audience, Duty, PersonId, Role, RoleSet, Roles};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;

/// What a change would leave without anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Emptied {
    #[error(
        "This would leave nobody in the role '{title}', which somebody must always hold. Give the role to somebody else first."
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
    /// Refuses what would leave a role that may not stand empty without its last holder, or the school without anybody
    /// who gives roles. `after` has the roles that those concerned would hold; none for somebody who leaves.
    pub(crate) fn refuse_emptying(&self, by: &Authorised, after: &HashMap<PersonId, RoleSet>) -> Result<(), Emptied> {
        let (catalogue, people) = (self.roles(), self.people_index(by));
        let are_lost = |roles: &[Role]| {
            let mut holders = roles.iter().flat_map(|role| people.holders_here(*role)).peekable();
            let before = holders.peek().is_some();
            let stays = holders.any(|holder| !after.contains_key(&holder.id));
            before && !stays && !after.values().any(|held| held.contains_any(roles))
        };
        for entry in catalogue.entries().iter().filter(|entry| !entry.may_stand_empty) {
            if are_lost(&[entry.role]) {
                return Err(Emptied::Role { title: entry.title.clone() });
            }
        }
        let administrators: Vec<Role> = catalogue.carrying(Duty::GiveRoles).map(|entry| entry.role).collect();
        if are_lost(&administrators) {
            return Err(Emptied::Administrators);
        }
        Ok(())
    }
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
