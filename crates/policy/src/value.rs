//! The types of a rule's fields: how each is read from TOML, and how the manual says what may be written.

use std::ops::Range;
use std::str::FromStr;

use domain::{Audience, Category, CategorySet, Longest, Period, PeriodSet, Role, Roles, Span, Within};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::Problems;

mod entries;
mod fields;
mod ids;
mod sites;
mod then;
mod who;

pub(crate) use entries::options;
pub use entries::{AtMost, EntryAnswers, EntryFields};
pub use fields::{Fields, FieldsWithoutPeople};
pub(crate) use fields::{form, twice};
pub use ids::Ids;
pub use sites::{SiteEntry, Sites, WaySites};
pub use then::{ThenStep, ThenSteps};
pub(crate) use who::decider;
pub use who::{Askers, Deciders, Panels, PermissionDeciders, Routes, Who, WhoByAge};

/// Where a field's problems go: spans inside a TOML text become places in the file.
pub(crate) struct FieldReader<'p> {
    pub(crate) problems: &'p mut Problems,
    /// The roles that may be named.
    pub(crate) roles: &'p Roles,
    /// Where in the file the TOML text begins.
    pub(crate) base: usize,
    /// The field that is being read.
    pub(crate) field: String,
}

impl<'p> FieldReader<'p> {
    pub(crate) fn new(problems: &'p mut Problems, roles: &'p Roles, base: usize) -> FieldReader<'p> {
        FieldReader { problems, roles, base, field: String::new() }
    }
}

impl FieldReader<'_> {
    pub(crate) fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, mend: impl Into<String>) {
        self.problems.add(span.start + self.base..span.end + self.base, message, mend);
    }

    fn wrong_type(&mut self, item: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = match item.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let message = format!("'{}' has {found}, and takes something else", self.field);
        self.wrong(item.span(), message, format!("write {}", wanted.replace('`', "")));
    }
}

/// The role by which a clause means the person whom something is about, whoever that is.
pub(crate) const PERSON_CONCERNED: &str = "person-concerned";

/// The type of a field.
pub(crate) trait Value: Sized {
    /// What may be written, for the manual: `a list of roles`.
    fn written() -> String;
    /// `None` where it can't be read; the reader has been told why.
    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self>;
}

/// A type that is written as one text.
pub(crate) trait Word: Sized {
    const WRITTEN: &'static str;
    /// What several are called.
    const SEVERAL: &'static str;
    /// Reads it; `roles` are those that may be named. The error: what is wrong, and how to mend it.
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)>;
}

/// Splits an error that names its mend after a semicolon.
pub(crate) fn mended(error: impl std::fmt::Display, otherwise: impl FnOnce() -> String) -> (String, String) {
    let text = error.to_string();
    match text.split_once("; ") {
        Some((message, mend)) => (message.to_owned(), mend.to_owned()),
        None => (text, otherwise()),
    }
}

/// `write one of 'a', 'b' or 'c'`; a long list stands in the manual.
pub(crate) fn one_of(several: &str, names: &[&str]) -> String {
    if names.len() > 20 {
        return format!("the names of {several} are in docs/MANUAL.md");
    }
    format!("write one of {}", or_list(names.iter().copied()))
}

/// `'a', 'b' or 'c'`.
pub(crate) fn or_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names.into_iter().map(|name| format!("'{name}'")).collect(), "or")
}

/// `a, b and c`; `a and b, c and d, and e` where a name is itself of two parts.
pub(crate) fn join(mut names: Vec<String>, conjunction: &str) -> String {
    let of_parts = names.iter().any(|name| name.contains(" and ") || name.contains(" or "));
    let comma = if of_parts && names.len() > 1 { "," } else { "" };
    let Some(last) = names.pop() else { return String::new() };
    if names.is_empty() { last } else { format!("{}{comma} {conjunction} {last}", names.join(", ")) }
}

macro_rules! vocabulary_words {
    ($($type:ty: $written:literal, $several:literal;)+) => {$(
        impl Word for $type {
            const WRITTEN: &'static str = $written;
            const SEVERAL: &'static str = $several;
            fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
                <$type>::from_str(text).map_err(|error| {
                    mended(error, || {
                        let names: Vec<&str> = <$type>::ALL.iter().map(|known| known.name()).collect();
                        one_of($several, &names)
                    })
                })
            }
        }
    )+};
}

vocabulary_words! {
    Audience: "an audience", "audiences";
    Category: "a category", "categories";
    Period: "a period", "periods";
}

impl Word for Role {
    const WRITTEN: &'static str = "a role";
    const SEVERAL: &'static str = "roles";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        roles.find(text).map_err(|error| mended(error, || one_of("roles", &roles.names().collect::<Vec<_>>())))
    }
}

