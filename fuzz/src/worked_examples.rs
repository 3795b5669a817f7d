//! Lines of worked examples: each is run, or its problem is named.

use std::sync::Arc;

use domain::{CategorySet, Roles, Version};
use policy::{Published, Rules, SchoolFacts, Source, run_examples};

use crate::{Target, text};

pub(crate) const POLICY: &str = include_str!("../../crates/policy/tests/fixtures/school.md");

pub const TARGET: Target = Target {
    name: "worked_examples",
    seeds: || {
        text::seeds(&[
            "pupil opens https://www.reddit.com/ -> blocked #games",
            "pupil opens https://www.chess.com/ at Saturday 10:00 -> allowed",
            "staff as subject-teacher asks lesson-site -> it-staff decides until end of term",
            "pupil signs -> self and parent #signing",
            "pupil reports worry about dsl -> headteacher in confidence",
            "pupil searches for \"x\" -> plain",
            "dsl views web -> refused",
            "pupil sets password \"password\" -> accepted\n# a comment\nstaff idle 5 minutes -> signed out",
        ])
    },
    words: &[
        " -> ",
        " as ",
        " at ",
        " about ",
        " until ",
        " within ",
        " and ",
        "opens ",
        "signs",
        "asks ",
        "reports ",
        "views ",
        "idle ",
        "sets password ",
        "https://",
        "99999999999",
        "25:61",
        "31 February",
        "\"",
        "#",
        "\u{a0}",
    ],
    check,
};

fn check(bytes: &[u8]) {
    let lines = text::of(bytes);
    if lines.contains("```") || lines.contains("~~~") {
        return;
    }
    let text = format!("{POLICY}\n```example\n{lines}\n```\n");
    let (document, problems) = policy::parse(&Source::new("policy.md", text), Roles::ready());
    let Some(document) = document else { panic!("the policy around the examples can be read: {problems:?}") };
    let rules = Rules::compile(
        &[Published { document: Arc::new(document.clone()), version: Version(1) }],
        &SchoolFacts::default(),
    );
    let read: usize = document.clauses.iter().map(|clause| clause.examples.len()).sum();
    let outcomes = run_examples(&[document], &rules, &|_| CategorySet::EMPTY);
    assert_eq!(outcomes.len(), read, "every example that is read is run");
}
