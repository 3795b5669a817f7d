//! What changes for whom between two states of a policy, in words.
//!
//! Rules are compared by what they say and not by where they stand: a rule that moves to another clause changes
//! nothing.

mod widened_views;

use serde::Serialize;

use domain::Roles;

use crate::document::{Clause, Document};
use crate::kinds::Rule;
use crate::value::{Sites, Who};
use crate::wording::{self, upper_first};

pub use widened_views::{WidenedView, widened_views};

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    Added,
    Removed,
    Reworded,
    RuleChanged,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyChange {
    /// The clause's id; empty for the policy as a whole.
    pub clause: String,
    pub what: What,
    /// `Pupils`, `Everyone`, `The headteacher` …
    pub for_whom: String,
    /// `Pupils: games are now blocked.`
    pub sentence: String,
}

/// What changes from `old` to `new`: the policy's audiences, its clauses, then what its rules do.
pub fn diff(old: &Document, new: &Document) -> Vec<PolicyChange> {
    let mut changes = audiences(old, new);
    changes.extend(clauses(old, new));
    changes.extend(rules(old, new));
    changes
}

fn audiences(old: &Document, new: &Document) -> Vec<PolicyChange> {
    let spoken_to = |document: &Document, other: &Document, what, words: &str| -> Vec<PolicyChange> {
        let only = document.audiences.iter().filter(|audience| !other.audiences.contains(audience));
        only.map(|audience| {
            let for_whom = audience.title().to_owned();
            let sentence = format!("{for_whom}: the policy {words} to them.");
            PolicyChange { clause: String::new(), what, for_whom, sentence }
        })
        .collect()
    };
    let mut changes = spoken_to(new, old, What::Added, "now speaks");
    changes.extend(spoken_to(old, new, What::Removed, "no longer speaks"));
    changes
}

fn clauses(old: &Document, new: &Document) -> Vec<PolicyChange> {
    let mut changes = Vec::new();
    let mut note = |document: &Document, clause: &Clause, what, words: &str| {
        let names = document.audiences.iter().map(|audience| wording::audience(*audience)).collect();
        let for_whom = upper_first(&crate::value::join(names, "and"));
        let sentence = format!("{for_whom}: the clause '{}' {words}.", clause.title);
        changes.push(PolicyChange { clause: clause.id.clone(), what, for_whom, sentence });
    };
    for clause in &new.clauses {
        match old.clause(&clause.id) {
            None => note(new, clause, What::Added, "is new"),
            Some(before) if before.title != clause.title => {
                note(new, clause, What::Reworded, &format!("was called '{}'", before.title));
            }
            Some(before) if !same_words(&before.prose, &clause.prose) => {
                note(new, clause, What::Reworded, "is worded differently");
            }
            Some(before) if before.why_on_word() != clause.why_on_word() => {
                note(new, clause, What::Reworded, "says differently why it rests on each person's word");
            }
            Some(_) => {}
        }
    }
    for clause in old.clauses.iter().filter(|clause| new.clause(&clause.id).is_none()) {
        note(old, clause, What::Removed, "is gone");
    }
    changes
}

/// Lines broken elsewhere are no change.
fn same_words(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

/// Something that a rule says: of whom, about what, and under which conditions.
struct Fact<'d> {
    clause: &'d str,
    for_whom: String,
    about: About,
    /// ` during lessons, unless 'lesson-site' is held`.
    condition: String,
}

#[derive(PartialEq)]
enum About {
    /// A site is blocked or allowed: `games`, `blocked`.
    Gate { site: String, word: &'static str },
    /// Anything else, as a sentence.
    Sentence(String),
}

fn rules(old: &Document, new: &Document) -> Vec<PolicyChange> {
    let (before, after) = (facts(old), facts(new));
    let mut changes = Vec::new();
    for fact in &after {
        match fact.other_state(&before) {
            None => changes.push(fact.change(fact.appears())),
            Some(known) if known.condition != fact.condition => {
                changes.push(fact.change(fact.differs(&known.condition)));
            }
            Some(_) => {}
        }
    }
    for fact in before.iter().filter(|fact| fact.other_state(&after).is_none()) {
        changes.push(fact.change(fact.vanishes()));
    }
    changes
}

impl Fact<'_> {
    fn other_state<'f, 'd>(&self, others: &'f [Fact<'d>]) -> Option<&'f Fact<'d>> {
        let alike = |other: &&Fact| other.for_whom == self.for_whom && other.about == self.about;
        let same = others.iter().filter(alike).find(|other| other.condition == self.condition);
        same.or_else(|| others.iter().find(alike))
    }

    fn change(&self, sentence: String) -> PolicyChange {
        PolicyChange {
            clause: self.clause.to_owned(),
            what: What::RuleChanged,
            for_whom: self.for_whom.clone(),
            sentence: format!("{}: {sentence}", self.for_whom),
        }
    }

    fn appears(&self) -> String {
        match &self.about {
            About::Gate { site, word } => format!("{site} {} now {word}{}.", are(site), self.condition),
            About::Sentence(sentence) => format!("new: {sentence}"),
        }
    }

    fn vanishes(&self) -> String {
        match &self.about {
            About::Gate { site, word } => format!("{site} {} no longer {word}{}.", are(site), self.condition),
            About::Sentence(sentence) => format!("no longer: {sentence}"),
        }
    }

    fn differs(&self, before: &str) -> String {
        let before = if before.is_empty() { " always" } else { before };
        let now = if self.condition.is_empty() { " always" } else { &self.condition };
        match &self.about {
            About::Gate { site, word } => format!("{site} {} now {word}{now}; before:{before}.", are(site)),
            About::Sentence(sentence) => format!("new: {sentence}"),
        }
    }
}

