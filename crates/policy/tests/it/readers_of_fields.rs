//! Nobody but `rules` reads what a rule's fields mean. Outside this crate the fields are private; inside it, examples and
//! stories are held to it here: by the names of the fields, whatever the value is called that they are read of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What examples and stories read that has the name of a rule's field and is none: the value it is read of, and the name.
const OF_OTHERS: [(&str, &str); 39] = [
    ("about", "id"),
    ("agreement", "id"),
    ("asker", "id"),
    ("asked", "consents"),
    ("asked", "pictures"),
    ("at", "time"),
    ("beside", "id"),
    ("bound", "id"),
    ("by", "id"),
    ("case", "about"),
    ("clause", "id"),
    ("decider", "id"),
    ("document", "id"),
    ("drafted", "by"),
    ("entry", "id"),
    ("entry", "register"),
    ("entry", "what"),
    ("example", "about"),
    ("example", "who"),
    ("first", "at"),
    ("form", "from"),
    ("form", "register"),
    ("grant", "from"),
    ("grant", "id"),
    ("known", "id"),
    ("needed", "about"),
    ("owed", "how"),
    ("person", "id"),
    ("reporter", "id"),
    ("request", "id"),
    ("requests", "consents"),
    ("requests", "pictures"),
    ("self", "categories"),
    ("self", "due"),
    ("self", "in_confidence"),
    ("signature", "id"),
    ("step", "at"),
    ("step", "who"),
    ("writer", "id"),
];

/// What stories ask `rules::shown` for: the name under which a rule is remembered, and what its form has.
const SHOWN_TO_STORIES: [&str; 5] = ["id", "form", "needs", "ticks", "to"];

/// A file of Rust, without its comments, its line breaks and its other spaces.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) path: PathBuf,
    pub(crate) packed: String,
}

impl Text {
    fn of(path: PathBuf, text: &str) -> Text {
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let words = code.flat_map(str::split_whitespace);
        let mut packed = String::new();
        for word in words {
            let is_part = |letter: Option<char>| letter.is_some_and(is_name);
            if is_part(packed.chars().next_back()) && is_part(word.chars().next()) {
                packed.push(' ');
            }
            packed.push_str(word);
        }
        Text { path, packed }
    }

    fn found(&self, what: &str) -> String {
        format!("{}: {what}", self.path.display())
    }
}

pub(crate) fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

pub(crate) fn files(folder: &str) -> Vec<Text> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut paths = vec![source.join(folder), source.join(folder).with_extension("rs")];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).expect("the folder is there");
            paths.extend(entries.map(|entry| entry.expect("an entry can be read").path()));
        } else {
            let text = std::fs::read_to_string(&path).expect("a file of Rust is text");
            found.push(Text::of(path, &text));
        }
    }
    found
}

/// The names of all the fields of all kinds, as Rust has them.
fn fields() -> BTreeSet<String> {
    let of = |page: policy::kinds::KindPage| page.fields.into_iter().map(|field| rust_name(field.name));
    policy::kinds::pages().into_iter().flat_map(of).collect()
}

/// `for` is no name in Rust: a kind calls it `who` or `purpose`.
fn rust_name(field: &str) -> String {
    if field == "for" { "who".to_owned() } else { field.replace('-', "_") }
}

/// What is read by the name of a field: the value, without what stands in brackets after it, and the name.
fn readings(text: &Text, fields: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (place, _) in text.packed.match_indices('.') {
        let name: String = text.packed[place + 1..].chars().take_while(|letter| is_name(*letter)).collect();
        let is_called = text.packed[place + 1 + name.len()..].starts_with('(');
        if fields.contains(&name) && !is_called {
            found.push((value_before(&text.packed[..place]), name));
        }
    }
    found
}

/// `requests` of `self.records.requests[place]`, `shown::report` of `shown::report(report)`.
fn value_before(text: &str) -> String {
    let mut before = text;
    while let Some(open) = before.ends_with([']', ')']).then(|| opening(before)) {
        before = &before[..open];
    }
    let letters: Vec<char> = before.chars().rev().take_while(|letter| is_name(*letter) || *letter == ':').collect();
    let path: String = letters.into_iter().rev().collect();
    // `id:person` is the field of something that is made, and what goes into it.
    let alone = path.char_indices().rev().find(|(place, letter)| {
        *letter == ':' && !path[..*place].ends_with(':') && !path[place + 1..].starts_with(':')
    });
    alone.map_or(path.clone(), |(place, _)| path[place + 1..].to_owned())
}

