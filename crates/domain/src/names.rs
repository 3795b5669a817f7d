//! Closed vocabularies: an enum, its kebab-case name as policies write it, and its title in plain words.

/// Defines an enum whose variants each have a name (as written in policies and stores) and a title.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($variant:ident = $text:literal, $title:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $(#[doc = $title] $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The name that policies and stores use.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// The title that people read.
            pub const fn title(self) -> &'static str {
                match self { $($name::$variant => $title,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $name::ALL
                    .iter()
                    .copied()
                    .find(|known| known.name() == text)
                    .ok_or_else(|| $crate::UnknownName::new($what, text, $name::ALL.iter().map(|known| known.name())))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use vocabulary;

/// A name that is in no vocabulary, with the nearest one that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} '{name}'{}", .nearest.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default())]
pub struct UnknownName {
    pub what: &'static str,
    pub name: String,
    pub nearest: Option<&'static str>,
}

impl UnknownName {
    pub fn new(what: &'static str, name: &str, known: impl Iterator<Item = &'static str>) -> Self {
        let nearest = known
            .map(|candidate| (edit_distance(name, candidate), candidate))
            .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
            .min()
            .map(|(_, candidate)| candidate);
        UnknownName { what, name: name.to_owned(), nearest }
    }
}

/// How many letters must be put in, taken out or changed to turn one name into the other (Levenshtein).
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let changed = previous[column] + usize::from(a != *b);
            current.push(changed.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use crate::{Audience, Category};

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let error = "puppil".parse::<Audience>().unwrap_err();
        assert_eq!(error.to_string(), "there is no audience 'puppil'; did you mean 'pupil'?");
    }

    #[test]
    fn a_name_near_to_none_is_answered_without_a_guess() {
        let error = "zebra-crossings".parse::<Category>().unwrap_err();
        assert_eq!(error.to_string(), "there is no category of sites 'zebra-crossings'");
    }
}
