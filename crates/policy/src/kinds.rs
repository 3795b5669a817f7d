//! The kinds of rules. Each module below defines its kind's fields once, in one table; reading, checking and the manual
//! are made from that table, and the kind's plain-words explanation stands under it.
//!
//! To add a kind: a module with `kind! { … }` and `impl Sentences`, and its line in `rules! { … }` below.

use domain::Roles;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::document::Document;
use crate::state::State;
use crate::value::{FieldReader, Value, in_order, or_list};

mod agreement;
mod allow;
mod block;
mod booking;
mod channel;
mod choice;
mod chosen;
mod consent;
mod hold;
mod notice;
mod password;
mod permission;
mod register;
mod report;
mod retain;
mod safe_search;
mod sanction;
mod session;
mod training;
mod view;
mod watch;

pub use agreement::{Agreement, Before, How, Signer};
pub use allow::Allow;
pub use block::{Block, OpenWhile};
pub use booking::{Booking, First};
pub use channel::Channel;
pub use choice::Choice;
pub use consent::{Consent, ConsentEnd, Silence};
pub use hold::Hold;
pub use notice::{Notice, Occasion};
pub use password::{NotIn, OnCompromise, Password, PasswordNeed};
pub use permission::{Permission, Recipients};
pub use register::{DeclaredBy, OnLeaving, Register};
pub use report::{BeforeClosing, CHILD_AT_RISK, Report, ReportMatter};
pub use retain::{KeepFor, Retain, Then};
pub use safe_search::{Engine, SafeSearch};
pub use sanction::{Measure, Sanction};
pub use session::Session;
pub use training::Training;
pub use view::{Data, Tell, View, ViewAct};
pub use watch::{Severity, Stream, Watch};

/// What the manual says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    /// What may be written: `a list of roles`.
    pub written: String,
    pub required: bool,
    /// What holds where the field is left out, in words.
    pub default: Option<&'static str>,
    pub says: &'static str,
    /// What the software does with it.
    pub acts: String,
}

/// What the manual says of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindPage {
    pub name: &'static str,
    pub says: &'static str,
    /// A rule of this kind, as it stands in a `rule` block.
    pub example: &'static str,
    pub fields: Vec<Field>,
}

