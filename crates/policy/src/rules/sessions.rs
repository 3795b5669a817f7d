//! When a person's session ends by itself: the strictest of the rules that concern them.

use domain::{Span, Standing, Unit};

use super::Rules;
use crate::concern::Concern;
use crate::kinds::Rule;
use crate::verdict::RuleIndex;

/// The strictest limits that concern a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionLimits {
    /// After how long without use a session ends.
    pub idle: Option<Span>,
    /// Whether every session ends with the day.
    pub end_of_day: bool,
    /// The rule that sets the idle limit, or else the one that ends sessions with the day.
    pub clause: Option<RuleIndex>,
}

impl Rules {
    /// The limits of a person's sessions.
    pub fn session_for(&self, standing: &Standing) -> SessionLimits {
        let mut limits = SessionLimits::default();
        let mut with_the_day = None;
        for (index, _, _, rule) in self.each() {
            let Rule::Session(session) = rule else { continue };
            if !self.concerns(index, &Concern::of(&session.who), standing) {
                continue;
            }
            if session.end_of_day {
                limits.end_of_day = true;
                with_the_day.get_or_insert(index);
            }
            if let Some(idle) = session.idle
                && limits.idle.is_none_or(|known| minutes(idle) < minutes(known))
            {
                limits.idle = Some(idle);
                limits.clause = Some(index);
            }
        }
        limits.clause = limits.clause.or(with_the_day);
        limits
    }

    /// Whether a rule that stands at `index` concerns somebody.
    pub(super) fn concerns(&self, index: RuleIndex, who: &Concern, standing: &Standing) -> bool {
        let Some(origin) = self.origins[index.0 as usize] else { return false };
        let bound = self.binds(origin.policy, standing.audience);
        who.reaches(standing.audience, &standing.roles, &standing.groups, bound).is_some()
    }
}

/// A span's length for comparing spans: months have 30 days here, terms four months.
pub(crate) fn minutes(span: Span) -> u64 {
    let one = match span.unit {
        Unit::Minute => 1,
        Unit::Hour => 60,
        Unit::Day | Unit::SchoolDay => 24 * 60,
        Unit::Week => 7 * 24 * 60,
        Unit::Month => 30 * 24 * 60,
        Unit::Term => 4 * 30 * 24 * 60,
        Unit::Year => 365 * 24 * 60,
    };
    u64::from(span.count) * one
}
