//! A whole policy: whatever the text, it is read or its problems are named, each within the text.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use domain::{Audience, Category, CategorySet, ClosedSite, Host, Roles, Standing, Version};
use policy::rules::reporting::site_reports;
use policy::{Clause, Document, Published, Rules, SchoolFacts, Source, Visit};

use crate::{Target, text};

pub const TARGET: Target = Target {
    name: "policy_text",
    seeds,
    words: &[
        "+++\n",
        "```rule\n",
        "```example\n",
        "```\n",
        "~~~\n",
        "\n## ",
        "{#a .locked}",
        "{#",
        ".prose",
        "{{school}}",
        "{{",
        "[block]\n",
        "[allow]\n",
        "[permission]\n",
        "[view]\n",
        "[agreement]\n",
        "sites = [",
        "for = [",
        "\"every 12 months\"",
        "= 99999999999999999999",
        "<script>",
        "](javascript:alert(1))",
        "\u{202e}",
        "\u{0}",
    ],
    check,
};

/// The head of each ready policy with one of its sections: a whole one takes too long for many changes a second.
fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the ready policies can be listed")
        .map(|entry| entry.expect("the ready policies can be listed").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "md"))
        .collect();
    files.sort();
    let texts = files.iter().map(|path| std::fs::read_to_string(path).expect("a ready policy is text"));
    texts.chain([crate::worked_examples::POLICY.to_owned()]).flat_map(|text| sections(&text)).collect()
}

fn sections(text: &str) -> Vec<Vec<u8>> {
    let mut parts = text.split("\n## ");
    let head = parts.next().unwrap_or_default();
    parts.map(|part| format!("{head}\n## {part}").into_bytes()).collect()
}

fn check(bytes: &[u8]) {
    let text = text::of(bytes);
    let (document, problems) = policy::parse(&Source::new("policy.md", text.as_ref()), Roles::ready());
    for problem in &problems {
        assert!(text.get(problem.span.clone()).is_some(), "a problem lies in the text: {problem:?}");
        assert!(problem.line >= 1 && problem.column >= 1, "lines and columns count from 1: {problem:?}");
    }
    match document {
        None => assert!(!problems.is_empty(), "what can't be read has a problem"),
        Some(document) => {
            assert!(!problems.is_empty() || policy::diff(&document, &document).is_empty(), "it differs from itself");
            policy::explain(&document);
            let html = document.prose_html_for(&BTreeMap::new()).to_lowercase();
            assert!(!html.contains("<script") && !html.contains("href=\"javascript:"), "{html}");
            decide(document);
        }
    }
}

/// Whatever the rules, and whatever the school has closed by its reports, sites of the sealed categories stay closed.
fn decide(document: Document) {
    let host = Host::parse("www.example.org").expect("it is a host");
    let closing = |clause: &Clause| site_reports::closing(&document.id, &clause.id, &host);
    let closed: Vec<ClosedSite> = document.clauses.iter().map(closing).collect();
    let rules =
        Rules::compile(&[Published { document: Arc::new(document), version: Version(1) }], &SchoolFacts::default());
    let moment = rules.moment(jiff::Timestamp::UNIX_EPOCH);
    for audience in Audience::ALL {
        let categories = CategorySet::from_iter([Category::Illegal]);
        let from = policy::VisitFrom::AnyDevice;
        let sealed = Visit { host: &host, path: Some("/"), categories, from, closed: &closed };
        assert!(!rules.decide(&Standing::of(*audience), sealed, moment).is_allowed());
        rules.decide(&Standing::of(*audience), Visit { categories: CategorySet::EMPTY, ..sealed }, moment);
        rules.decide(&Standing::of(*audience), Visit { categories: CategorySet::EMPTY, closed: &[], ..sealed }, moment);
    }
}
