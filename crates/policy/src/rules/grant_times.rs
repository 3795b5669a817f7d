//! When a grant begins and ends. A yes opens what was asked for and no more: it begins no earlier than it was asked to and
//! than it is given, and ends no later than it was asked to and than the clause lets it.

use domain::{Assent, GrantScope, Group, NoEnd, Person, PersonId, Recipient, Request, Timetable};
use jiff::Timestamp;

use crate::kinds::Permission;

/// Why a grant can't end when it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongEnd {
    Passed,
    /// It would end before it begins.
    BeforeStart,
    /// The clause, or what was asked for, lets it last until then at the latest.
    TooLate {
        latest: Timestamp,
    },
    /// The time for which it was asked is over.
    Over,
    /// The school's calendar does not tell when the clause lets it last.
    NoEnd(NoEnd),
}

/// The latest end of a grant that begins at `from`; `None` where only a revocation ends it. `classes` are those whose
/// lesson it may end with, the one that it concerns most first.
///
/// # Errors
/// The school's calendar does not have the dates, or no lesson is left that day.
pub fn latest_end(
    permission: &Permission,
    from: Timestamp,
    timetable: &Timetable,
    classes: &[Group],
) -> Result<Option<Timestamp>, NoEnd> {
    let Some(longest) = permission.longest else { return Ok(None) };
    let from = from.to_zoned(timetable.time_zone.clone());
    Ok(longest.end(&from, timetable, classes)?.map(|end| end.timestamp()))
}

/// The classes whose lesson a grant may end with: those of whom it is for, then those that the asker teaches. `find` finds
/// those who are at the school.
pub fn lesson_classes<'p>(
    recipient: &'p Recipient,
    asker: PersonId,
    find: impl Fn(PersonId) -> Option<&'p Person>,
) -> Vec<Group> {
    let own = match recipient {
        Recipient::Group(group) => std::slice::from_ref(group),
        Recipient::Person(person) => find(*person).map(|person| person.groups.as_slice()).unwrap_or_default(),
        Recipient::Audience(_) | Recipient::Everyone => &[],
    };
    let taught = find(asker).map(|asker| asker.particulars.teaches.as_slice()).unwrap_or_default();
    own.iter().chain(taught).cloned().collect()
}

/// The classes whose lesson a grant may end with, before them the one that has the room which is asked for when it begins.
pub fn with_class_in_room(
    scope: &GrantScope,
    begins: Timestamp,
    timetable: &Timetable,
    classes: Vec<Group>,
) -> Vec<Group> {
    let GrantScope::Words(room) = scope else { return classes };
    let lesson = timetable.lesson_on(&begins.to_zoned(timetable.time_zone.clone()), Some(room), &[]);
    lesson.map(|lesson| lesson.class.clone()).into_iter().chain(classes).collect()
}

/// The end of what is asked for at `now` and is to begin at `from`, or as soon as it is given: the end that was asked for,
/// or the latest that the clause allows.
///
/// # Errors
/// An end that can't be.
pub fn asked_end(
    permission: &Permission,
    (from, until): (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
    timetable: &Timetable,
    classes: &[Group],
) -> Result<Option<Timestamp>, WrongEnd> {
    let begins = from.map_or(now, |from| from.max(now));
    let latest = latest_end(permission, begins, timetable, classes).map_err(WrongEnd::NoEnd)?;
    within(until, latest, begins, now)
}

/// The latest end of a grant that is given now: that of the clause, the end that was asked for, or one that somebody chose
/// who agreed before, whichever is soonest.
///
/// # Errors
/// What was asked for is over, or the calendar does not have the dates.
pub fn latest_grant_end(
    permission: &Permission,
    (request, assents): (&Request, &[Assent]),
    now: Timestamp,
    timetable: &Timetable,
    classes: &[Group],
) -> Result<Option<Timestamp>, WrongEnd> {
    let asked = request.until.into_iter().chain(assents.iter().filter_map(|assent| assent.until)).min();
    if asked.is_some_and(|until| until <= now) {
        return Err(WrongEnd::Over);
    }
    let latest = latest_end(permission, request.begins(now), timetable, classes).map_err(WrongEnd::NoEnd)?;
    Ok(latest.into_iter().chain(asked).min())
}

/// When a grant ends that is given now: when its decider says, or else as late as it may; where several agreed, at the
/// soonest end that one of them chose.
///
/// # Errors
/// An end that can't be.
pub fn grant_end(
    permission: &Permission,
    (chosen, assents): (Option<Timestamp>, &[Assent]),
    request: &Request,
    now: Timestamp,
    timetable: &Timetable,
    classes: &[Group],
) -> Result<Option<Timestamp>, WrongEnd> {
    let latest = latest_grant_end(permission, (request, assents), now, timetable, classes)?;
    within(chosen, latest, request.begins(now), now)
}

fn within(
    chosen: Option<Timestamp>,
    latest: Option<Timestamp>,
    begins: Timestamp,
    now: Timestamp,
) -> Result<Option<Timestamp>, WrongEnd> {
    match (chosen, latest) {
        (Some(chosen), _) if chosen <= now => Err(WrongEnd::Passed),
        (Some(chosen), _) if chosen <= begins => Err(WrongEnd::BeforeStart),
        (Some(chosen), Some(latest)) if chosen > latest => Err(WrongEnd::TooLate { latest }),
        (Some(chosen), _) => Ok(Some(chosen)),
        (None, latest) => Ok(latest),
    }
}
