//! One id or several, where one is the usual case.

use std::ops::Deref;

use toml::Spanned;
use toml::de::DeValue;

use super::{FieldReader, Id, Value, join, read_word};

/// Ids of one kind of thing: written as one text, or as a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids(pub Vec<Id>);

impl Deref for Ids {
    type Target = Vec<Id>;
    fn deref(&self) -> &Vec<Id> {
        &self.0
    }
}

impl Ids {
    /// `'lesson-site' or 'club-site'`.
    pub(crate) fn or_words(&self) -> String {
        join(self.iter().map(|id| format!("'{id}'")).collect(), "or")
    }
}

impl Value for Ids {
    fn written() -> String {
        "an id in kebab-case, or a list of them".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        match item.get_ref() {
            DeValue::String(_) => read_word(item, reader).map(|id| Ids(vec![id])),
            _ => Vec::<Id>::read(item, reader).map(Ids),
        }
    }
}
