//! Somebody in the school.

use jiff::civil::Date;
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

/// The first character of a name that no name has: a control character, or one that is not seen and turns what stands
/// beside it round or hides it, so that somebody could pass for somebody else. The joiners of Persian and of the languages
/// of India are letters' own.
pub fn unfit_for_a_name(name: &str) -> Option<char> {
    name.chars().find(|letter| is_unseen(*letter))
}

/// Whether a character is a control character, or one that is not seen and turns or hides what stands beside it.
pub(crate) fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}')
        || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(letter, '\u{e0000}'..='\u{e007f}')
}

/// Whether a typed name may be that of somebody who is on record under another: they share a word of two letters or more,
/// whatever the capitals. Where one has a letter beyond A to Z the other may have any, since accents are often left out.
pub fn may_be_name_of(typed: &str, on_record: &str) -> bool {
    let words = |name: &str| -> Vec<Vec<char>> {
        let words = name.split(|letter: char| !letter.is_alphanumeric());
        words.map(|word| word.to_lowercase().chars().collect()).collect()
    };
    let same = |one: &char, other: &char| one == other || !one.is_ascii() || !other.is_ascii();
    let (typed, on_record) = (words(typed), words(on_record));
    let shared = |word: &Vec<char>| {
        on_record.iter().any(|known| {
            word.len() > 1 && word.len() == known.len() && word.iter().zip(known).all(|(one, other)| same(one, other))
        })
    };
    typed == on_record || typed.iter().any(shared)
}

/// The age from which somebody is no longer a child (Family Law Reform Act 1969, section 1).
const OF_AGE: i16 = 18;

impl Person {
    /// Whether they were a pupil here, have left, and are not of age on this day. Of somebody whose birth date is not
    /// known it is not said.
    pub fn is_former_pupil_under_18(&self, day: Date) -> bool {
        let has_left = match self.audience {
            Audience::ExPupil => true,
            Audience::Pupil => self.status == PersonStatus::Left,
            _ => false,
        };
        has_left && self.particulars.age_on(day).is_some_and(|age| age < OF_AGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_leniently_with_the_one_on_record() {
        for typed in ["pip fernhaven", "Pip", "P. Fernhaven", "FERNHAVEN, Philippa", "Pip O’Fernhaven"] {
            assert!(may_be_name_of(typed, "Pip Fernhaven"), "{typed}");
        }
        assert!(may_be_name_of("Zoe", "Zoë Fern") && may_be_name_of("Zoë", "Zoe Fern") && may_be_name_of("O", "O"));
        for typed in ["Mickey Mouse", "P. F.", "Pipp", "Fern haven"] {
            assert!(!may_be_name_of(typed, "Pip Fernhaven"), "{typed}");
        }
    }

    #[test]
    fn names_of_every_language_are_names_and_unseen_characters_are_none() {
        for name in ["Zoë O’Brien-Smith", "محمد علی", "می\u{200c}نا", "क्\u{200d}ष", "李小龍", "Jean  Paul 2."]
        {
            assert_eq!(unfit_for_a_name(name), None, "{name}");
        }
        for letter in ['\n', '\u{7}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}'] {
            assert_eq!(unfit_for_a_name(&format!("An{letter}na")), Some(letter));
        }
    }
}