macro_rules! span_words {
    ($($type:ty: $written:literal, $several:literal;)+) => {$(
        impl Word for $type {
            const WRITTEN: &'static str = $written;
            const SEVERAL: &'static str = $several;
            fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
                <$type>::from_str(text).map_err(|error| mended(error, || $written.to_owned()))
            }
        }
    )+};
}

span_words! {
    Span: "a length of time such as `\"72 hours\"`", "lengths of time";
    Longest: "a length of time, `\"end of lesson\"`, `\"end of day\"`, `\"end of next school day\"`, `\"end of term\"` or `\"until revoked\"`", "ends";
    Within: "a length of time, `\"at once\"` or `\"as soon as possible\"`", "times";
}

/// How often: `every 12 months`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Every(pub Span);

impl Word for Every {
    const WRITTEN: &'static str = "`\"every …\"` and a length of time, or `\"every term\"`";
    const SEVERAL: &'static str = "times";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        Span::parse_every(text).map(Every).map_err(|error| mended(error, String::new))
    }
}

impl std::fmt::Display for Every {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.count == 1 { write!(out, "every {}", self.0.unit) } else { write!(out, "every {}", self.0) }
    }
}

impl Word for String {
    const WRITTEN: &'static str = "a text";
    const SEVERAL: &'static str = "texts";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        if text.trim().is_empty() {
            Err(("this text is empty".to_owned(), "write something, or leave the field out".to_owned()))
        } else {
            Ok(text.to_owned())
        }
    }
}

/// A name that other rules, requests and records use: kebab-case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub String);

impl std::ops::Deref for Id {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl Word for Id {
    const WRITTEN: &'static str = "an id in kebab-case";
    const SEVERAL: &'static str = "ids";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        if is_kebab_case(text) {
            Ok(Id(text.to_owned()))
        } else {
            Err((
                format!("'{text}' is not an id"),
                "write lower-case letters and digits joined by single hyphens, such as 'lesson-site'".to_owned(),
            ))
        }
    }
}

pub(crate) fn is_kebab_case(text: &str) -> bool {
    text.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

macro_rules! value_of_word {
    ($($type:ty),+) => {$(
        impl $crate::value::Value for $type {
            fn written() -> String {
                <$type as $crate::value::Word>::WRITTEN.to_owned()
            }

            fn read(
                item: &toml::Spanned<toml::de::DeValue<'_>>,
                reader: &mut $crate::value::FieldReader<'_>,
            ) -> Option<Self> {
                $crate::value::read_word(item, reader)
            }
        }
    )+};
}
pub(crate) use value_of_word;

value_of_word!(String, Id, Span, Longest, Within, Every, Role);

pub(crate) fn read_word<T: Word>(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<T> {
    let DeValue::String(text) = item.get_ref() else {
        reader.wrong_type(item, &format!("{} in quotation marks", T::WRITTEN));
        return None;
    };
    match T::word(text, reader.roles) {
        Ok(value) => Some(value),
        Err((message, mend)) => {
            reader.wrong(item.span(), message, mend);
            None
        }
    }
}

impl<T: Word> Value for Vec<T> {
    fn written() -> String {
        format!("a list of {}", T::SEVERAL)
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Array(items) = item.get_ref() else {
            reader.wrong_type(item, &format!("a list in square brackets, such as [\"…\"], of {}", T::SEVERAL));
            return None;
        };
        if items.is_empty() {
            reader.wrong(item.span(), "this list is empty", format!("name {}, or leave the field out", T::SEVERAL));
            return None;
        }
        let read: Vec<Option<T>> = items.iter().map(|item| read_word(item, reader)).collect();
        read.into_iter().collect()
    }
}

impl<T: Value> Value for Option<T> {
    fn written() -> String {
        T::written()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        T::read(item, reader).map(Some)
    }
}

/// Keeps a seldom field out of the size of every rule.
impl<T: Value> Value for Box<T> {
    fn written() -> String {
        T::written()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        T::read(item, reader).map(Box::new)
    }
}

impl Value for bool {
    fn written() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let read = item.get_ref().as_bool();
        if read.is_none() {
            reader.wrong_type(item, "true or false, without quotation marks");
        }
        read
    }
}

impl Value for u32 {
    fn written() -> String {
        "a number".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let read = item
            .get_ref()
            .as_integer()
            .and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|number| *number > 0);
        if read.is_none() {
            reader.wrong_type(item, "a whole number above nothing, without quotation marks");
        }
        read
    }
}

impl Value for PeriodSet {
    fn written() -> String {
        "a list of periods".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        Vec::<Period>::read(item, reader).map(PeriodSet::from_iter)
    }
}

impl Value for CategorySet {
    fn written() -> String {
        "a list of categories".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        Vec::<Category>::read(item, reader).map(CategorySet::from_iter)
    }
}

type KeyAndValue<'t, 'i> = (&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>);

/// A table's entries in the order in which they are written.
pub(crate) fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<KeyAndValue<'t, 'i>> {
    let mut entries: Vec<KeyAndValue<'t, 'i>> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
