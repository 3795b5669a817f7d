//! One test for each clause with a rule, in each of the ready policies: `primary-staff#signing`. Its examples and stories
//! hold; and for each rule of it that is enforced or recorded there is one that fails when the rule is taken out. That
//! is the evidence that the rule acts. For a recorded rule it has to be a story.

#[path = "it/site_lists.rs"]
mod site_lists;

use std::sync::Arc;

use domain::{Roles, Version};
use libtest_mimic::{Arguments, Failed, Trial};
use policy::{Document, ExampleOutcome, Published, Rules, SchoolFacts, Source, State};
use site_lists::{SiteLists, repository};

const POLICIES: [&str; 5] =
    ["academy-trust", "all-through-school", "county-staff-template", "primary-staff", "primary-whole-school"];

fn main() {
    let trials = POLICIES.into_iter().flat_map(trials).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trials(name: &'static str) -> Vec<Trial> {
    let document = Arc::new(read(name));
    let with_rules = document.clauses.iter().enumerate().filter(|(_, clause)| !clause.rules.is_empty());
    with_rules
        .map(|(place, clause)| {
            let (title, document) = (format!("{name}#{}", clause.id), document.clone());
            Trial::test(title, move || holds(&document, place))
        })
        .collect()
}

fn read(name: &str) -> Document {
    let file = format!("policies/{name}.md");
    let text = std::fs::read_to_string(repository().join(&file)).expect("a ready policy is there");
    let (document, _) = policy::parse(&Source::new(file, text), Roles::ready());
    document.expect("a ready policy can be read")
}

fn holds(document: &Document, place: usize) -> Result<(), Failed> {
    let lists = SiteLists::read();
    let failed: Vec<String> = run(&only(document, place), document, &lists)
        .into_iter()
        .filter(|outcome| !outcome.passed)
        .map(|outcome| format!("{}:{}: {}; got {}", outcome.file, outcome.line, outcome.text, outcome.got))
        .collect();
    if !failed.is_empty() {
        return Err(failed.join("\n").into());
    }
    let lacking = lacking(document, place, &lists);
    if lacking.is_empty() { Ok(()) } else { Err(lacking.join("\n").into()) }
}

/// What lacks evidence among the acting rules of a clause.
fn lacking(document: &Document, place: usize, lists: &SiteLists) -> Vec<String> {
    let clause = &document.clauses[place];
    let rules = clause.rules.iter().enumerate();
    rules
        .filter(|(_, rule)| rule.state(document) > State::Word)
        .filter(|(number, rule)| {
            let mut without = document.clone();
            without.clauses[place].rules.remove(*number);
            let needs_story = rule.state(document) == State::Recorded;
            let fails = |told: &Document| {
                run(told, &without, lists)
                    .iter()
                    .any(|outcome| !outcome.passed && (!needs_story || is_story(document, outcome.line)))
            };
            // Most evidence stands in the clause itself.
            !fails(&only(&without, place)) && !fails(&without)
        })
        .map(|(_, rule)| {
            let state = rule.state(document);
            let wanted = if state == State::Recorded { "story" } else { "example or story" };
            format!("no {wanted} fails when its {} rule, which is {}, is taken out", rule.kind(), state.name())
        })
        .collect()
}

/// The document with the examples and stories of one clause alone.
fn only(document: &Document, place: usize) -> Document {
    let mut told = document.clone();
    for (number, clause) in told.clauses.iter_mut().enumerate() {
        if number != place {
            clause.examples.clear();
            clause.stories.clear();
        }
    }
    told
}

/// Runs the examples and stories of `told` against the rules of `document`; both are the same policy.
fn run(told: &Document, document: &Document, lists: &SiteLists) -> Vec<ExampleOutcome> {
    let published = Published { document: Arc::new(document.clone()), version: Version(1) };
    let rules = Rules::compile(&[published], &SchoolFacts::default());
    let mut told = told.clone();
    for (told, clause) in told.clauses.iter_mut().zip(&document.clauses) {
        told.rules.clone_from(&clause.rules);
    }
    policy::run_examples(&[told], &rules, &|address| lists.categories(address))
}

fn is_story(document: &Document, line: u32) -> bool {
    let stories = document.clauses.iter().flat_map(|clause| &clause.stories);
    stories.flat_map(|story| &story.steps).any(|step| step.line == line)
}
