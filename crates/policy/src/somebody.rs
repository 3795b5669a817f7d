//! Somebody, as far as a rule asks who they are.

use std::sync::LazyLock;

use domain::{Audience, Group, Person, Role, RoleSet, Standing};

use crate::document::Document;
use crate::rules::audience_match::AudienceMatch;
use crate::value::Who;
use crate::verdict::Because;

/// What a rule may ask about somebody: one view of a person on record, of whoever acts at the desk, of a standing at
/// the gate and of the people in worked examples.
#[derive(Debug, Clone, Copy)]
pub struct Somebody<'a> {
    pub audience: Audience,
    pub roles: &'a RoleSet,
    pub groups: &'a [Group],
}

impl Somebody<'_> {
    /// Nobody could be identified.
    pub fn unidentified() -> Somebody<'static> {
        static NO_ROLES: LazyLock<RoleSet> = LazyLock::new(RoleSet::new);
        Somebody { audience: Audience::Unidentified, roles: &NO_ROLES, groups: &[] }
    }

    pub fn holds_any(&self, roles: &[Role]) -> bool {
        self.roles.contains_any(roles)
    }
}

impl<'a> From<&'a Standing> for Somebody<'a> {
    fn from(standing: &'a Standing) -> Somebody<'a> {
        Somebody { audience: standing.audience, roles: &standing.roles, groups: &standing.groups }
    }
}

impl<'a> From<&'a Person> for Somebody<'a> {
    fn from(person: &'a Person) -> Somebody<'a> {
        Somebody { audience: person.audience, roles: &person.roles, groups: &person.groups }
    }
}

impl Document {
    /// Whether a list of people in this policy means somebody, and through what.
    pub fn concerns(&self, who: &Who, somebody: Somebody<'_>) -> Option<Because> {
        AudienceMatch::of(who).reaches(somebody, self.binds(somebody.audience))
    }

    /// Whether this policy's "everyone" means an audience: those of its head, those that no policy names, and whoever
    /// could not be identified.
    pub fn binds(&self, audience: Audience) -> bool {
        audience == Audience::Unidentified || self.audiences.contains(&audience) || self.unnamed.contains(&audience)
    }

    /// The audiences that none of these policies names. Every policy binds them.
    pub fn unnamed<'a>(policies: impl Iterator<Item = &'a Document> + Clone) -> Vec<Audience> {
        let is_named = |audience: &Audience| policies.clone().any(|policy| policy.audiences.contains(audience));
        Audience::ALL.iter().copied().filter(|audience| !is_named(audience)).collect()
    }
}
