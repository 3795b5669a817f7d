//! What became of each requirement that a policy answers: `docs/COVERAGE.md`.

use std::fmt::Write as _;

use crate::document::{Clause, Document};
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
         *Prose* asks nothing of anybody. *None*: no \
         clause answers it.\n\n| policy | requirements | enforced | recorded | word | prose | none |\n\
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
        let _ = write!(out, "\n## {}\n\n| requirement | clause | state |\n|---|---|---|\n", policy.document.title);
        for requirement in policy.requirements {
            let clauses: Vec<String> =
                answering(policy.document, requirement).map(|clause| format!("`#{}`", clause.id)).collect();
            let _ =
                writeln!(out, "| `{requirement}` | {} | {} |", clauses.join(", "), state(policy.document, requirement));
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

/// Prose beside a clause that asks something changes nothing.
fn state(document: &Document, requirement: &str) -> &'static str {
    let state = |clause: &Clause| {
        let is_on_word = clause.on_word.iter().any(|row| row == requirement);
        if is_on_word { Some(State::Word) } else { clause.state(document) }
    };
    let states: Vec<Option<State>> = answering(document, requirement).map(state).collect();
    match states.iter().flatten().min() {
        Some(weakest) => weakest.name(),
        None if states.is_empty() => "none",
        None => "prose",
    }
}