/// What acts on a field: the reader that consumes it, and how far.
pub(crate) enum Acts<R> {
    /// It gives the rule a name; nothing rests on it.
    Names,
    /// Words that people read on a page, where the page knows all of them; no decision rests on them.
    Shows(&'static str, fn(&R) -> bool),
    /// Nothing reads it but the explanation: it rests on each person's word.
    Nothing,
    /// The software does it, by this reader.
    Enforced(&'static str),
    /// By this reader, as far as what is written lets it.
    Depends(&'static str, fn(&R, &Document) -> State),
}

impl<R> Acts<R> {
    pub(crate) fn state(&self, rule: &R, document: &Document) -> Option<State> {
        match self {
            Acts::Names => None,
            Acts::Shows(_, is_known) => (!is_known(rule)).then_some(State::Word),
            Acts::Nothing => Some(State::Word),
            Acts::Enforced(_) => Some(State::Enforced),
            Acts::Depends(_, state) => Some(state(rule, document)),
        }
    }

    pub(crate) fn words(&self) -> String {
        match self {
            Acts::Names => "a name".to_owned(),
            Acts::Shows(page, _) => format!("words on {page}"),
            Acts::Nothing => "nothing: on each person's word".to_owned(),
            Acts::Enforced(reader) => format!("enforced by {reader}"),
            Acts::Depends(reader, _) => format!("by {reader}, as far as what is written lets it"),
        }
    }
}

/// What a rule does, in plain words, roles by their titles in the catalogue.
pub trait Sentences {
    fn sentences(&self, catalogue: &Roles) -> Vec<String>;
}

/// A kind's fields in one table: Rust name, name in the policy, type, whether it is needed, what it says, and what acts on
/// it; after what the kind says, an example for the manual.
macro_rules! kind {
    (
        $(#[$meta:meta])*
        $name:ident, $text:literal: $says:literal, $example:literal {
            $($field:ident $key:literal: $type:ty, $how:ident $($default:expr, $words:literal)?: $doc:literal
                => $acts:expr;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $(#[doc = $doc] pub(crate) $field: $type,)+
            /// Shown beside the clause to the policy's owners; runs nothing.
            pub(crate) note: Option<String>,
            /// Fields that the school chose where the policy's source leaves them open; shown to everybody.
            pub(crate) chosen: Vec<&'static str>,
        }

        impl $name {
            pub(crate) const NAME: &'static str = $text;

            pub(crate) fn page() -> $crate::kinds::KindPage {
                $crate::kinds::KindPage {
                    name: $text,
                    says: $says,
                    example: concat!("[", $text, "]\n", $example),
                    fields: vec![$($crate::kinds::Field {
                        name: $key,
                        written: <$type as $crate::value::Value>::written(),
                        required: kind!(@required $how),
                        default: kind!(@words $($words)?),
                        says: $doc,
                        acts: { let acts: $crate::kinds::Acts<$name> = $acts; acts.words() },
                    },)+],
                }
            }

            /// The fields that are written, each with what the software does with it; names are left out.
            pub(crate) fn field_states(
                &self,
                document: &$crate::document::Document,
            ) -> Vec<(&'static str, $crate::state::State)> {
                let mut states = Vec::new();
                $(if kind!(@given $how self.$field $(, $default)?) {
                    let acts: $crate::kinds::Acts<$name> = $acts;
                    states.extend(acts.state(self, document).map(|state| ($key, state)));
                })+
                states
            }

            /// The names of the fields that are written.
            pub(crate) fn written_fields(&self) -> Vec<&'static str> {
                let mut written = Vec::new();
                $(if kind!(@given $how self.$field $(, $default)?) {
                    written.push($key);
                })+
                written
            }

            /// The same rule with a field left out; `None` for a field that is needed.
            pub(crate) fn without(&self, field: &str) -> Option<Self> {
                match field {
                    $($key => kind!(@without $how self.$field $(, $default)?),)+
                    _ => None,
                }
            }

            pub(crate) fn read(
                name: std::ops::Range<usize>,
                table: &toml::de::DeTable<'_>,
                reader: &mut $crate::value::FieldReader<'_>,
            ) -> Option<Self> {
                let label = concat!("[", $text, "]");
                #[allow(unused_variables, reason = "a required field that is missing needs it, and not every kind has one")]
                let place = $crate::kinds::Place { label, span: name };
                $crate::kinds::refuse_unknown(label, &[$($key,)+ "note", "chosen"], table, reader);
                $(let $field: Option<$type> = kind!(@read $how, $key, place, table, reader $(, $default)?);)+
                let note = $crate::kinds::optional(table, "note", reader);
                let chosen = $crate::kinds::chosen::read(label, &[$($key,)+], table, reader);
                Some($name { $($field: $field?,)+ note, chosen })
            }
        }
    };
    (@given required $($field:tt)+) => { true };
    (@given optional $self:ident.$field:ident) => { $self.$field.is_some() };
    (@given or $self:ident.$field:ident, $default:expr) => { $self.$field != $default };
    (@without required $($field:tt)+) => { None };
    (@without optional $self:ident.$field:ident) => { Some(Self { $field: None, ..$self.clone() }) };
    (@without or $self:ident.$field:ident, $default:expr) => { Some(Self { $field: $default, ..$self.clone() }) };
    (@required required) => { true };
    (@required optional) => { false };
    (@required or) => { false };
    (@words) => { None };
    (@words $words:literal) => { Some($words) };
    (@read required, $key:literal, $place:ident, $table:ident, $reader:ident) => {
        $crate::kinds::required(&$place, $table, $key, $reader)
    };
    (@read optional, $key:literal, $place:ident, $table:ident, $reader:ident) => {
        Some($crate::kinds::optional($table, $key, $reader))
    };
    (@read or, $key:literal, $place:ident, $table:ident, $reader:ident, $default:expr) => {
        Some($crate::kinds::optional($table, $key, $reader).unwrap_or_else(|| $default))
    };
}
pub(crate) use kind;

/// A closed list of names for one field, each with the words that an explanation uses.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident, $one:literal, $several:literal {
        $($variant:ident = $text:literal, $words:literal;)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $(#[doc = $words] $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The name that policies use.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// The words that an explanation uses.
            pub const fn words(self) -> &'static str {
                match self { $($name::$variant => $words,)+ }
            }
        }

        impl $crate::value::Word for $name {
            const WRITTEN: &'static str = concat!("one of" $(, " `\"", $text, "\"`")+);
            const SEVERAL: &'static str = concat!($several, ":" $(, " `\"", $text, "\"`")+);
            fn word(text: &str, _: &domain::Roles) -> Result<Self, (String, String)> {
                $name::ALL.iter().copied().find(|known| known.name() == text).ok_or_else(|| {
                    let names = || $name::ALL.iter().map(|known| known.name());
                    let error = domain::UnknownName::new($one, text, names());
                    $crate::value::mended(error, || format!("write one of {}", $crate::value::or_list(names())))
                })
            }
        }

        $crate::value::value_of_word!($name);
    };
}
pub(crate) use choices;

/// The rule enum, and what is the same for every kind.
macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        /// What the software does for a clause.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Rule { $($name($name),)+ }

        impl Rule {
            /// The names of all kinds.
            pub const KINDS: &'static [&'static str] = &[$($name::NAME,)+];

            /// The name of the rule's kind: `safe-search`.
            pub fn kind(&self) -> &'static str {
                match self { $(Rule::$name(_) => $name::NAME,)+ }
            }

