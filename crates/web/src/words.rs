//! Roles and lists as they stand in a sentence, and how to reach whoever holds a role.

use domain::Role;

use crate::visitor::AppState;

/// `the headteacher or IT staff`
pub fn roles(roles: &[Role], conjunction: &str) -> String {
    list(&roles.iter().map(|role| in_sentence(*role)).collect::<Vec<_>>(), conjunction)
}

/// `a, b and c`
pub fn list(words: &[String], conjunction: &str) -> String {
    match words {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// `the designated safeguarding lead`, `IT staff`
pub fn in_sentence(role: Role) -> String {
    match role {
        Role::ItStaff => "IT staff".to_owned(),
        Role::Police => "the police".to_owned(),
        other => format!("the {}", lower_first(other.title())),
    }
}

/// `IT director` keeps its capitals, `Headteacher` does not.
fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => title.to_owned(),
    }
}

/// Capital first, for a sentence or a heading that begins with it.
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whoever holds a role, as the school's own facts say: `Designated safeguarding lead: Ms Lee, room 4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    pub title: &'static str,
    pub name: Option<String>,
    pub contact: Option<String>,
}

impl AppState {
    pub fn keeper(&self, role: Role) -> Keeper {
        let rules = self.school.rules();
        let fact = |what: &str| rules.facts().get(&format!("{}.{what}", role.name())).cloned();
        Keeper { title: role.title(), name: fact("name"), contact: fact("contact") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_read_as_in_a_sentence() {
        assert_eq!(
            roles(&[Role::Headteacher, Role::ItStaff, Role::Dsl], "or"),
            "the headteacher, IT staff or the designated safeguarding lead"
        );
        assert_eq!(roles(&[], "or"), "nobody");
    }
}
