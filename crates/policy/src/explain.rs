//! What a policy does, clause by clause, in plain words.

use domain::Roles;
use serde::Serialize;

use crate::document::{Class, Document};
use crate::kinds::Rule;

/// What stands behind a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseKind {
    /// The software does something for it.
    Runs,
    /// It has rules, and this version of the program runs none of them: people do what they say.
    ByPeople,
    /// It rests on each person's word.
    OnWord,
    /// It asks nothing of anybody: a definition, a purpose, a notice.
    Prose,
}

/// A clause in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseExplanation {
    pub clause: String,
    pub number: String,
    pub title: String,
    pub kind: ClauseKind,
    /// What the software does for it, a sentence each.
    pub sentences: Vec<String>,
    /// Notes to the policy's owners.
    pub notes: Vec<String>,
}

/// How many clauses of each kind a policy has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ClauseCounts {
    pub runs: usize,
    pub by_people: usize,
    pub on_word: usize,
    pub prose: usize,
}

impl ClauseCounts {
    pub fn of(explanations: &[ClauseExplanation]) -> ClauseCounts {
        let count = |kind| explanations.iter().filter(|explanation| explanation.kind == kind).count();
        ClauseCounts {
            runs: count(ClauseKind::Runs),
            by_people: count(ClauseKind::ByPeople),
            on_word: count(ClauseKind::OnWord),
            prose: count(ClauseKind::Prose),
        }
    }
}

/// Each clause: what the software does for it, or that it rests on each person's word, or that it is prose.
pub fn explain(document: &Document) -> Vec<ClauseExplanation> {
    let explanations = document.clauses.iter().map(|clause| {
        let is_run = clause.rules.iter().any(Rule::is_run);
        let kind = match (clause.rules.is_empty(), is_run, clause.is(Class::Prose)) {
            (false, true, _) => ClauseKind::Runs,
            (false, false, _) => ClauseKind::ByPeople,
            (true, _, false) => ClauseKind::OnWord,
            (true, _, true) => ClauseKind::Prose,
        };
        let mut sentences: Vec<String> =
            clause.rules.iter().flat_map(|rule| rule_sentences(rule, &document.roles)).collect();
        match kind {
            ClauseKind::Runs | ClauseKind::ByPeople => {}
            ClauseKind::OnWord => sentences.push("This rests on each person's word.".to_owned()),
            ClauseKind::Prose => sentences.push("This asks nothing of anybody.".to_owned()),
        }
        ClauseExplanation {
            clause: clause.id.clone(),
            number: clause.number.clone(),
            title: clause.title.clone(),
            kind,
            sentences,
            notes: clause.rules.iter().filter_map(|rule| rule.note()).map(str::to_owned).collect(),
        }
    });
    explanations.collect()
}

/// What the rule says, and that people do it where no program does yet.
fn rule_sentences(rule: &Rule, catalogue: &Roles) -> Vec<String> {
    let mut sentences = rule.sentences(catalogue);
    if !rule.is_run() {
        sentences.push("People see to this: the software does not do it yet.".to_owned());
    }
    sentences
}
