//! The gate live: the latest verdicts, without names; with the sites only for those whom a `view` clause lets look
//! without a second person. Visits to helplines are left out for everybody.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Audience, Category, CategorySet, Outcome, PolicyId};
use jiff::Timestamp;
use policy::rules::viewing;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};

use activity::RecentVerdict;

pub use activity::Health as LogHealth;

/// As many as the log remembers for this page.
const MOST: usize = 10_000;

/// Hexadecimal digits in the reference that a page of the gate shows.
const REFERENCE_DIGITS: usize = 8;

verb_error! {
    /// Why a reference could not be looked up.
    ReferenceError {
        #[error("A reference has eight letters and digits, such as 3f9a-07bc. It is on the page that said that the site is closed.")]
        NoReference => Invalid("reference");
        #[error("No page with this reference can be looked up. Only the latest closed sites can, and only since the program was last started.")]
        NotFound => Invalid("reference");
    }
}

#[derive(Debug, Clone, Default)]
pub struct LatestQuery {
    pub list: ListQuery,
    pub outcome: Option<Outcome>,
    /// The clause that decided.
    pub clause: Option<String>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LiveVerdict {
    pub at: Timestamp,
    /// The site that somebody visited; `None` for an actor whom no `view` clause lets look at this audience's use of the
    /// web without a second person.
    pub host: Option<String>,
    pub outcome: Outcome,
    /// A stable word: `blocked-by-category`.
    pub reason: String,
    pub policy: Option<PolicyId>,
    pub clause: Option<String>,
    /// The clause's title as it reads now.
    pub clause_title: Option<String>,
    pub version: Option<u32>,
    pub audience: Audience,
    pub categories: CategorySet,
}

/// How often a clause decided, among the latest verdicts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClauseCount {
    pub policy: PolicyId,
    pub clause: String,
    pub title: String,
    pub blocked: u64,
    pub allowed: u64,
}

impl LiveVerdict {
    /// Takes away what would say where somebody went.
    fn forget_the_site(&mut self) {
        self.host = None;
        self.categories = CategorySet::default();
    }
}

impl Desk {
    /// The latest verdicts, newest first.
    pub async fn latest_verdicts(&self, actor: &Actor, query: LatestQuery) -> Result<Paged<LiveVerdict>, ReadError> {
        let actor = self.authorise(actor, Verb::LatestVerdicts)?;
        let mut verdicts = self.live_verdicts(&actor);
        self.hide_sites(&actor, &mut verdicts);
        verdicts.retain(|verdict| {
            query.outcome.is_none_or(|outcome| outcome == verdict.outcome)
                && (query.clause.is_none() || query.clause == verdict.clause)
                && query.list.matches([
                    verdict.host.as_deref().unwrap_or(""),
                    verdict.clause.as_deref().unwrap_or(""),
                    verdict.audience.name(),
                    verdict.reason.as_str(),
                ])
        });
        Ok(Paged::of(verdicts, &query.list))
    }

    /// The verdict whose page shows this reference, as the latest verdicts are shown. It may be several: a reference is
    /// the end of an identifier.
    ///
    /// # Errors
    /// What was typed is no reference, or none that can still be looked up.
    pub async fn verdicts_with_reference(
        &self,
        actor: &Actor,
        reference: &str,
    ) -> Result<Vec<LiveVerdict>, ReferenceError> {
        let actor = self.authorise(actor, Verb::LatestVerdicts)?;
        let digits: String =
            reference.to_lowercase().chars().filter(|letter| *letter != '-' && !letter.is_whitespace()).collect();
        if digits.len() != REFERENCE_DIGITS || !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(ReferenceError::NoReference);
        }
        let mut verdicts = self.in_words(self.stores().blocked_ending_in(&actor, &digits));
        if verdicts.is_empty() {
            return Err(ReferenceError::NotFound);
        }
        self.hide_sites(&actor, &mut verdicts);
        Ok(verdicts)
    }

    /// How well the gate's activity is being kept, for those who look after the gate.
    pub fn log_health(&self, actor: &Actor) -> Result<LogHealth, ReadError> {
        self.authorise(actor, Verb::LatestVerdicts)?;
        Ok(self.stores().log_health())
    }

    /// How often each clause decided, among the latest verdicts; the most frequent first.
    pub async fn verdicts_by_clause(&self, actor: &Actor) -> Result<Vec<ClauseCount>, ReadError> {
        let actor = self.authorise(actor, Verb::LatestVerdicts)?;
        let mut counts: BTreeMap<(PolicyId, String), ClauseCount> = BTreeMap::new();
        for verdict in self.live_verdicts(&actor) {
            let (Some(policy), Some(clause)) = (verdict.policy, verdict.clause) else { continue };
            let title = verdict.clause_title.unwrap_or_else(|| clause.clone());
            let count = counts.entry((policy.clone(), clause.clone())).or_insert(ClauseCount {
                policy,
                clause,
                title,
                blocked: 0,
                allowed: 0,
            });
            match verdict.outcome {
                Outcome::Blocked => count.blocked += 1,
                Outcome::Allowed => count.allowed += 1,
            }
        }
        let mut counts: Vec<ClauseCount> = counts.into_values().collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.blocked + count.allowed));
        Ok(counts)
    }

    /// The audiences whose use of the web a `view` clause lets the actor see live. A duty alone shows nobody's.
    pub fn audiences_whose_sites_show(&self, actor: &Actor) -> BTreeSet<Audience> {
        let current = self.current(actor);
        current.map(|actor| viewing::seen_live(&self.rules(), actor.somebody())).unwrap_or_default()
    }

    fn hide_sites(&self, actor: &Actor, verdicts: &mut [LiveVerdict]) {
        let seen = self.audiences_whose_sites_show(actor);
        for verdict in verdicts.iter_mut().filter(|verdict| !seen.contains(&verdict.audience)) {
            verdict.forget_the_site();
        }
    }

    fn live_verdicts(&self, actor: &Authorised) -> Vec<LiveVerdict> {
        self.in_words(self.stores().latest_activities(actor, MOST))
    }

    fn in_words(&self, recent: Vec<RecentVerdict>) -> Vec<LiveVerdict> {
        let rules = self.rules();
        recent
            .into_iter()
            // even without a name, a visit just now can say who looked for help
            .filter(|verdict| !verdict.categories.contains(Category::Helplines))
            .map(|verdict| {
                let policy = verdict.policy.map(PolicyId);
                let cited = policy.as_ref().zip(verdict.clause.as_deref());
                let citation = cited.and_then(|(policy, clause)| rules.clause_citation(policy, clause));
                LiveVerdict {
                    at: verdict.at,
                    host: Some(verdict.host),
                    outcome: verdict.outcome,
                    reason: verdict.reason,
                    clause_title: citation.map(|citation| citation.title.clone()),
                    policy,
                    clause: verdict.clause,
                    version: verdict.version,
                    audience: verdict.audience,
                    categories: verdict.categories,
                }
            })
            .collect()
    }
}
