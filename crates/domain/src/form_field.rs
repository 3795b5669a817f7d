//! The fields of a form that a clause asks for: their names and what may be given in each.

use std::fmt;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Its name in the policy, such as `serial-number`.
    pub name: String,
    pub kind: FieldKind,
}

impl FormField {
    /// A line of text.
    pub fn text(name: impl Into<String>) -> FormField {
        FormField { name: name.into(), kind: FieldKind::Line(LineKind::Text) }
    }

    /// Whether people are named in it.
    pub fn names_people(&self) -> bool {
        matches!(self.kind, FieldKind::Line(LineKind::Person | LineKind::Pupil | LineKind::Pupils))
    }

    /// Its name as people read it: `Serial number`.
    pub fn label(&self) -> String {
        let words = self.name.replace('-', " ");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// What may be given in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    Line(LineKind),
    /// One of these.
    Choice(Vec<String>),
}

crate::names::vocabulary! {
    /// What may be given in a field, where it is no choice between words of the clause.
    LineKind, "kind of field" {
        Text = "text", "a line of text";
        LongText = "long-text", "a few sentences";
        YesNo = "yes-no", "yes or no";
        Number = "number", "a whole number";
        Date = "date", "a date";
        Time = "time", "a time of day";
        DateTime = "date-time", "a date and a time";
        Person = "person", "somebody at the school";
        Pupil = "pupil", "a pupil";
        Pupils = "pupils", "pupils, or none";
        Group = "group", "a class or group";
        Site = "site", "the address of a site";
        NetworkAddress = "network-address", "an IP address";
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldKind::Line(kind) => out.write_str(kind.title()),
            FieldKind::Choice(options) => write!(out, "one of {}", quoted(options)),
        }
    }
}

/// `'a', 'b' or 'c'`
pub(crate) fn quoted(options: &[String]) -> String {
    let options: Vec<String> = options.iter().map(|option| format!("'{option}'")).collect();
    match options.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => options.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_name_in_plain_words() {
        assert_eq!(FormField::text("what-is-kept-there").label(), "What is kept there");
        assert_eq!(FormField::text("").label(), "");
    }

    #[test]
    fn a_choice_names_its_options() {
        let choice = FieldKind::Choice(vec!["low".to_owned(), "medium".to_owned(), "high".to_owned()]);
        assert_eq!(choice.to_string(), "one of 'low', 'medium' or 'high'");
        assert_eq!(FieldKind::Choice(vec!["low".to_owned()]).to_string(), "one of 'low'");
    }
}
