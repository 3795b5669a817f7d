//! How times, recipients and scopes read.

use domain::{GrantScope, Recipient, Role, Roles, moment_words};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::known::people_index::PeopleIndex;

/// `from 14 May 2026, 09:50 until 14 May 2026, 10:42`, `until somebody takes it back`.
fn times_words((from, until): (Option<Timestamp>, Option<Timestamp>), zone: &TimeZone) -> String {
    let until = until_words(until, zone);
    from.map_or(until.clone(), |from| format!("from {} {until}", moment_words(from, zone)))
}

/// `until 14 May 2026, 10:42`, `until somebody takes it back`.
pub(crate) fn until_words(until: Option<Timestamp>, zone: &TimeZone) -> String {
    match until {
        Some(until) => format!("until {}", moment_words(until, zone)),
        None => "until somebody takes it back".to_owned(),
    }
}

pub(crate) fn recipient_words(recipient: &Recipient, people_index: &PeopleIndex) -> String {
    match recipient {
        Recipient::Person(person) => people_index.line(*person).name,
        Recipient::Group(group) => group.0.clone(),
        Recipient::Audience(audience) => domain::lower_first(audience.title()),
        Recipient::Everyone => "everyone".to_owned(),
    }
}

/// `For 9B, reddit.com opens until 14 May 2026, 15:30.` Its times are when it begins, where that is not at once, and when
/// it ends.
pub(crate) fn effect_words(
    recipient: &Recipient,
    scope: &GrantScope,
    times: (Option<Timestamp>, Option<Timestamp>),
    people_index: &PeopleIndex,
    zone: &TimeZone,
) -> String {
    let (whom, when) = (recipient_words(recipient, people_index), times_words(times, zone));
    match scope {
        GrantScope::Site(_) => format!("For {whom}, {} opens {when}.", scope.words()),
        GrantScope::Category(_) => format!("For {whom}, {} open {when}.", scope.words()),
        GrantScope::Words(words) => format!("{whom} may do this {when}: {words}"),
    }
}

/// `the headteacher or IT staff`.
pub(crate) fn role_words(catalogue: &Roles, roles: &[Role]) -> String {
    joined(catalogue, roles, "or")
}

/// `the headteacher and IT staff`.
pub(crate) fn all_role_words(catalogue: &Roles, roles: &[Role]) -> String {
    joined(catalogue, roles, "and")
}

fn joined(catalogue: &Roles, roles: &[Role], conjunction: &str) -> String {
    let words: Vec<String> = roles.iter().map(|role| catalogue.in_sentence(*role)).collect();
    match words.split_last() {
        None => "nobody".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
    }
}

/// `the headteacher and a parent of the pupil`: of each list somebody.
pub(crate) fn panel_words(catalogue: &Roles, panels: &[Vec<Role>]) -> String {
    let words: Vec<String> = panels.iter().map(|panel| role_words(catalogue, panel)).collect();
    let are_several = words.iter().any(|panel| panel.contains(" or "));
    match words.split_last() {
        None => "nobody".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) if are_several => format!("{}, and {last}", others.join(", ")),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
