//! The catalogue of roles: which there are, what they are called, who may hold them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::{Audience, Duty, RelativeRole, Role, RoleSet, UnknownName};

/// For what the help pages name the holders of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HelpsWith {
    /// Something that worries a child or somebody about a child.
    Worries,
    /// Passwords, devices, the network.
    Computers,
    /// Anything else that the school's office answers.
    TheSchool,
}

/// One role of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RoleEntry {
    #[serde(rename = "name")]
    pub role: Role,
    /// As people read it: `IT staff`.
    pub title: String,
    /// As it stands within a sentence; `None`: 'the' and the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_sentence: Option<String>,
    /// Whether the words in a sentence take a plural verb: `IT staff decide`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub plural: bool,
    /// Whose people may hold it; empty: nobody in the school, as with the police.
    pub may_hold: Vec<Audience>,
    /// Whether the school may be without a holder.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub may_stand_empty: bool,
    /// What the program lets its holders do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helps_with: Vec<HelpsWith>,
}

fn yes() -> bool {
    true
}

// serde's `skip_serializing_if` hands over a reference.
fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// Why a text is no catalogue of roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    #[error("the roles can't be read: {0}")]
    Unreadable(String),
    #[error("the role '{0}' is there twice; give one of them another name")]
    Twice(Role),
    #[error("the role '{0}' has the name of an audience; give it another, or a policy could not tell them apart")]
    NamedAsAnAudience(Role),
    #[error("the role '{0}' has the name of a relative role, which nobody is given; give it another")]
    NamedAsARelativeRole(Role),
    #[error("the role '{0}' has no title; write what people are to read")]
    Untitled(Role),
}

/// Every role that policies may name and people may hold. Made once and handed on whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    entries: Vec<RoleEntry>,
    places: HashMap<&'static str, usize>,
}

/// A catalogue as a file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    role: Vec<RoleEntry>,
}

static READY: LazyLock<Arc<Roles>> = LazyLock::new(|| {
    Arc::new(Roles::parse(include_str!("../../roles.toml")).expect("the shipped roles are checked by a test"))
});

impl Roles {
    /// The roles that ship with the program.
    pub fn ready() -> &'static Arc<Roles> {
        &READY
    }

    /// Reads a catalogue from TOML: a `[[role]]` table for each.
    ///
    /// # Errors
    /// Where it is no TOML, a field is missing or unknown, a name stands twice or is an audience's, a title is empty.
    pub fn parse(text: &str) -> Result<Roles, RolesError> {
        let file: File = toml::from_str(text).map_err(|error| RolesError::Unreadable(error.to_string()))?;
        Roles::of(file.role)
    }

    /// A catalogue of these entries, in their order.
    ///
    /// # Errors
    /// Where a name stands twice or is an audience's, or a title is empty.
    pub fn of(entries: Vec<RoleEntry>) -> Result<Roles, RolesError> {
        let mut places = HashMap::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            let name = entry.role.name();
            if name.parse::<Audience>().is_ok() || name == "everyone" {
                return Err(RolesError::NamedAsAnAudience(entry.role));
            }
            // Consents name the person concerned among the roles; the catalogue has the word, and gives it to nobody.
            let is_word = |relative| relative == RelativeRole::PersonConcerned && entry.may_hold.is_empty();
            if RelativeRole::of(entry.role).is_some_and(|relative| !is_word(relative)) {
                return Err(RolesError::NamedAsARelativeRole(entry.role));
            }
            if entry.title.trim().is_empty() {
                return Err(RolesError::Untitled(entry.role));
            }
            if places.insert(name, place).is_some() {
                return Err(RolesError::Twice(entry.role));
            }
        }
        Ok(Roles { entries, places })
    }

    /// The catalogue as a file has it.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(&File { role: self.entries.clone() }).unwrap_or_default()
    }

    /// The role of this name.
    ///
    /// # Errors
    /// Where there is none; it names the nearest.
    pub fn find(&self, name: &str) -> Result<Role, UnknownName> {
        match self.places.get(name) {
            Some(place) => Ok(self.entries[*place].role),
            None => Err(UnknownName::new("role", name, self.names())),
        }
    }

    pub fn entry(&self, role: Role) -> Option<&RoleEntry> {
        self.places.get(role.name()).map(|place| &self.entries[*place])
    }

    /// Whether there is such a role, and people of an audience may hold it.
    pub fn may_be_held_by(&self, role: Role, audience: Audience) -> bool {
        self.entry(role).is_some_and(|entry| entry.may_be_held_by(audience))
    }

    pub fn entries(&self) -> &[RoleEntry] {
        &self.entries
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.entries.iter().map(|entry| entry.role.name())
    }

    /// The title that people read; the name, where the catalogue no longer has the role and old records still do.
    pub fn title(&self, role: Role) -> &str {
        match self.entry(role) {
            Some(entry) => &entry.title,
            None => RelativeRole::of(role).map_or(role.name(), RelativeRole::title),
        }
    }

    /// `the headteacher`, `IT staff`.
    pub fn in_sentence(&self, role: Role) -> String {
        if let Some(relative) = RelativeRole::of(role) {
            return relative.title().to_owned();
        }
        match self.entry(role).and_then(|entry| entry.in_sentence.clone()) {
            Some(words) => words,
            None => format!("the {}", lower_first(self.title(role))),
        }
    }

    /// Whether the words in a sentence take a plural verb.
    pub fn is_plural(&self, role: Role) -> bool {
        self.entry(role).is_some_and(|entry| entry.plural)
    }

    /// Whether one of the roles carries the duty.
    pub fn carry(&self, held: &RoleSet, duty: Duty) -> bool {
        held.iter().any(|role| self.entry(role).is_some_and(|entry| entry.duties.contains(&duty)))
    }

    /// Whether somebody must always hold one of the roles: it may not stand empty, or it carries the duty to give roles.
    pub fn any_must_be_held(&self, held: &RoleSet) -> bool {
        let may_stand_empty = |role| self.entry(role).is_none_or(|entry| entry.may_stand_empty);
        self.carry(held, Duty::GiveRoles) || !held.iter().all(may_stand_empty)
    }

    /// The roles that carry a duty, in the catalogue's order.
    pub fn carrying(&self, duty: Duty) -> impl Iterator<Item = &RoleEntry> {
        self.entries.iter().filter(move |entry| entry.duties.contains(&duty))
    }

    /// Every duty that one of the roles carries.
    pub fn duties_of(&self, held: &RoleSet) -> impl Iterator<Item = Duty> {
        Duty::ALL.iter().copied().filter(move |duty| self.carry(held, *duty))
    }

    /// Whom the help pages name for something, in the catalogue's order.
    pub fn helping_with(&self, what: HelpsWith) -> impl Iterator<Item = Role> + '_ {
        self.entries.iter().filter(move |entry| entry.helps_with.contains(&what)).map(|entry| entry.role)
    }
}

