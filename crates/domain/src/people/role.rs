//! What a person is trusted to do. A role may have several holders, a person several roles.
//!
//! Which roles there are is data: [`crate::Roles`] is the catalogue, and text that people write becomes a role only
//! through it.

use internment::Intern;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::RelativeRole;

/// A role that a policy may name: who decides, who is told, who keeps, who may look. It is its name and nothing more;
/// title, audiences and duties stand in the catalogue ([`crate::Roles`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Role(Intern<str>);

/// What is no name of a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a name for a role; write lower-case letters and digits joined by single hyphens")]
pub struct NotARoleName(pub String);

impl Role {
    /// The longest name, in characters: enough for any title in words, and short enough for a table.
    pub const LONGEST_NAME: usize = 64;

    /// The role of this name, whether or not a catalogue has it: for what was checked when it was written down (the
    /// catalogue itself, the records). A name once used is kept in memory until the program ends, so what a visitor
    /// types goes through [`crate::Roles::find`] instead.
    ///
    /// # Errors
    /// Where `name` is neither in kebab-case nor a [`RelativeRole`]'s, or longer than [`Role::LONGEST_NAME`].
    pub fn named(name: &str) -> Result<Role, NotARoleName> {
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let is_name = name.split('-').all(is_part) || name.parse::<RelativeRole>().is_ok();
        if name.len() <= Role::LONGEST_NAME && is_name {
            Ok(Role(Intern::from(name)))
        } else {
            Err(NotARoleName(name.to_owned()))
        }
    }

    pub(crate) fn relative(relative: RelativeRole) -> Role {
        Role(Intern::from(relative.name()))
    }

    /// The name that policies and records use.
    pub fn name(self) -> &'static str {
        self.0.as_ref()
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}

impl std::fmt::Debug for Role {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Role({})", self.name())
    }
}

impl Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Role::named(&name).map_err(serde::de::Error::custom)
    }
}

/// A set of roles, in the order of their names. Few people hold more than four, so that a set of four lies in place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Role>", into = "Vec<Role>")]
pub struct RoleSet(SmallVec<[Role; 4]>);

impl RoleSet {
    pub fn new() -> RoleSet {
        RoleSet::default()
    }

    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    pub fn contains_any<'r>(&self, roles: impl IntoIterator<Item = &'r Role>) -> bool {
        roles.into_iter().any(|role| self.contains(*role))
    }

    /// The first role, by name, that both sets have.
    pub fn first_shared(&self, other: &RoleSet) -> Option<Role> {
        self.iter().find(|role| other.contains(*role))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn insert(&mut self, role: Role) {
        if let Err(place) = self.0.binary_search(&role) {
            self.0.insert(place, role);
        }
    }

    /// The roles of both sets.
    #[must_use]
    pub fn union(&self, other: &RoleSet) -> RoleSet {
        self.iter().chain(other.iter()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut set = RoleSet::new();
        roles.into_iter().for_each(|role| set.insert(role));
        set
    }
}

impl From<Vec<Role>> for RoleSet {
    fn from(roles: Vec<Role>) -> Self {
        roles.into_iter().collect()
    }
}

impl From<RoleSet> for Vec<Role> {
    fn from(set: RoleSet) -> Self {
        set.0.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str) -> Role {
        Role::named(name).unwrap()
    }

    #[test]
    fn a_set_keeps_each_role_once_in_the_order_of_names() {
        let set: RoleSet = ["slt", "dsl", "slt", "it-staff", "governors", "office"].map(role).into_iter().collect();
        let names: Vec<&str> = set.iter().map(Role::name).collect();
        assert_eq!(names, ["dsl", "governors", "it-staff", "office", "slt"]);
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["dsl","governors","it-staff","office","slt"]"#);
        assert_eq!(serde_json::from_str::<RoleSet>(r#"["slt","dsl","slt"]"#).unwrap().len(), 2);
    }

    #[test]
    fn what_is_not_in_kebab_case_is_no_name_for_a_role() {
        for wrong in ["", "Head", "head of year", "head--of", "-head", "head-", "kopf-für-jahr", &"a".repeat(65)] {
            assert!(Role::named(wrong).is_err(), "{wrong}");
        }
        assert_eq!(role("head-of-year-9"), role("head-of-year-9"));
    }
}