            /// What the rule does, in plain words, a sentence each.
            pub fn sentences(&self, catalogue: &Roles) -> Vec<String> {
                match self { $(Rule::$name(rule) => rule.sentences(catalogue),)+ }
            }

            /// What the software does with each field that is written.
            pub(crate) fn field_states(&self, document: &Document) -> Vec<(&'static str, State)> {
                match self { $(Rule::$name(rule) => rule.field_states(document),)+ }
            }

            /// The same rule with a field left out; `None` for a field that is needed.
            pub(crate) fn without(&self, field: &str) -> Option<Rule> {
                match self { $(Rule::$name(rule) => rule.without(field).map(Rule::$name),)+ }
            }

            /// The names of the fields that are written.
            pub fn written_fields(&self) -> Vec<&'static str> {
                match self { $(Rule::$name(rule) => rule.written_fields(),)+ }
            }

            /// The names of those that the school chose where the policy's source leaves them open.
            pub fn chosen_fields(&self) -> &[&'static str] {
                match self { $(Rule::$name(rule) => &rule.chosen,)+ }
            }

            pub fn note(&self) -> Option<&str> {
                match self { $(Rule::$name(rule) => rule.note.as_deref(),)+ }
            }

            /// Which of its fields the school chose, in a sentence for everybody.
            pub(crate) fn chosen_sentence(&self) -> Option<String> {
                match self { $(Rule::$name(rule) => chosen::sentence($name::NAME, &rule.chosen),)+ }
            }

            pub(crate) fn read(
                kind: &str,
                name: std::ops::Range<usize>,
                table: &DeTable<'_>,
                reader: &mut FieldReader<'_>,
            ) -> Option<Rule> {
                match kind {
                    $($name::NAME => $name::read(name, table, reader).map(Rule::$name),)+
                    unknown => {
                        let error = domain::UnknownName::new("kind of rule", unknown, Rule::KINDS.iter().copied());
                        let (message, mend) = crate::value::mended(error, || {
                            format!("write one of {}", or_list(Rule::KINDS.iter().copied()))
                        });
                        reader.wrong(name, message, mend);
                        None
                    }
                }
            }
        }

        /// What the manual says of every kind, in its order.
        pub fn pages() -> Vec<KindPage> {
            vec![$($name::page(),)+]
        }
    };
}

rules! {
    Agreement, Notice, Block, Allow, SafeSearch, Watch, Permission, Report, Register, Consent, View, Retain, Password, Session,
    Training, Booking, Channel, Sanction, Hold, Choice,
}

/// A table as problems name it, and where its name stands.
pub(crate) struct Place {
    pub(crate) label: &'static str,
    pub(crate) span: std::ops::Range<usize>,
}

pub(crate) fn refuse_unknown(label: &str, known: &[&'static str], table: &DeTable<'_>, reader: &mut FieldReader<'_>) {
    for (key, _) in in_order(table) {
        if !known.contains(&key.get_ref().as_ref()) {
            let error = domain::UnknownName::new("field", key.get_ref(), known.iter().copied());
            let mend = match error.nearest {
                Some(nearest) => format!("did you mean '{nearest}'?"),
                None => format!("{label} has the fields {}", or_list(known.iter().copied())),
            };
            reader.wrong(key.span(), format!("{label} has no field '{}'", key.get_ref()), mend);
        }
    }
}

pub(crate) fn find<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, item)| item)
}

pub(crate) fn required<T: Value>(
    place: &Place,
    table: &DeTable<'_>,
    key: &str,
    reader: &mut FieldReader<'_>,
) -> Option<T> {
    reader.field = key.to_owned();
    match find(table, key) {
        Some(item) => T::read(item, reader),
        None => {
            let mend = format!("add '{key}': {}", T::written().replace('`', ""));
            reader.wrong(place.span.clone(), format!("{} lacks '{key}'", place.label), mend);
            None
        }
    }
}

pub(crate) fn optional<T: Value>(table: &DeTable<'_>, key: &str, reader: &mut FieldReader<'_>) -> Option<T> {
    reader.field = key.to_owned();
    T::read(find(table, key)?, reader)
}
