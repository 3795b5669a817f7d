//! The policy crate as its callers see it.

mod asking;
mod channels;
mod closed_sites;
mod consent_lists;
mod consents;
mod coverage;
mod deciding;
mod examples;
mod five_policies;
mod manual;
mod mistakes;
mod notices;
mod obligations;
mod passwords;
mod permissions;
mod properties;
mod reach_of_rules;
mod readers_of_fields;
mod reading_age;
mod registers;
mod report_about;
mod report_clocks;
mod reporting;
mod requirements;
mod sanctions;
mod signing;
mod site_lists;
mod stories;
mod unused_fields;
mod viewing;
mod vocabulary;
mod words;

use domain::Roles;
use std::sync::Arc;

use domain::Version;
use policy::{Document, Published, Rules, SchoolFacts, Source};

/// Reads a text that has no problem.
fn read(text: &str) -> Document {
    let (document, problems) = policy::parse(&Source::new("policy.md", text), Roles::ready());
    assert!(problems.is_empty(), "{problems:#?}\n{text}");
    document.expect("a policy without a problem is a document")
}

fn school() -> Document {
    read(include_str!("../fixtures/school.md"))
}

fn compile(documents: &[Document]) -> Rules {
    let published: Vec<Published> = documents
        .iter()
        .map(|document| Published { document: Arc::new(document.clone()), version: Version(3) })
        .collect();
    Rules::compile(&published, &SchoolFacts::default())
}

/// A policy with a head and clauses of the given rules, in their order: `clause-1`, `clause-2` …
fn policy_of(id: &str, audiences: &str, rules: &[String]) -> String {
    let mut text = format!(
        "+++\nid = \"{id}\"\ntitle = \"{id}\"\naudiences = [{audiences}]\nowner = \"headteacher\"\n+++\n\n# {id}\n"
    );
    for (number, rule) in rules.iter().enumerate() {
        text.push_str(&format!("\n## Clause {0} {{#clause-{0}}}\n\n```rule\n{rule}\n```\n", number + 1));
    }
    text
}

/// One of the roles that ship with the program.
fn role(name: &str) -> domain::Role {
    Roles::ready().find(name).expect("a ready role")
}
