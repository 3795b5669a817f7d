//! Whom a rule concerns.

use domain::{Audience, Group, RoleSet, Standing};

use crate::value::Who;
use crate::verdict::Because;

impl Who {
    /// Whether somebody is meant, and through what.
    pub fn concerns(&self, audience: Audience, roles: &RoleSet, groups: &[Group]) -> Option<Because> {
        Concern::of(self).reaches(audience, roles, groups, true)
    }
}

/// [`Who`] made ready for asking often.
#[derive(Debug, Clone, Default)]
pub(crate) struct Concern {
    everyone: bool,
    audiences: u32,
    roles: RoleSet,
    groups: Box<[Group]>,
}

pub(crate) const fn audience_bit(audience: Audience) -> u32 {
    1 << audience as u32
}

impl Concern {
    pub(crate) fn of(who: &Who) -> Concern {
        Concern {
            everyone: who.everyone,
            audiences: who.audiences.iter().fold(0, |mask, audience| mask | audience_bit(*audience)),
            roles: who.roles.iter().copied().collect(),
            groups: who.groups.clone().into_boxed_slice(),
        }
    }

    /// `bound` says whether the rule's policy binds the person: to be named counts always, "everyone" only then.
    pub(crate) fn reaches(
        &self,
        audience: Audience,
        roles: &RoleSet,
        groups: &[Group],
        bound: bool,
    ) -> Option<Because> {
        if self.everyone && bound {
            return Some(Because::Everyone);
        }
        if self.audiences & audience_bit(audience) != 0 {
            return Some(Because::Audience);
        }
        if let Some(role) = self.roles.first_shared(roles) {
            return Some(Because::Role(role));
        }
        if !self.groups.is_empty() && self.groups.iter().any(|group| groups.contains(group)) {
            return Some(Because::Group);
        }
        None
    }

    pub(crate) fn includes(&self, standing: &Standing) -> bool {
        self.reaches(standing.audience, &standing.roles, &standing.groups, true).is_some()
    }
}
