//! A fenced `rule` block: TOML, each top-level table one rule whose name is its kind.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::names::{Name, Use};
use crate::kinds::{Rule, find};
use crate::problem::Problems;
use crate::value::{Reader, in_order};

/// The rules of the block whose content stands at `span`, and the names that they give and use.
pub(super) fn read(span: Range<usize>, names: &mut Vec<Name>, problems: &mut Problems) -> Vec<Rule> {
    let text = problems.text().clone();
    let content = &text[span.clone()];
    let (table, errors) = DeTable::parse_recoverable(content);
    let mut reader = Reader { problems, base: span.start };
    for error in errors {
        let mend = if error.message().contains("duplicate key") {
            "two rules of one kind go into two rule blocks, and a field stands once in its rule"
        } else {
            "write each field as in sites = [\"games\"], under its kind, as in [block]"
        };
        reader.wrong(error.span().unwrap_or(0..0), format!("this can't be read: {}", error.message()), mend);
    }
    let mut rules = Vec::new();
    for (key, item) in in_order(table.get_ref()) {
        let DeValue::Table(fields) = item.get_ref() else {
            let kinds = Rule::KINDS.contains(&key.get_ref().as_ref());
            let mend =
                if kinds { "write a kind of rule as [kind]" } else { "begin the rule with its kind, as in [block]" };
            reader.wrong(key.span(), format!("'{}' stands outside any rule", key.get_ref()), mend);
            continue;
        };
        note_names(key.get_ref(), fields, span.start, names);
        rules.extend(Rule::read(key.get_ref(), key.span(), fields, &mut reader));
    }
    rules
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
    if let (true, Some(item)) = (kind == "block", find(fields, "unless")) {
        note(Use::OfPermission, item);
    }
    if kind == "permission"
        && let Some(DeValue::Array(items)) = find(fields, "consents").map(Spanned::get_ref)
    {
        items.iter().for_each(|item| note(Use::OfConsent, item));
    }
}
