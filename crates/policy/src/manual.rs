//! The manual of the policy format, made from the kinds and the vocabularies: `docs/MANUAL.md`.

use std::fmt::Write as _;

use domain::{Audience, Category, Period, Roles};

use crate::kinds::{Field, KindPage, pages};

const BEFORE: &str = include_str!("manual/before.md");
const AFTER: &str = include_str!("manual/after.md");

/// The whole manual as Markdown.
pub fn manual() -> String {
    let mut out = String::from(BEFORE);
    out.push_str("\n## Kinds of rules\n\nEvery rule may also carry `note`, a text that is shown beside the clause to its owners and runs nothing, and `chosen`, a list of those of its fields whose value the school chose because the policy's source leaves it open: everybody reads that beside the clause.\n");
    for page in pages() {
        kind(&mut out, &page);
    }
    out.push('\n');
    out.push_str(AFTER);
    out.push_str("\n## Names\n");
    names(&mut out, "Audiences", Audience::ALL.iter().map(|known| (known.name(), known.title())));
    names(&mut out, "Roles", Roles::ready().entries().iter().map(|known| (known.role.name(), known.title.as_str())));
    names(&mut out, "Categories of sites", Category::ALL.iter().map(|known| (known.name(), known.title())));
    names(&mut out, "Periods", Period::ALL.iter().map(|known| (known.name(), known.title())));
    out
}

fn kind(out: &mut String, page: &KindPage) {
    let _ = write!(out, "\n### `{}`\n\n{}\n\n```rule\n{}\n```\n\n", page.name, page.says, page.example);
    out.push_str("| field | what may be written | left out | says | what acts on it |\n|---|---|---|---|---|\n");
    for field in &page.fields {
        let Field { name, written, says, acts, .. } = field;
        let _ = writeln!(out, "| `{name}` | {written} | {} | {says} | {acts} |", left_out(field));
    }
}

fn left_out(field: &Field) -> String {
    match (field.required, field.default) {
        (true, _) => "is needed".to_owned(),
        (false, Some(default)) => default.to_owned(),
        (false, None) => "may be".to_owned(),
    }
}

fn names<'a>(out: &mut String, title: &str, names: impl Iterator<Item = (&'a str, &'a str)>) {
    let _ = write!(out, "\n### {title}\n\n| name | is |\n|---|---|\n");
    for (name, title) in names {
        let _ = writeln!(out, "| `{name}` | {title} |");
    }
}
