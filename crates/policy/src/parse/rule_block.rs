//! A fenced `rule` block: TOML, each top-level table one rule whose name is its kind.

use std::ops::Range;

use domain::Roles;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::names::{Name, Use};
use crate::kinds::{Rule, find};
use crate::problem::Problems;
use crate::value::{FieldReader, in_order};

/// The rules of the block whose content stands at `span`, and the names that they give and use.
pub(super) fn read(span: Range<usize>, roles: &Roles, names: &mut Vec<Name>, problems: &mut Problems) -> Vec<Rule> {
    let text = problems.text().clone();
    let content = &text[span.clone()];
    let (table, errors) = DeTable::parse_recoverable(content);
    let mut reader = FieldReader::new(problems, roles, span.start);
    let unreadable = report_syntax(content, &errors, &mut reader);
    let mut rules = Vec::new();
    for (key, item) in in_order(table.get_ref()) {
        let DeValue::Table(fields) = item.get_ref() else {
            if !unreadable.contains(&part(content, key.span().start)) {
                let message = format!("'{}' is outside any rule", key.get_ref());
                reader.wrong(key.span(), message, "begin the rule with its kind, as in [block]");
            }
            continue;
        };
        note_names(key.get_ref(), fields, span.start, names);
        if !unreadable.contains(&part(content, key.span().start)) {
            rules.extend(Rule::read(key.get_ref(), key.span(), fields, &mut reader));
        }
    }
    rules
}

/// Reports what is no TOML: the first error of each rule, as the others follow from it. Returns the rules of which no
/// more can be said than that.
fn report_syntax(content: &str, errors: &[toml::de::Error], reader: &mut FieldReader<'_>) -> Vec<usize> {
    let mut reported = Vec::new();
    let mut unreadable = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let part = part(content, span.start);
        let is_double = error.message().contains("duplicate key");
        if !reported.contains(&part) {
            let (message, mend) = if is_double {
                let mend = "two rules of one kind go into two rule blocks, and a field is written once in its rule";
                ("this is here for the second time".to_owned(), mend)
            } else {
                let mend = "write each field as in sites = [\"games\"], under its kind, as in [block]";
                (format!("this can't be read: {}", error.message()), mend)
            };
            reader.wrong(span, message, mend);
            reported.push(part);
        }
        if !is_double {
            unreadable.push(part);
        }
    }
    unreadable
}

/// The number of the rule in which a byte stands: how many lines up to it begin with a bracket.
fn part(content: &str, offset: usize) -> usize {
    let line_end = content[offset.min(content.len())..].find('\n').map_or(content.len(), |end| end + offset);
    content[..line_end].lines().filter(|line| line.trim_start().starts_with('[')).count()
}

/// An exception that is not in plain words, which have spaces between them.
fn looks_like_id(exception: &str) -> bool {
    exception.contains('-') && !exception.contains(char::is_whitespace)
}

/// What a rule is called, and what it calls upon.
fn note_names(kind: &str, fields: &DeTable<'_>, base: usize, names: &mut Vec<Name>) {
    let mut note = |how: Use, item: &Spanned<DeValue<'_>>| {
        if let DeValue::String(text) = item.get_ref() {
            let place = item.span();
            names.push(Name { how, text: text.to_string(), span: base + place.start..base + place.end });
        }
    };
    if let (Some(how), Some(item)) = (Use::giving(kind), find(fields, "id")) {
        note(how, item);
    }
    let mut note_those = |how: Use, key: &str, is_name: fn(&str) -> bool| {
        let mut note = |item: &Spanned<DeValue<'_>>| {
            if item.get_ref().as_str().is_some_and(is_name) {
                note(how, item);
            }
        };
        if let Some(item) = find(fields, key) {
            match item.get_ref() {
                DeValue::Array(items) => items.iter().for_each(note),
                _ => note(item),
            }
        }
    };
    match kind {
        "block" => note_those(Use::OfPermission, "unless", |_| true),
        "permission" => {
            note_those(Use::OfConsent, "consents", |_| true);
            note_those(Use::OfRegister, "enforced-by", |_| true);
        }
        "channel" => {
            note_those(Use::OfPermission, "except", looks_like_id);
            note_those(Use::OfRegister, "log", |_| true);
        }
        "register" => {
            note_those(Use::OfConsent, "without-consent", |_| true);
            note_those(Use::OfPermission, "shown-with", |_| true);
            note_those(Use::OfReport, "lost-by", |_| true);
            note_those(Use::OfRegister, "checklist", |_| true);
        }
        "hold" => note_those(Use::OfRegister, "register", |_| true),
        _ => {}
    }
}
