//! The typed fields of a form.

use domain::{FieldKind, FormField, LineKind};
use toml::Spanned;
use toml::de::DeValue;

use super::{FieldReader, Value, in_order, mended, or_list};

/// Fields of a form, in the order in which they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<FormField>);

/// The form that a clause asks for: `needs` are lines of text, `fields` are of any kind.
pub(crate) fn form(needs: Option<&[String]>, fields: Option<&Fields>) -> Vec<FormField> {
    let lines = needs.into_iter().flatten().map(FormField::text);
    lines.chain(fields.into_iter().flat_map(|fields| fields.0.iter().cloned())).collect()
}

/// The fields that a form has twice.
pub(crate) fn twice(form: &[FormField]) -> Vec<&str> {
    let repeated = |place: usize, field: &FormField| form[..place].iter().any(|before| before.name == field.name);
    form.iter()
        .enumerate()
        .filter(|(place, field)| repeated(*place, field))
        .map(|(_, field)| field.name.as_str())
        .collect()
}

/// What may be written of fields of these kinds.
fn written_of(kinds: impl Iterator<Item = LineKind>) -> String {
    let kinds: Vec<String> = kinds.map(|kind| format!("`\"{kind}\"`")).collect();
    format!(
        "a table of fields, each with its kind (one of {}) or a list of words to choose from: \
         `{{ when = \"date-time\", level = [\"low\", \"high\"] }}`",
        kinds.join(", ")
    )
}

/// Fields of a form that names no people in them. One that does is found where the form is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldsWithoutPeople(pub Fields);

impl Value for FieldsWithoutPeople {
    fn written() -> String {
        let names_people =
            |kind: LineKind| FormField { name: String::new(), kind: FieldKind::Line(kind) }.names_people();
        written_of(LineKind::ALL.iter().copied().filter(|kind| !names_people(*kind)))
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        Fields::read(item, reader).map(FieldsWithoutPeople)
    }
}

impl Value for Fields {
    fn written() -> String {
        written_of(LineKind::ALL.iter().copied())
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.wrong_type(item, "a table of fields, such as { when = \"date-time\", pupil = \"pupil\" }");
            return None;
        };
        if table.is_empty() {
            reader.wrong(item.span(), "this form has no fields", "name one with its kind, or leave it out");
            return None;
        }
        let read: Vec<Option<FormField>> = in_order(table)
            .into_iter()
            .map(|(key, item)| Some(FormField { name: key.get_ref().to_string(), kind: kind(item, reader)? }))
            .collect();
        read.into_iter().collect::<Option<_>>().map(Fields)
    }
}

fn kind(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<FieldKind> {
    match item.get_ref() {
        DeValue::Array(_) => {
            let options = Vec::<String>::read(item, reader)?;
            if options.len() < 2 {
                reader.wrong(item.span(), "there is nothing to choose here", "write two words or more");
                return None;
            }
            Some(FieldKind::Choice(options))
        }
        DeValue::String(text) => match text.parse::<LineKind>() {
            Ok(kind) => Some(FieldKind::Line(kind)),
            Err(error) => {
                let (message, mend) = mended(error, || {
                    format!("write one of {}", or_list(LineKind::ALL.iter().map(|known| known.name())))
                });
                reader.wrong(item.span(), message, mend);
                None
            }
        },
        _ => {
            reader.wrong_type(item, "the kind of the field in quotation marks, or a list of words to choose from");
            None
        }
    }
}
