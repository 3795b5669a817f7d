//! The ready policies: they read and check clean, every worked example holds, and every requirement is answered.

use domain::Roles;
use std::collections::BTreeSet;
use std::sync::Arc;

use domain::Version;
use policy::{Document, Published, Rules, SchoolFacts, Source};

use crate::requirements::requirements;
use crate::site_lists::{SiteLists, repository};

pub(crate) const POLICIES: [&str; 5] =
    ["academy-trust", "all-through-school", "county-staff-template", "primary-staff", "primary-whole-school"];

pub(crate) fn read(name: &str) -> Document {
    let path = repository().join(format!("policies/{name}.md"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (document, problems) = policy::parse(&Source::new(format!("policies/{name}.md"), text), Roles::ready());
    let problems: Vec<String> = problems
        .iter()
        .map(|problem| {
            format!("{}:{}:{}: {} ({})", problem.file, problem.line, problem.column, problem.message, problem.mend)
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    document.expect("a policy without a problem is a document")
}

fn compiled(document: &Document) -> Rules {
    let published = Published { document: Arc::new(document.clone()), version: Version(1) };
    Rules::compile(&[published], &SchoolFacts::default())
}

fn holds_up(name: &str) {
    let document = read(name);
    let problems = policy::check(std::slice::from_ref(&document));
    assert!(problems.is_empty(), "{problems:#?}");
    let lists = SiteLists::read();
    let outcomes = policy::run_examples(std::slice::from_ref(&document), &compiled(&document), &|address| {
        lists.categories(address)
    });
    let failed: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.passed)
        .map(|outcome| format!("{}:{}: {}\n    got {}", outcome.file, outcome.line, outcome.text, outcome.got))
        .collect();
    assert!(failed.is_empty(), "{} of {} examples fail:\n{}", failed.len(), outcomes.len(), failed.join("\n"));
}

fn answers_its_requirements(name: &str) {
    let document = read(name);
    let rows = requirements(name);
    let wanted: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let answered: BTreeSet<&str> =
        document.clauses.iter().flat_map(|clause| &clause.answers).map(String::as_str).collect();
    let open: Vec<&&str> = wanted.difference(&answered).collect();
    let unknown: Vec<&&str> = answered.difference(&wanted).collect();
    assert!(open.is_empty(), "{name}: no clause answers {open:?}");
    assert!(unknown.is_empty(), "{name}: clauses answer what is not asked: {unknown:?}");
}

/// A clause that leaves something to people's word says why, or that only people can; so does each requirement that rests
/// on word because of its rules' fields.
fn says_why_it_rests_on_word(name: &str) {
    let document = read(name);
    let silent: Vec<&str> = document
        .clauses
        .iter()
        .filter(|clause| clause.leaves_to_word() && clause.why_on_word().is_none())
        .map(|clause| clause.id.as_str())
        .collect();
    assert!(silent.is_empty(), "{name}: write 'because' or '.person' at {silent:?}");
    let rows: BTreeSet<&str> = document.clauses.iter().flat_map(|clause| &clause.answers).map(String::as_str).collect();
    let unexplained: Vec<&str> =
        rows.into_iter().filter(|row| policy::whys_on_word(&document, row).iter().any(String::is_empty)).collect();
    assert!(unexplained.is_empty(), "{name}: nothing says why these rest on word: {unexplained:?}");
    for clause in document.clauses.iter().filter(|clause| clause.because.is_some()) {
        let state = clause.state(&document);
        let is_on_word = clause.leaves_to_word() || state == Some(policy::State::Word);
        assert!(is_on_word, "{name} #{}: gives a reason, and nothing in it rests on word", clause.id);
    }
}

macro_rules! each_policy {
    ($($name:ident: $file:literal;)+) => {$(
        mod $name {
            #[test]
            fn reads_clean_and_its_examples_hold() {
                super::holds_up($file);
            }

            #[test]
            fn answers_every_requirement() {
                super::answers_its_requirements($file);
            }

            #[test]
            fn says_why_what_rests_on_word_does() {
                super::says_why_it_rests_on_word($file);
            }
        }
    )+};
}

each_policy! {
    academy_trust: "academy-trust";
    all_through_school: "all-through-school";
    county_staff_template: "county-staff-template";
    primary_staff: "primary-staff";
    primary_whole_school: "primary-whole-school";
}

#[test]
fn all_five_can_be_checked_together() {
    let documents: Vec<Document> = POLICIES.iter().map(|name| read(name)).collect();
    let problems = policy::check(&documents);
    assert!(problems.is_empty(), "{problems:#?}");
}
