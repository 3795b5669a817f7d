//! What a policy does, clause by clause, in plain words.

use serde::Serialize;

use crate::document::{Class, Clause, Document};
use crate::kinds::{Data, Rule};
use crate::rules::gate_sites;
use crate::state::State;
use crate::value::join;
use crate::wording;

/// What stands in a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseKind {
    /// Rules, each with its own state.
    Rules,
    /// None; it rests on each person's word.
    Word,
    /// None, and it asks nothing of anybody: a definition, a purpose, a notice.
    Prose,
}

/// A clause in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ClauseExplanation {
    pub policy: String,
    pub clause: String,
    pub number: String,
    pub title: String,
    pub kind: ClauseKind,
    /// That of the clause's weakest rule; `None` for prose.
    pub state: Option<State>,
    pub rules: Vec<RuleExplanation>,
    /// What the software does for it, a sentence each.
    pub sentences: Vec<String>,
    /// Notes to the policy's owners.
    pub notes: Vec<String>,
}

/// A rule in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RuleExplanation {
    pub kind: &'static str,
    /// That of the rule's weakest field.
    pub state: State,
    /// The fields that rest on each person's word.
    pub on_word: Vec<&'static str>,
    pub sentences: Vec<String>,
}

/// How many clauses of each state a policy has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ClauseCounts {
    pub enforced: usize,
    pub recorded: usize,
    pub word: usize,
    pub prose: usize,
}

impl ClauseCounts {
    pub fn of(explanations: &[ClauseExplanation]) -> ClauseCounts {
        let count = |state| explanations.iter().filter(|explanation| explanation.state == state).count();
        ClauseCounts {
            enforced: count(Some(State::Enforced)),
            recorded: count(Some(State::Recorded)),
            word: count(Some(State::Word)),
            prose: count(None),
        }
    }
}

/// Each clause: what the software does for it, or that it rests on each person's word, or that it is prose.
pub fn explain(document: &Document) -> Vec<ClauseExplanation> {
    document.clauses.iter().map(|clause| explain_clause(clause, document)).collect()
}

fn explain_clause(clause: &Clause, document: &Document) -> ClauseExplanation {
    let rules: Vec<RuleExplanation> = clause.rules.iter().map(|rule| explain_rule(rule, document)).collect();
    let mut sentences: Vec<String> = rules.iter().flat_map(|rule| rule.sentences.clone()).collect();
    let kind = match (rules.is_empty(), clause.is(Class::Prose)) {
        (_, true) => ClauseKind::Prose,
        (true, false) => ClauseKind::Word,
        (false, false) => ClauseKind::Rules,
    };
    match kind {
        ClauseKind::Rules if clause.leaves_to_word() => {
            sentences.push("The rest of what this clause asks rests on each person's word.".to_owned());
        }
        ClauseKind::Rules => {}
        ClauseKind::Word => sentences.push("This rests on each person's word.".to_owned()),
        ClauseKind::Prose => sentences.push("This asks nothing of anybody.".to_owned()),
    }
    sentences.extend(clause.why_on_word().map(str::to_owned));
    ClauseExplanation {
        policy: document.id.0.clone(),
        clause: clause.id.clone(),
        number: clause.number.clone(),
        title: clause.title.clone(),
        kind,
        state: clause.state(document),
        rules,
        sentences,
        notes: clause.rules.iter().filter_map(|rule| rule.note()).map(str::to_owned).collect(),
    }
}

/// What a rule says, and what stands behind it.
pub fn explain_rule(rule: &Rule, document: &Document) -> RuleExplanation {
    let (state, on_word) = (rule.state(document), rule.on_word(document));
    let mut sentences = rule.sentences(&document.roles);
    sentences.extend(opened_sentence(rule, document));
    sentences.extend(path_sentence(rule));
    sentences.extend(rule.chosen_sentence());
    let counted = rule.field_states(document).len();
    match state {
        State::Enforced => {}
        State::Recorded => sentences.push("People do this; the software keeps the record of it.".to_owned()),
        State::Word if matches!(rule, Rule::Watch(_)) => {
            sentences
                .push("The software does not do this yet, so it watches for nothing and raises no alert.".to_owned());
        }
        State::Word if matches!(rule, Rule::Retain(_)) => {
            sentences.push("The software does not do this yet: it keeps and deletes nothing by this rule.".to_owned());
        }
        // Its own sentences say what is shown and what is not.
        State::Word if matches!(rule, Rule::View(view) if view.what.contains(&Data::Web)) => {}
        State::Word if on_word.len() == counted => {
            sentences.push("The software does nothing for this yet: it rests on each person's word.".to_owned());
        }
        State::Word => {
            let fields = wording::list(&on_word.iter().map(|field| format!("'{field}'")).collect::<Vec<_>>());
            sentences.push(format!(
                "Of this, the software does not act on all of what {fields} says: that rests on each person's word."
            ));
        }
    }
    RuleExplanation { kind: rule.kind(), state, on_word, sentences }
}

/// What a rule says, in words: what the software does of it, and what it does nothing about.
pub fn done_and_not_done(rule: &Rule, document: &Document) -> (Vec<String>, Vec<String>) {
    let RuleExplanation { state, sentences, .. } = explain_rule(rule, document);
    match rule {
        Rule::View(view) if view.what.contains(&Data::Web) => {
            let done = view.what_is_done(&document.roles).into_iter().chain(rule.chosen_sentence());
            (done.collect(), view.what_is_not_done(&document.roles))
        }
        _ if state == State::Word => (Vec::new(), sentences),
        _ => (sentences, Vec::new()),
    }
}

/// Which exceptions of a channel open what the gate closes by it.
fn opened_sentence(rule: &Rule, document: &Document) -> Option<String> {
    let openers = matches!(rule, Rule::Channel(_)).then(|| gate_sites::openers(document, rule))?;
    let ids: Vec<String> = openers.iter().map(|opener| format!("'{}'", opener.id)).collect();
    (!ids.is_empty())
        .then(|| format!("The permission {} opens what is closed here, for those who hold it.", join(ids, "or")))
}

/// A path acts where the gate sees it.
fn path_sentence(rule: &Rule) -> Option<String> {
    let named = gate_sites::sites(rule);
    let has_path = named.iter().flat_map(|sites| &sites.entries).any(|entry| entry.path.is_some());
    has_path.then(|| "A path acts on plain http visits alone: of an https visit the gate sees the host.".to_owned())
}
