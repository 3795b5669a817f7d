//! One test for each clause with a rule, in each of the ready policies and in the small one: `primary-staff#signing`. Its
//! examples and stories hold; and for each rule of it that is enforced or recorded there is one that fails when the rule is
//! taken out. That is the evidence that the rule acts. For a recorded rule it has to be a story.
//!
//! And one test for each field that acts in some policy and may be left out, `[permission] needs, enforced`: in at least
//! one clause of the ready policies, or of the small policy `fixtures/breaks.md`, an example or a story fails when the
//! field is left out. That is the evidence that the software does with it what the kind's table says.

#[path = "it/site_lists.rs"]
mod site_lists;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Roles, Version};
use libtest_mimic::{Arguments, Failed, Trial};
use policy::{Document, ExampleOutcome, Published, Rule, Rules, SchoolFacts, Source, State};
use site_lists::{SiteLists, repository};

const POLICIES: [&str; 5] =
    ["academy-trust", "all-through-school", "county-staff-template", "primary-staff", "primary-whole-school"];

fn main() {
    let documents: Vec<Arc<Document>> =
        POLICIES.into_iter().map(|name| Arc::new(read(&format!("policies/{name}.md")))).collect();
    let breaks = Arc::new(read("crates/policy/tests/fixtures/breaks.md"));
    let clauses = POLICIES.into_iter().zip(&documents).flat_map(|(name, document)| of_clauses(name, document));
    let fields = of_fields(documents.iter().chain([&breaks]));
    let trials = clauses.chain(of_clauses("breaks", &breaks)).chain(fields).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn of_clauses(name: &str, document: &Arc<Document>) -> Vec<Trial> {
    let with_rules = document.clauses.iter().enumerate().filter(|(_, clause)| !clause.rules.is_empty());
    with_rules
        .map(|(place, clause)| {
            let (title, document) = (format!("{name}#{}", clause.id), document.clone());
            Trial::test(title, move || holds(&document, place))
        })
        .collect()
}

fn of_fields<'a>(documents: impl Iterator<Item = &'a Arc<Document>>) -> Vec<Trial> {
    let mut fields: BTreeMap<ActingField, Vec<Without>> = BTreeMap::new();
    for document in documents {
        for (field, without) in without_fields(document) {
            fields.entry(field).or_default().push(without);
        }
    }
    let trial = |((kind, field, state), rules): (ActingField, Vec<Without>)| {
        Trial::test(format!("[{kind}] {field}, {}", state.name()), move || field_is_shown(state, &rules))
    };
    fields.into_iter().map(trial).collect()
}

fn read(file: &str) -> Document {
    let text = std::fs::read_to_string(repository().join(file)).expect("the policy is there");
    let (document, _) = policy::parse(&Source::new(file.to_owned(), text), Roles::ready());
    document.expect("the policy can be read")
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
    let rules = document.clauses[place].rules.iter().enumerate();
    rules
        .map(|(number, rule)| (number, rule, rule.state(document)))
        .filter(|(_, _, state)| *state > State::Word)
        .filter(|(number, _, state)| {
            let mut without = document.clone();
            without.clauses[place].rules.remove(*number);
            !is_missed(document, &without, place, *state, lists)
        })
        .map(|(_, rule, state)| {
            format!("no {} fails without its {} rule, which is {}", wanted(state), rule.kind(), state.name())
        })
        .collect()
}

/// A field that acts: of which kind, its name and its state.
type ActingField = (&'static str, &'static str, State);

/// A rule of a document without one of its fields: the clause's place, the rule's number in it, and what is left.
struct Without {
    document: Arc<Document>,
    place: usize,
    number: usize,
    rule: Rule,
}

/// Each field that acts in some rule of the document and may be left out, with the rule without it.
fn without_fields(document: &Arc<Document>) -> Vec<(ActingField, Without)> {
    let mut all = Vec::new();
    for (place, clause) in document.clauses.iter().enumerate() {
        for (number, rule) in clause.rules.iter().enumerate() {
            for (field, state, left) in rule.without_each_field(document) {
                let without = Without { document: document.clone(), place, number, rule: left };
                all.push(((rule.kind(), field, state), without));
            }
        }
    }
    all
}

/// Whether some clause has an example or a story that fails once the field is left out of its rule.
fn field_is_shown(state: State, rules: &[Without]) -> Result<(), Failed> {
    let lists = SiteLists::read();
    let is_shown = rules.iter().any(|without| {
        let mut changed = Document::clone(&without.document);
        changed.clauses[without.place].rules[without.number] = without.rule.clone();
        is_missed(&without.document, &changed, without.place, state, &lists)
    });
    if is_shown {
        return Ok(());
    }
    Err(format!("no {} fails without it in any of {} rules", wanted(state), rules.len()).into())
}

fn wanted(state: State) -> &'static str {
    if state == State::Recorded { "story" } else { "example or story" }
}

/// Whether some example or story fails once a clause has changed. Most evidence is in the clause itself.
fn is_missed(document: &Document, changed: &Document, place: usize, state: State, lists: &SiteLists) -> bool {
    let counts =
        |outcome: &ExampleOutcome| !outcome.passed && (state != State::Recorded || is_story(document, outcome.line));
    run(&only(changed, place), changed, lists).iter().any(counts) || run(changed, changed, lists).iter().any(counts)
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
