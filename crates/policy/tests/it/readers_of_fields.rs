//! Nobody but `rules` reads what a rule's fields mean. Outside this crate the fields are private; inside it, examples and
//! stories are held to it here.

use std::path::Path;

/// Each line of a folder's files that names a field of a rule by the name of its kind: `permission.decides`.
fn readings(folder: &Path, fields: &[String], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            readings(&path, fields, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file of Rust is text");
        let reads = |line: &str| fields.iter().any(|field| names(line, field));
        let lines = text.lines().enumerate().filter(|(_, line)| reads(line));
        found.extend(lines.map(|(number, line)| format!("{}:{}: {}", path.display(), number + 1, line.trim())));
    }
}

/// Whether a line names a field, and not a longer name that it is a part of.
fn names(line: &str, field: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(field).any(|(place, _)| {
        let (before, after) = (line[..place].chars().next_back(), line[place + field.len()..].chars().next());
        // `scene.permission.to` names another thing, and `permission.to()` a function.
        !before.is_some_and(|letter| letter == '.' || is_part(letter))
            && !after.is_some_and(|letter| letter == '(' || is_part(letter))
    })
}

fn fields() -> Vec<String> {
    let pages = policy::kinds::pages();
    let of = |page: &policy::kinds::KindPage| {
        let kind = page.name.replace('-', "_");
        page.fields.iter().map(move |field| format!("{kind}.{}", rust_name(field.name))).collect::<Vec<_>>()
    };
    pages.iter().flat_map(of).collect()
}

/// `for` is no name in Rust: the kinds call it `who`.
fn rust_name(field: &str) -> String {
    if field == "for" { "who".to_owned() } else { field.replace('-', "_") }
}

#[test]
fn examples_and_stories_read_no_field_of_a_rule() {
    let fields = fields();
    assert!(names("if permission.decides.contains(role)", "permission.decides"));
    assert!(names("match (permission.to, groups)", "permission.to"));
    assert!(!names("permission.to_owned()", "permission.to"));
    let (mut found, source) = (Vec::new(), Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    for folder in ["example", "story"] {
        readings(&source.join(folder), &fields, &mut found);
    }
    assert!(found.is_empty(), "ask a function of policy::rules instead:\n{}", found.join("\n"));
}
