//! The manual in the repository is the one that the kinds make.

use crate::site_lists::repository;

#[test]
fn the_committed_manual_is_current() {
    let path = repository().join("docs/MANUAL.md");
    let made = policy::manual();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("the manual can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == made, "docs/MANUAL.md is out of date: run UPDATE_DOCS=1 cargo nextest run -p policy manual");
}

#[test]
fn every_example_of_the_manual_is_a_rule() {
    let rules: Vec<String> = policy::kinds::pages().iter().map(|page| page.example.to_owned()).collect();
    let document = crate::read(&crate::policy_of("manual", "\"pupil\", \"staff\"", &rules));
    let kinds: Vec<&str> = document.rules().map(|(_, rule)| rule.kind()).collect();
    assert_eq!(kinds, policy::Rule::KINDS);
}

#[test]
fn every_field_says_what_it_is() {
    for page in policy::kinds::pages() {
        for field in page.fields {
            assert!(field.says.ends_with('.') && !field.written.is_empty(), "[{}] {}", page.name, field.name);
        }
    }
}
