//! Where a report went, and by when, as the case says that it opened.

use domain::{Calendar, Case, Role, Within};
use jiff::{Timestamp, Zoned};

use super::{names, same, shown_moment};
use crate::example::Routing;
use crate::rules::deadlines::soon;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Routed {
    roles: Vec<Role>,
    /// Whether it goes to the one of them that the reporter chooses.
    one_of: bool,
    due: Option<Timestamp>,
    deadline: Option<Timestamp>,
    in_confidence: bool,
}

impl Routed {
    /// A case that goes to `roles`, or to one of them.
    pub(crate) fn of(case: &Case, roles: Vec<Role>, one_of: bool) -> Routed {
        let Case { due, deadline, in_confidence, .. } = *case;
        Routed { roles, one_of, due, deadline, in_confidence }
    }

    /// Whether that is what is expected of a report that was made at `at`: what is not written is not looked at.
    pub(crate) fn meets(&self, expected: &Routing, at: &Zoned, calendar: &Calendar) -> bool {
        let Routing::To { roles, one_of, within, clock, in_confidence } = expected else { return false };
        let ends = |within: Within, end: Option<Timestamp>| end.is_some() && soon(within, at, calendar) == end;
        same(Some(roles), Some(&self.roles))
            && *one_of == self.one_of
            && within.is_none_or(|within| ends(within, self.due))
            && clock.is_none_or(|clock| ends(Within::Span(clock), self.deadline))
            && (self.in_confidence || !in_confidence)
    }

    /// `dsl and deputy-dsl within at once clock to Friday 15 May 2026 10:00 in confidence`
    pub(crate) fn words(&self, at: &Zoned) -> String {
        let mut words = names(&self.roles, if self.one_of { "or" } else { "and" });
        match self.due {
            Some(due) if due == at.timestamp() => words.push_str(" within at once"),
            Some(due) => words.push_str(&format!(" within the time to {}", shown_moment(due, at))),
            None => {}
        }
        if let Some(deadline) = self.deadline {
            words.push_str(&format!(" clock to {}", shown_moment(deadline, at)));
        }
        if self.in_confidence {
            words.push_str(" in confidence");
        }
        words
    }
}