/// Where the bracket opens that closes at the end of a text.
fn opening(text: &str) -> usize {
    let mut depth = 0;
    for (place, letter) in text.char_indices().rev() {
        match letter {
            ']' | ')' => depth += 1,
            '[' | '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    0
}

/// Kinds that are taken apart: `Report { to, .. }` where the file's `Report` is the kind, `kinds::Report { … }`, and
/// `Rule::Report(…)`, which hands the kind's fields to whoever matches on it.
fn taken_apart(text: &Text) -> Vec<String> {
    let names = policy::kinds::pages().into_iter().map(|page| camel(page.name));
    let own = |name: &String| {
        let imported = text.packed.split("use crate::kinds::").skip(1);
        let mut lists = imported.filter_map(|rest| rest.split(';').next());
        lists.any(|list| list.split(['{', '}', ',']).any(|one| one == name))
    };
    let patterns = names.flat_map(|name| {
        let by_its_name = own(&name).then(|| format!("{name}{{"));
        [Some(format!("kinds::{name}{{")), Some(format!("Rule::{name}")), by_its_name].into_iter().flatten()
    });
    // `Report{` is the end of `Action::Report{` too, which is another thing.
    let stands_alone = |place: usize, pattern: &str| {
        let before = text.packed[..place].chars().next_back();
        pattern.contains("::") || !before.is_some_and(|letter| is_name(letter) || letter == ':')
    };
    let is_there =
        |pattern: &String| text.packed.match_indices(pattern.as_str()).any(|(at, _)| stands_alone(at, pattern));
    patterns.filter(is_there).collect()
}

/// `safe-search` is `SafeSearch`.
fn camel(kind: &str) -> String {
    let words = kind.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

/// What a file reads of a rule that it should ask a function of `rules` for.
fn read_of_rules(text: &Text) -> Vec<String> {
    let is_others =
        |(value, name): &(String, String)| OF_OTHERS.contains(&(value, name)) || value.starts_with("shown::");
    let others = readings(text, &fields()).into_iter().filter(|reading| !is_others(reading));
    others.map(|(value, name)| format!("{value}.{name}")).chain(taken_apart(text)).collect()
}

/// What a file takes from `rules::shown` beside what stories may.
fn shown_besides(text: &Text) -> Vec<String> {
    let calls = text.packed.match_indices("shown::").map(|(place, _)| &text.packed[place..]);
    let is_allowed = |call: &&str| {
        let after = call.find(')').map_or("", |close| &call[close + 1..]);
        SHOWN_TO_STORIES.iter().any(|name| after.strip_prefix('.').is_some_and(|after| after.starts_with(name)))
    };
    calls.filter(|call| !is_allowed(call)).map(|call| call.chars().take(60).collect()).collect()
}

fn problems(files: &[Text], of: impl Fn(&Text) -> Vec<String>) -> Vec<String> {
    let found = files.iter().flat_map(|text| of(text).into_iter().map(|what| text.found(&what)));
    found.collect()
}

#[test]
fn examples_and_stories_read_no_field_of_a_rule() {
    let found = problems(&[files("example"), files("story")].concat(), read_of_rules);
    assert!(found.is_empty(), "ask a function of policy::rules instead:\n{}", found.join("\n"));
}

#[test]
fn a_field_is_seen_whatever_it_is_read_of() {
    let seen = |code: &str| read_of_rules(&Text::of(PathBuf::new(), code));
    assert_eq!(seen("if other.decides.contains(role)"), ["other.decides"]);
    assert_eq!(seen("scene\n    .permission\n    .decides"), ["permission.decides"]);
    assert_eq!(seen("of(rule)[0].consents"), ["of.consents"]);
    assert_eq!(seen("use crate::kinds::{Data, Report}; let Report { to, .. } = rule;"), ["Report{"]);
    assert_eq!(seen("let kinds::Consent { veto, .. } = rule;"), ["kinds::Consent{"]);
    assert_eq!(seen("Rule::Agreement(asked) => asked"), ["Rule::Agreement"]);
    assert!(seen("Action::Reports { report } => case.about.to(clause.id), Agreement { id }").is_empty());
}

#[test]
fn examples_take_nothing_from_what_pages_show_and_stories_take_names_and_forms() {
    let is_used = |text: &Text| ["shown::", "shown,", "shown}"].iter().any(|part| text.packed.contains(part));
    let found =
        problems(&files("example"), |text| is_used(text).then(|| "rules::shown".to_owned()).into_iter().collect());
    assert!(found.is_empty(), "ask a function of policy::rules instead:\n{}", found.join("\n"));
    let found = problems(&files("story"), shown_besides);
    assert!(found.is_empty(), "ask a function of policy::rules instead:\n{}", found.join("\n"));
    let besides = |code: &str| shown_besides(&Text::of(PathBuf::new(), code)).len();
    assert_eq!(besides("let shown::Report { within, .. } = shown::report(report);"), 2);
    assert_eq!(besides("shown::permission(permission).longest"), 1);
    assert_eq!(besides("shown::permission(permission)\n    .form"), 0);
}
