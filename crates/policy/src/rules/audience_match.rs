//! Whom a rule concerns.

use domain::{Audience, Group, RoleSet};

use crate::somebody::Somebody;
use crate::value::Who;
use crate::verdict::Because;

/// [`Who`] made ready for asking often.
#[derive(Debug, Clone, Default)]
pub(crate) struct AudienceMatch {
    everyone: bool,
    audiences: u32,
    roles: RoleSet,
    groups: Box<[Group]>,
}

pub(crate) const fn audience_bit(audience: Audience) -> u32 {
    1 << audience as u32
}

impl AudienceMatch {
    pub(crate) fn of(who: &Who) -> AudienceMatch {
        AudienceMatch {
            everyone: who.everyone,
            audiences: who.audiences.iter().fold(0, |mask, audience| mask | audience_bit(*audience)),
            roles: who.roles.iter().copied().collect(),
            groups: who.groups.clone().into_boxed_slice(),
        }
    }

    /// `bound` says whether the rule's policy binds the person: to be named counts always, "everyone" only then.
    pub(crate) fn reaches(&self, somebody: Somebody<'_>, bound: bool) -> Option<Because> {
        if self.everyone && bound {
            return Some(Because::Everyone);
        }
        if self.audiences & audience_bit(somebody.audience) != 0 {
            return Some(Because::Audience);
        }
        if let Some(role) = self.roles.first_shared(somebody.roles) {
            return Some(Because::Role(role));
        }
        if !self.groups.is_empty() && self.groups.iter().any(|group| somebody.groups.contains(group)) {
            return Some(Because::Group);
        }
        None
    }

    pub(crate) fn includes(&self, somebody: Somebody<'_>) -> bool {
        self.reaches(somebody, true).is_some()
    }
}
