//! Lines of worked examples: each is run, or its problem is named.
#![no_main]

use std::sync::Arc;

use domain::{CategorySet, Version};
use libfuzzer_sys::fuzz_target;
use policy::{Published, Rules, SchoolFacts, Source, run_examples};

const POLICY: &str = include_str!("../../crates/policy/tests/fixtures/school.md");

fuzz_target!(|lines: &str| {
    if lines.contains("```") || lines.contains("~~~") {
        return;
    }
    let text = format!("{POLICY}\n```example\n{lines}\n```\n");
    let (document, problems) = policy::parse(&Source::new("policy.md", text.as_str()), domain::Roles::ready());
    let Some(document) = document else { panic!("the policy around the examples can be read: {problems:?}") };
    let rules = Rules::compile(
        &[Published { document: Arc::new(document.clone()), version: Version(1) }],
        &SchoolFacts::default(),
    );
    let read: usize = document.clauses.iter().map(|clause| clause.examples.len()).sum();
    let outcomes = run_examples(&[document], &rules, &|_| CategorySet::EMPTY);
    assert_eq!(outcomes.len(), read);
});