fn are(site: &str) -> &'static str {
    if site.ends_with('s') || site.contains(" and ") { "are" } else { "is" }
}

fn facts(document: &Document) -> Vec<Fact<'_>> {
    let mut facts: Vec<Fact<'_>> = Vec::new();
    for (clause, rule) in document.rules() {
        match rule {
            Rule::Block(block) => {
                let mut condition = block.condition();
                if let Some(unless) = &block.unless {
                    condition.push_str(&format!(", unless {} is held", unless.or_words()));
                }
                gate(
                    &mut facts,
                    &document.roles,
                    &clause.id,
                    (&block.who, &block.except),
                    &block.sites,
                    "blocked",
                    &condition,
                );
            }
            Rule::Allow(allow) => {
                let condition = wording::during(allow.during);
                gate(
                    &mut facts,
                    &document.roles,
                    &clause.id,
                    (&allow.who, &allow.except),
                    &allow.sites,
                    "allowed",
                    &condition,
                );
            }
            other => {
                let for_whom = for_whom(other, document);
                facts.extend(other.sentences(&document.roles).into_iter().map(|sentence| Fact {
                    clause: &clause.id,
                    for_whom: for_whom.clone(),
                    about: About::Sentence(sentence),
                    condition: String::new(),
                }));
            }
        }
    }
    facts
}

fn gate<'d>(
    facts: &mut Vec<Fact<'d>>,
    catalogue: &Roles,
    clause: &'d str,
    (who, except): (&Who, &Who),
    sites: &Sites,
    word: &'static str,
    condition: &str,
) {
    let mut names = wording::categories(sites.categories);
    names.extend(sites.uncategorised.then(|| wording::UNCATEGORISED.to_owned()));
    names.extend(sites.entries.iter().map(ToString::to_string));
    if sites.everything {
        names.push("every site".to_owned());
    }
    for subject in each(who) {
        let for_whom = upper_first(&wording::who_except(catalogue, &subject, except));
        facts.extend(names.iter().map(|site| Fact {
            clause,
            for_whom: for_whom.clone(),
            about: About::Gate { site: site.clone(), word },
            condition: condition.to_owned(),
        }));
    }
}

/// Everyone, or each audience, role and group by itself.
fn each(who: &Who) -> Vec<Who> {
    if who.everyone {
        return vec![Who::everyone()];
    }
    let audiences = who.audiences.iter().map(|one| Who { audiences: vec![*one], ..Who::default() });
    let roles = who.roles.iter().map(|one| Who { roles: vec![*one], ..Who::default() });
    let groups = who.groups.iter().map(|one| Who { groups: vec![one.clone()], ..Who::default() });
    audiences.chain(roles).chain(groups).collect()
}

/// Whom a rule is for, as a heading.
fn for_whom(rule: &Rule, document: &Document) -> String {
    let those = |who: &Who| upper_first(&wording::who(&document.roles, who));
    let holders = |roles: &[domain::Role]| upper_first(&wording::roles(&document.roles, roles, "and"));
    match rule {
        Rule::Agreement(agreement) => match &agreement.who {
            Some(who) => those(who),
            None => those(&Who { audiences: document.audiences.clone(), ..Who::default() }),
        },
        Rule::Block(block) => those(&block.who),
        Rule::Allow(allow) => those(&allow.who),
        Rule::SafeSearch(safe) => those(&safe.who),
        Rule::Watch(watch) => those(&watch.who),
        Rule::Permission(permission) => those(&permission.asks),
        Rule::Report(report) => those(&report.who),
        Rule::Register(register) => holders(&register.keeper),
        Rule::Consent(consent) => those(&consent.from),
        Rule::View(view) => holders(&view.who),
        Rule::Notice(_) | Rule::Retain(_) | Rule::Hold(_) | Rule::Choice(_) => "Everyone".to_owned(),
        Rule::Password(password) => those(&password.who),
        Rule::Session(session) => those(&session.who),
        Rule::Training(training) => those(&training.who),
        Rule::Booking(booking) => booking.then.as_ref().map_or_else(|| "Everyone".to_owned(), those),
        Rule::Channel(channel) => those(&channel.from),
        Rule::Sanction(sanction) => those(&sanction.who),
    }
}
