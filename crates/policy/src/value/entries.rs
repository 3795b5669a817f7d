//! The fields of a register's entries, answers in them, and what one of them limits another to.

use domain::{FieldKind, FormField, LineKind};
use toml::Spanned;
use toml::de::DeValue;

use super::{FieldReader, Fields, Value, in_order, join};

/// What an entry says, in the order in which it is written: a list of lines of text, or a table of typed fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFields(pub Vec<FormField>);

const WRITTEN: &str = "a list of names, each for a line of text, or ";

impl Value for EntryFields {
    fn written() -> String {
        format!("{WRITTEN}{}", Fields::written())
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        match item.get_ref() {
            DeValue::Table(_) => Fields::read(item, reader).map(|fields| EntryFields(fields.0)),
            DeValue::Array(_) => {
                let names = Vec::<String>::read(item, reader)?;
                Some(EntryFields(names.into_iter().map(FormField::text).collect()))
            }
            _ => {
                reader.wrong_type(item, "a list of names, or a table of fields such as { device = \"text\" }");
                None
            }
        }
    }
}

/// Answers that fields may have, by the names of the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryAnswers(pub Vec<(String, Vec<String>)>);

impl EntryAnswers {
    /// Whether an answer in a field is among these.
    pub(crate) fn has(&self, field: &str, answer: &str) -> bool {
        self.0.iter().any(|(name, answers)| name == field && answers.iter().any(|known| known == answer))
    }

    /// What can't be answered in a form: a field that it lacks, that is no choice and no yes or no, or that has no such
    /// answer.
    pub(crate) fn problems(&self, form: &[FormField]) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, answers) in &self.0 {
            let Some(field) = form.iter().find(|field| field.name == *name) else {
                problems.push(format!("there is no field '{name}'"));
                continue;
            };
            let options = options(field);
            if options.is_empty() {
                problems.push(format!("what stands in '{name}' is for whoever writes it to say"));
                continue;
            }
            let strangers = answers.iter().filter(|answer| !options.contains(&answer.as_str()));
            problems.extend(strangers.map(|answer| format!("'{answer}' is no answer in '{name}'")));
        }
        problems
    }

    /// `'taken with' is 'a telephone' or 'encrypted' is 'no'`.
    pub(crate) fn words(&self, conjunction: &str) -> String {
        let fields = self.0.iter().map(|(field, answers)| {
            let answers = join(answers.iter().map(|answer| format!("'{answer}'")).collect(), "or");
            format!("'{}' is {answers}", field.replace('-', " "))
        });
        join(fields.collect(), conjunction)
    }
}

/// The answers between which a field lets choose; none where it is free.
pub(crate) fn options(field: &FormField) -> Vec<&str> {
    match &field.kind {
        FieldKind::Choice(options) => options.iter().map(String::as_str).collect(),
        FieldKind::Line(LineKind::YesNo) => vec!["yes", "no"],
        FieldKind::Line(_) => Vec::new(),
    }
}

impl Value for EntryAnswers {
    fn written() -> String {
        "a table of fields, each with a list of answers: `{ encrypted = [\"no\"] }`".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.wrong_type(item, "a table of fields, such as { encrypted = [\"no\"] }");
            return None;
        };
        if table.is_empty() {
            reader.wrong(item.span(), "this table is empty", "name a field with its answers, or leave it out");
            return None;
        }
        let read: Vec<Option<(String, Vec<String>)>> = in_order(table)
            .into_iter()
            .map(|(key, item)| Some((key.get_ref().to_string(), Vec::<String>::read(item, reader)?)))
            .collect();
        read.into_iter().collect::<Option<_>>().map(EntryAnswers)
    }
}

/// A number that is at most as high as another one: two fields, by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtMost {
    pub counted: String,
    pub limit: String,
}

impl Value for AtMost {
    fn written() -> String {
        "a table with one field and the field that it is held against: `{ copies-installed = \"number-of-copies\" }`"
            .to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        const SUCH_AS: &str = "a table with two fields, such as { copies-installed = \"number-of-copies\" }";
        let DeValue::Table(table) = item.get_ref() else {
            reader.wrong_type(item, SUCH_AS);
            return None;
        };
        let pairs = in_order(table);
        let [(counted, limit)] = pairs.as_slice() else {
            let message = format!("'{}' holds one field against another, and there are {}", reader.field, pairs.len());
            reader.wrong(item.span(), message, format!("write {SUCH_AS}"));
            return None;
        };
        Some(AtMost { counted: counted.get_ref().to_string(), limit: String::read(limit, reader)? })
    }
}