impl RoleEntry {
    /// Whether somebody of this audience may hold the role.
    pub fn may_be_held_by(&self, audience: Audience) -> bool {
        self.may_hold.contains(&audience)
    }
}

/// Capital first, for a sentence or a heading that begins with it.
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Lower-cases the first letter, but for abbreviations: `IT staff` keeps its capitals.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(_), Some(second)) if second.is_uppercase() => text.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(letters).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_roles_can_be_read_and_written_back() {
        let ready = Roles::ready();
        assert_eq!(Roles::parse(&ready.to_toml()).unwrap(), **ready);
        let dsl = ready.find("dsl").unwrap();
        assert_eq!(ready.title(dsl), "Designated safeguarding lead");
        assert!(!ready.entry(dsl).unwrap().may_be_held_by(Audience::Pupil));
    }

    #[test]
    fn a_misspelt_role_is_answered_with_the_nearest() {
        let error = Roles::ready().find("headteecher").unwrap_err();
        assert_eq!(error.to_string(), "there is no role 'headteecher'; did you mean 'headteacher'?");
    }

    #[test]
    fn a_catalogue_with_a_role_twice_or_named_as_an_audience_is_refused() {
        let one = |name: &str| format!("[[role]]\nname = \"{name}\"\ntitle = \"A\"\nmay-hold = [\"staff\"]\n");
        let twice = Roles::parse(&[one("librarian"), one("librarian")].concat()).unwrap_err();
        assert!(twice.to_string().contains("there twice"), "{twice}");
        assert!(matches!(Roles::parse(&one("pupil")), Err(RolesError::NamedAsAnAudience(_))));
        assert!(matches!(Roles::parse(&one("teacher-of:group")), Err(RolesError::NamedAsARelativeRole(_))));
        assert!(matches!(Roles::parse("[[role]]\nname = \"a\"\n"), Err(RolesError::Unreadable(_))));
    }

    #[test]
    fn a_role_reads_in_a_sentence_by_its_title_unless_the_catalogue_says_otherwise() {
        let words = |name: &str| Roles::ready().in_sentence(Roles::ready().find(name).unwrap());
        assert_eq!(words("headteacher"), "the headteacher");
        assert_eq!(words("it-staff"), "IT staff");
        assert_eq!(words("e-safety-coordinator"), "the e-safety coordinator");
        assert_eq!(words("teacher"), "a teacher");
        let manager = RelativeRole::LineManagerOfAsker.role();
        assert_eq!(Roles::ready().in_sentence(manager), "the asker’s line manager");
    }
}
