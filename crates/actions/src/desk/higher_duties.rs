//! Nobody changes somebody above them: a holder of a duty is changed only by whoever may give that duty.

use domain::{Duty, RoleSet, Roles};

use crate::desk::actor::Actor;
use crate::desk::desk_state::Desk;
use crate::desk::error::Forbidden;

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
