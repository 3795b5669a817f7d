//! By when something is to be done, and where it goes where nobody has done it in time: reports and requests alike.

use domain::{Calendar, Escalation, PersonId, Role, Within};
use jiff::{Timestamp, Zoned};

/// Minutes after which what is to be done at once is overdue, unless the school sets another number.
pub const AT_ONCE_MINUTES: u32 = 60;

/// When something is to be done that came at `from`; `None` where the school's calendar lacks the term that it is counted
/// in. In school days it is counted beyond the calendar too.
pub(crate) fn soon(within: Within, from: &Zoned, calendar: &Calendar) -> Option<Timestamp> {
    match within {
        Within::AtOnce | Within::AsSoonAsPossible => Some(from.timestamp()),
        Within::Span(span) => Some(span.likely_after(from, calendar)?.timestamp()),
    }
}

/// Where something goes that nobody has done in time.
pub(super) enum Onward {
    To(Escalation),
    /// Nowhere: all who hold the roles have it.
    HaveIt,
    /// Nowhere: nobody who may have it holds one of the roles.
    NobodyThere,
}

/// Where something goes at `at` that nobody has done in time and that `have_it` have: to these roles, where one of those
/// who hold them has it not. `holders` tells who holds roles and may have it.
pub(super) fn onward(
    roles: Vec<Role>,
    holders: &dyn Fn(&[Role]) -> Vec<PersonId>,
    have_it: &[PersonId],
    at: Timestamp,
) -> Onward {
    let there = holders(&roles);
    if there.is_empty() {
        Onward::NobodyThere
    } else if there.iter().all(|holder| have_it.contains(holder)) {
        Onward::HaveIt
    } else {
        Onward::To(Escalation { at, to: roles })
    }
}
