//! The form of an entry in a register, as an example or a story fills it in.

use std::collections::BTreeMap;

use domain::{FieldKind, LineKind};

use super::ExampleActor;
use crate::kinds::Register;
use crate::lines::{Words, Wrong, parts, read_typed, read_whole_actor};
use crate::parse::names::{Name, Use};
use crate::rules::registers;

/// What is written into which register.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryForm {
    pub register: String,
    /// What is typed into fields, by their names; every other one is filled in as it should be.
    pub typed: Vec<(String, String)>,
    /// The second person who is there.
    pub beside: Option<ExampleActor>,
}

impl EntryForm {
    /// What is typed into each field. That something is done is said by an example alone.
    pub(crate) fn filled(&self, register: &Register) -> BTreeMap<String, String> {
        let open = register.form().iter().filter(|field| !registers::says_done(register, field));
        let usual = open.map(|field| {
            let fitting = registers::fitting(register, field).first().map(|answer| (*answer).to_owned());
            (field.name.clone(), fitting.unwrap_or_else(|| well_filled(&field.kind)))
        });
        let mut filled: BTreeMap<String, String> = usual.collect();
        filled.extend(self.typed.iter().cloned());
        filled
    }
}

/// `images, with taken-with "a telephone", without purpose, beside staff Sid`.
pub(crate) fn read_entry_form(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<EntryForm, Wrong> {
    let register = read_register(words, names);
    let (mut typed, mut beside) = (Vec::new(), None);
    let rest = std::mem::take(&mut words.rest);
    for part in parts(rest) {
        if let Some(filled) = part.strip_prefix("with ") {
            typed.push(read_typed(filled)?);
        } else if let Some(field) = part.strip_prefix("without ") {
            typed.push((field.trim().to_owned(), String::new()));
        } else if let Some(named) = part.strip_prefix("beside ") {
            beside = Some(read_whole_actor(named.trim(), words)?);
        } else {
            let mend = "after the register write 'with' and a field and what is typed into it in quotation marks, \
                        'without' and a field, 'beside' and the second person, with commas between them";
            return Err((format!("'{part}' is not understood here"), mend.to_owned()));
        }
    }
    Ok(EntryForm { register, typed, beside })
}

/// The name of a register, which is noted among the names.
pub(crate) fn read_register(words: &mut Words<'_>, names: &mut Vec<Name>) -> String {
    let register = words.next().trim_end_matches(',');
    names.push(Name { how: Use::OfRegister, text: register.to_owned(), span: words.place(register) });
    register.to_owned()
}

/// What somebody might type into a field.
pub(crate) fn well_filled(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Choice(options) => options.first().cloned().unwrap_or_default(),
        FieldKind::Line(kind) => match kind {
            LineKind::Text | LineKind::LongText => "filled in",
            LineKind::YesNo => "yes",
            LineKind::Number => "1",
            LineKind::Date => "2026-05-12",
            LineKind::Time => "10:00",
            LineKind::DateTime => "2026-05-12T10:00",
            LineKind::Person => "staff",
            LineKind::Pupil => "pupil",
            LineKind::Pupils => "none",
            LineKind::Group => "5B",
            LineKind::Site => "www.example.org",
            LineKind::NetworkAddress => "10.20.0.7",
        }
        .to_owned(),
    }
}
