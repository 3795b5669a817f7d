//! What became of each requirement that a policy answers: `docs/COVERAGE.md`.

use std::fmt::Write as _;

use crate::document::{Clause, Document};
use crate::kinds::Rule;
use crate::state::State;

/// A policy with the ids of the requirements that it has to answer.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a> {
    pub document: &'a Document,
    pub requirements: &'a [&'a str],
}

const STATES: [&str; 5] = ["enforced", "recorded", "word", "prose", "none"];

/// The page: for each requirement its clauses and its state, which is that of the weakest rule in them unless a clause leaves it
/// to people's word; counts at the top.
pub fn coverage(policies: &[Answers<'_>]) -> String {
    let mut out = String::from(
        "# What became of each requirement\n\nMade from the policies; a test fails when it is not current \
         (`UPDATE_DOCS=1 cargo nextest run -p policy coverage` writes it anew). A requirement's state is that of the \
         weakest rule in the clauses that answer it: *enforced* by the software, *recorded* by it while people act, or on \
         each person's *word*. What a clause's rules don't answer whole stands in the clause's `word`, and rests on word. \
         The last column says why something rests on word: the clause's own reason, or the fields of its rules that \
         nothing acts on. *Prose* asks nothing of anybody. *None*: no clause answers it.\n\n| policy | requirements | enforced | recorded | word | prose | none |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut total = [0; 5];
    for policy in policies {
        let counts = counts(policy);
        total.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        line(&mut out, &format!("`{}`", policy.document.id), counts);
    }
    line(&mut out, "all", total);
    for policy in policies {
        let _ = write!(
            out,
            "\n## {}\n\n| requirement | clause | state | why on word |\n|---|---|---|---|\n",
            policy.document.title
        );
        for requirement in policy.requirements {
            let clauses: Vec<String> =
                answering(policy.document, requirement).map(|clause| format!("`#{}`", clause.id)).collect();
            let (clauses, state) = (clauses.join(", "), state(policy.document, requirement));
            let why = whys_on_word(policy.document, requirement).join(" ");
            let _ = writeln!(out, "| `{requirement}` | {clauses} | {state} | {why} |");
        }
    }
    out
}

fn line(out: &mut String, name: &str, counts: [usize; 5]) {
    let cells = counts.map(|count| count.to_string()).join(" | ");
    let _ = writeln!(out, "| {name} | {} | {cells} |", counts.iter().sum::<usize>());
}

fn counts(policy: &Answers<'_>) -> [usize; 5] {
    STATES.map(|name| {
        policy.requirements.iter().filter(|requirement| state(policy.document, requirement) == name).count()
    })
}

fn answering<'a>(document: &'a Document, requirement: &str) -> impl Iterator<Item = &'a Clause> {
    document.clauses.iter().filter(move |clause| clause.answers.iter().any(|answered| answered == requirement))
}

/// What stands behind a requirement in one of the clauses that answer it.
fn state_in(clause: &Clause, document: &Document, requirement: &str) -> Option<State> {
    let is_on_word = clause.on_word.iter().any(|row| row == requirement);
    if is_on_word { Some(State::Word) } else { clause.state(document) }
}

/// Why a requirement rests on word, in each of its clauses in which it does; empty where a clause gives no reason.
pub fn whys_on_word(document: &Document, requirement: &str) -> Vec<String> {
    let on_word = |clause: &&Clause| state_in(clause, document, requirement) == Some(State::Word);
    answering(document, requirement).filter(on_word).map(|clause| why_on_word(clause, document)).collect()
}

fn why_on_word(clause: &Clause, document: &Document) -> String {
    if let Some(why) = clause.why_on_word() {
        return why.to_owned();
    }
    if clause.leaves_to_word() {
        return String::new();
    }
    let on_word = |rule: &Rule| {
        let fields: Vec<String> = rule.on_word(document).iter().map(|field| format!("`{field}`")).collect();
        (!fields.is_empty()).then(|| format!("Nothing acts on {} of `{}`.", fields.join(", "), rule.kind()))
    };
    clause.rules.iter().filter_map(on_word).collect::<Vec<_>>().join(" ")
}

/// Prose beside a clause that asks something changes nothing.
fn state(document: &Document, requirement: &str) -> &'static str {
    let states: Vec<Option<State>> =
        answering(document, requirement).map(|clause| state_in(clause, document, requirement)).collect();
    match states.iter().flatten().min() {
        Some(weakest) => weakest.name(),
        None if states.is_empty() => "none",
        None => "prose",
    }
}
