//! What the rules say: the one reader of every kind. The desk, the gate, worked examples and stories all ask here, and
//! nothing else reads what a rule's fields mean.
//!
//! A file answers one question: who signs (`signing`), who asks for what (`asking`), who decides and until when
//! (`deciding`), whose consent holds a yes back (`consents`) and what stands of one that is asked once
//! (`standing_consents`), which pictures go with a request (`pictures`), where a report goes (`reporting`, with
//! what it is of, the times of it and what follows when one is over, and which site it closes, each in a file of its folder),
//! by which ways people reach each other (`channels`), who looks (`viewing`), who withdraws access (`sanctions`), who searches a device (`searching`), what a password must be (`passwords`), when a
//! session ends (`sessions`), how a person stands at the gate (`standing`), what a register lets in (`registers`, with
//! what it asks in time, who signs for what it lists, whom one that follows from a consent lists, which devices it lets
//! into a network, how many of it are in use and which of it is lost, each in a file of its folder), which sites a rule
//! has the gate open or close (`gate_sites`), and what the gate says to somebody (`site_verdict`, over what `compile`
//! made). `shown` is what pages show of a rule. Its fields are private to this crate, and a test keeps stories and
//! examples from them, so that nobody else decides by them.
//!
//! [`Rules`] are the compiled rules of all of a school's policies: immutable, made once, asked often, swapped whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::{PolicyId, Timetable, Version};
use jiff::Timestamp;

use crate::document::{Clause, Document};
use crate::kinds::{self, Rule};
use crate::verdict::{Citation, Moment, RuleIndex};

pub mod asking;
pub(crate) mod audience_match;
pub mod channels;
mod compile;
pub mod consents;
pub mod deadlines;
pub mod deciding;
pub(crate) mod gate_sites;
pub mod grant_times;
pub mod notices;
mod passwords;
pub(crate) mod path;
pub mod pictures;
pub mod registers;
pub mod reporting;
pub mod sanctions;
pub mod searching;
pub mod sessions;
pub mod shown;
pub mod signing;
mod site_verdict;
pub mod standing;
pub mod standing_consents;
pub mod viewing;

pub use passwords::{PasswordProblem, PasswordRequirements};
pub use sessions::SessionLimits;

/// The school year of worked examples, which are set in May 2026, by the year of its September.
const EXAMPLES_FROM: i16 = 2025;
/// How many school years the calendar of worked examples has: a story may go on for a year or two.
const EXAMPLES_SCHOOL_YEARS: i16 = 3;

/// A policy as it is in force: its document and the number of its version.
#[derive(Debug, Clone)]
pub struct Published {
    pub document: Arc<Document>,
    pub version: Version,
}

/// All of a school's policies, compiled.
#[derive(Debug, Clone)]
pub struct Rules {
    policies: Vec<Published>,
    timetable: Timetable,
    facts: BTreeMap<String, String>,
    citations: Vec<Citation>,
    /// Where each citation comes from; `None` for what holds without a policy.
    origins: Vec<Option<Origin>>,
    clauses: HashMap<String, PolicyPlaces>,
    gate: compile::GateRules,
}

/// A rule's place: policy, clause, rule, each by its number. A clause without rules is cited too.
#[derive(Debug, Clone, Copy)]
struct Origin {
    policy: usize,
    clause: usize,
    rule: Option<usize>,
}

/// Where a policy's clauses are among the citations.
#[derive(Debug, Clone)]
struct PolicyPlaces {
    whole: RuleIndex,
    clauses: HashMap<String, RuleIndex>,
    /// The report of each clause that has one.
    reports: HashMap<String, RuleIndex>,
}

impl Rules {
    /// The citation for a rule that spoke.
    pub fn citation(&self, rule: RuleIndex) -> &Citation {
        &self.citations[rule.0 as usize]
    }

    /// The citation of a clause: of its first rule, or of the clause itself where it has none.
    pub fn clause_citation(&self, policy: &PolicyId, clause: &str) -> Option<&Citation> {
        let place = self.clauses.get(&policy.0)?.clauses.get(clause)?;
        Some(self.citation(*place))
    }

    pub fn policies(&self) -> &[Published] {
        &self.policies
    }

    pub fn policy(&self, id: &PolicyId) -> Option<&Published> {
        self.policies.iter().find(|published| published.document.id == *id)
    }

    /// What goes into the blanks of a text.
    pub fn facts(&self) -> &BTreeMap<String, String> {
        &self.facts
    }

    pub fn timetable(&self) -> &Timetable {
        &self.timetable
    }

    /// The same rules in the timetable and calendar of worked examples and stories: these come out alike in every school.
    pub(crate) fn in_sample_timetable(&self) -> Rules {
        Rules { timetable: Timetable::sample(EXAMPLES_FROM, EXAMPLES_SCHOOL_YEARS), ..self.clone() }
    }

    /// The moment of `at` in the school's timetable.
    pub fn moment(&self, at: Timestamp) -> Moment {
        let zoned = at.to_zoned(self.timetable.time_zone.clone());
        Moment { at, periods: self.timetable.periods(&zoned) }
    }

    /// Every rule with its place: what a watcher, a sweep or a page of registers reads.
    pub fn each(&self) -> impl Iterator<Item = (RuleIndex, &Published, &Clause, &Rule)> {
        self.origins.iter().zip(0..).filter_map(|(origin, index)| {
            let Origin { policy, clause, rule } = (*origin)?;
            let published = &self.policies[policy];
            let clause = &published.document.clauses[clause];
            Some((RuleIndex(index), published, clause, &clause.rules[rule?]))
        })
    }

    /// A permission by its policy and id, with the clause that gives it.
    pub fn permission(&self, policy: &PolicyId, id: &str) -> Option<(&Clause, &kinds::Permission)> {
        self.policy(policy)?.document.permission(id)
    }

    /// Every permission of every policy, in their order.
    pub fn permissions(&self) -> impl Iterator<Item = (&Published, &Clause, &kinds::Permission)> {
        self.each().filter_map(|(_, published, clause, rule)| match rule {
            Rule::Permission(permission) => Some((published, clause, permission)),
            _ => None,
        })
    }

    /// The permissions any of which opens what a clause closed, each with its policy.
    pub fn openers(&self, closed: &Citation) -> impl Iterator<Item = (&Published, &kinds::Permission)> {
        let opens = |policy: &Published, permission: &kinds::Permission| {
            policy.document.id == closed.policy && closed.unless.iter().any(|id| *id == *permission.id)
        };
        self.permissions()
            .filter(move |(policy, _, permission)| opens(policy, permission))
            .map(|(policy, _, permission)| (policy, permission))
    }
}
