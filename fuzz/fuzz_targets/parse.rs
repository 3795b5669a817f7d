//! A whole policy: whatever the text, it is read or its problems are named, each within the text.
#![no_main]

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Audience, Category, CategorySet, Host, Standing, Version};
use libfuzzer_sys::fuzz_target;
use policy::{Published, Rules, SchoolFacts, Source, Visit};

fuzz_target!(|text: &str| {
    let (document, problems) = policy::parse(&Source::new("policy.md", text), domain::Roles::ready());
    for problem in &problems {
        assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        assert!(problem.line >= 1 && problem.column >= 1);
    }
    let Some(document) = document else {
        assert!(!problems.is_empty(), "what can't be read has a problem");
        return;
    };
    if problems.is_empty() {
        assert!(policy::diff(&document, &document).is_empty());
    }
    policy::explain(&document);
    let html = document.prose_html_for(&BTreeMap::new());
    assert!(!html.to_lowercase().contains("<script"), "{html}");
    let published = Published { document: Arc::new(document), version: Version(1) };
    let rules = Rules::compile(&[published], &SchoolFacts::default());
    let moment = rules.moment(jiff::Timestamp::UNIX_EPOCH);
    let host = Host::parse("www.example.org").expect("a host");
    for audience in Audience::ALL {
        let categories = CategorySet::from_iter([Category::Illegal]);
        let visit = Visit { host: &host, path: Some("/"), categories };
        assert!(!rules.decide(&Standing::of(*audience), visit, moment).is_allowed());
        rules.decide(&Standing::of(*audience), Visit { categories: CategorySet::EMPTY, ..visit }, moment);
    }
});
