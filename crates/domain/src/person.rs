//! Somebody in the school.

use serde::{Deserialize, Serialize};

use crate::{Audience, Particulars, PersonId, RoleSet};

/// A class, a year, a department: `9B`, `year-9`, `science`. Compared as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Group(pub String);

impl std::fmt::Display for Group {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// Whether somebody is still here. A leaver keeps their history and loses every access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonStatus {
    Here,
    Left,
}

/// Somebody in the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// The name that they sign in with, lower case, unique.
    pub username: String,
    /// The name that others know them by.
    pub name: String,
    pub mail: Option<String>,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: RoleSet,
    /// For a parent or carer: the pupils they answer for.
    pub children: Vec<PersonId>,
    pub status: PersonStatus,
    pub particulars: Particulars,
}
