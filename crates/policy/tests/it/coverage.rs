//! What became of each requirement, as the repository prints it.

use domain::Roles;
use policy::{Answers, Document, Source};

use crate::requirements::{Row, requirements};
use crate::site_lists::repository;

const POLICIES: [&str; 5] =
    ["academy-trust", "all-through-school", "county-staff-template", "primary-staff", "primary-whole-school"];

fn read(path: &str) -> String {
    let path = repository().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn page() -> String {
    let documents: Vec<Document> = POLICIES
        .iter()
        .map(|name| {
            let file = format!("policies/{name}.md");
            let (document, _) = policy::parse(&Source::new(file.clone(), read(&file)), Roles::ready());
            document.expect("a ready policy can be read")
        })
        .collect();
    let rows: Vec<Vec<Row>> = POLICIES.iter().map(|name| requirements(name)).collect();
    let requirements: Vec<Vec<&str>> =
        rows.iter().map(|rows| rows.iter().map(|row| row.id.as_str()).collect()).collect();
    let answers: Vec<Answers<'_>> = documents
        .iter()
        .zip(&requirements)
        .map(|(document, requirements)| Answers { document, requirements })
        .collect();
    policy::coverage(&answers)
}

#[test]
fn the_committed_page_of_coverage_is_current() {
    let path = repository().join("docs/COVERAGE.md");
    let made = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/COVERAGE.md is out of date: run UPDATE_DOCS=1 cargo nextest run -p policy coverage"
    );
}
