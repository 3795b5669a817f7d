//! Roles and lists as they stand in a sentence, and how to reach whoever holds a role.

pub use domain::upper_first;
use domain::{HelpsWith, Role, RoleSet};

use crate::visitor::AppState;

/// `a, b and c`
pub fn list(words: &[String], conjunction: &str) -> String {
    match words {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// Whoever holds a role, as the school's own facts say: `Designated safeguarding lead: Ms Lee, room 4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    pub title: String,
    pub name: Option<String>,
    pub contact: Option<String>,
}

impl AppState {
    /// `IT staff`, as the school's catalogue of roles has it.
    pub fn role_title(&self, role: Role) -> String {
        self.desk.roles().title(role).to_owned()
    }

    /// `the designated safeguarding lead`, `IT staff`
    pub fn role_in_sentence(&self, role: Role) -> String {
        self.desk.roles().in_sentence(role)
    }

    /// `the headteacher or IT staff`; `nobody` of none.
    pub fn roles_in_sentence(&self, roles: &[Role], conjunction: &str) -> String {
        let catalogue = self.desk.roles();
        list(&roles.iter().map(|role| catalogue.in_sentence(*role)).collect::<Vec<_>>(), conjunction)
    }

    /// `Headteacher, Policy owner`; empty of none.
    pub fn role_titles(&self, roles: &RoleSet) -> String {
        let catalogue = self.desk.roles();
        roles.iter().map(|role| catalogue.title(role)).collect::<Vec<_>>().join(", ")
    }

    /// Whom the help pages name for something.
    pub fn keepers(&self, what: HelpsWith) -> Vec<Keeper> {
        self.desk.roles().helping_with(what).map(|role| self.keeper(role)).collect()
    }

    pub fn keeper(&self, role: Role) -> Keeper {
        let rules = self.desk.rules();
        let fact = |what: &str| rules.facts().get(&format!("{}.{what}", role.name())).cloned();
        Keeper { title: self.role_title(role), name: fact("name"), contact: fact("contact") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_as_in_a_sentence() {
        let words = ["the headteacher", "IT staff", "a teacher"].map(str::to_owned);
        assert_eq!(list(&words, "or"), "the headteacher, IT staff or a teacher");
        assert_eq!(list(&[], "or"), "nobody");
    }
}
