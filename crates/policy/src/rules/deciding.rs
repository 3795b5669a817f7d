//! Who decides a request, and who may take a grant back.

use domain::{
    Assent, Calendar, Escalation, FormAnswers, Grant, PersonId, Recipient, RelativeRole, Reminder, Request,
    RequestState, Role, RoleSet,
};
use jiff::{Timestamp, Zoned};

use crate::kinds::Permission;
use crate::rules::deadlines::{self, Onward};
use crate::somebody::Somebody;
use crate::value::Routes;

/// Why somebody may not decide a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotDecide {
    AlreadyDecided,
    /// They have agreed; others have still to.
    HasAgreed,
    /// It is for these roles.
    For(Vec<Role>),
    OwnRequest,
    ForThemselves,
    /// It concerns them, or its form names them.
    AboutThemselves,
    /// It opens something to a group that they are in.
    ForTheirGroup,
}

/// Whether every holder of a role is absent today; a role without a holder is not absent.
pub type IsAbsent<'a> = &'a dyn Fn(Role) -> bool;

/// What came so far of a request that waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct SoFar<'a> {
    /// The one role that decides now, where somebody handed it on.
    pub handed_to: Option<Role>,
    /// Who has agreed, where several must.
    pub assents: &'a [Assent],
    /// The roles to which it went because nobody had decided it in time.
    pub escalated_to: &'a [Role],
}

/// A request that is to be decided, with what its form says and who has agreed to it.
#[derive(Debug, Clone, Copy)]
pub struct ToDecide<'a> {
    pub request: &'a Request,
    pub answers: &'a FormAnswers,
    pub assents: &'a [Assent],
}

/// Whether it opens at once, on the word of whoever may ask.
pub fn opens_on_own_word(permission: &Permission) -> bool {
    permission.decides.is_asker
}

/// Whether somebody may give such a permission to others when nobody has asked.
pub fn may_give_unasked(permission: &Permission, somebody: Somebody<'_>, is_absent: IsAbsent<'_>) -> bool {
    permission.unasked && decides(permission, somebody, is_absent)
}

/// Whether somebody may give it to `recipient` when nobody has asked. What is for them or for a group that they are in
/// they ask for like anybody else.
pub fn gives_unasked(
    permission: &Permission,
    (id, somebody): (PersonId, Somebody<'_>),
    recipient: &Recipient,
    is_absent: IsAbsent<'_>,
) -> bool {
    let is_for_them = match recipient {
        Recipient::Person(person) => *person == id,
        Recipient::Group(group) => somebody.groups.contains(group),
        Recipient::Audience(_) | Recipient::Everyone => false,
    };
    !is_for_them && may_give_unasked(permission, somebody, is_absent)
}

/// Whether several must agree, each for others.
pub fn decide_together(permission: &Permission) -> bool {
    permission.decides_all.is_some()
}

/// Whether somebody holds a role that decides by a permission's clause.
pub fn decides(permission: &Permission, somebody: Somebody<'_>, is_absent: IsAbsent<'_>) -> bool {
    let named = permission.named_deciders().collect();
    somebody.holds_any(&with_those_instead(permission.in_absence.as_ref(), named, is_absent))
}

/// Every role that decides by a permission's clause now or may come to: those that it names, those that it went to because
/// nobody had decided it in time, and those in the place of one whose every holder is absent.
pub fn may_come_to_decide(permission: &Permission, escalated_to: &[Role]) -> Vec<Role> {
    let named = permission.named_deciders().chain(escalated_to.iter().copied()).collect();
    with_those_instead(permission.in_absence.as_ref(), named, &|_| true)
}

/// Whether a permission's clause has the person concerned decide.
pub fn is_decided_by_concerned(permission: &Permission) -> bool {
    permission.named_deciders().any(|role| role == RelativeRole::PersonConcerned.role())
}

/// Whether somebody holds a role that comes to decide by a permission's clause where nobody has decided in time.
pub fn decides_late(permission: &Permission, somebody: Somebody<'_>) -> bool {
    permission.escalate.as_ref().is_some_and(|roles| somebody.holds_any(roles))
}

/// When a request that was made at `asked` should be decided, where the clause says; `None` too where the calendar lacks its term.
pub fn due(permission: &Permission, asked: &Zoned, calendar: &Calendar) -> Option<Timestamp> {
    deadlines::soon(permission.within?, asked, calendar)
}

/// Where a request goes at `at` that nobody has decided in time: to the roles that the clause names, where somebody who
/// may decide it holds one and has it not. `may_decide` tells who may decide it as these roles.
pub fn escalation(
    permission: Option<&Permission>,
    request: &Request,
    so_far: SoFar<'_>,
    may_decide: &dyn Fn(&[Role]) -> Vec<PersonId>,
    at: Timestamp,
) -> Option<Escalation> {
    let waits = request.state == RequestState::Waiting && request.escalation.is_none();
    let named = permission?.escalate.as_ref().filter(|_| waits)?;
    let have_it = may_decide(&deciders(permission, so_far, &|_| false));
    match deadlines::onward(named.to_vec(), may_decide, &have_it, at) {
        Onward::To(escalation) => Some(escalation),
        Onward::HaveIt | Onward::NobodyThere => None,
    }
}

/// Who is reminded of a request: those who may decide it; that it was to begin by now, whoever asked.
pub fn to_remind(request: &Request, deciders: Vec<PersonId>, reminder: Reminder) -> Vec<PersonId> {
    if reminder == Reminder::Begun { vec![request.asker] } else { deciders }
}

/// The roles that decide a request now: those of the clause, or the one that it was handed on to; where several must
/// agree, those of the lists from which nobody has; those that it went to because nobody had decided in time; and those
/// that decide in the place of one whose every holder is absent. None where no version of the policy has the permission.
pub fn deciders(permission: Option<&Permission>, so_far: SoFar<'_>, is_absent: IsAbsent<'_>) -> Vec<Role> {
    let Some(permission) = permission else { return Vec::new() };
    if permission.decides_all.is_some() {
        let mut roles: Vec<Role> = Vec::new();
        for role in still_to_agree(permission, so_far.assents, is_absent).into_iter().flatten() {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        return roles;
    }
    let now = match so_far.handed_to {
        Some(role) if permission.decides.contains(&role) => vec![role],
        _ => permission.decides.to_vec(),
    };
    let now = [&now, so_far.escalated_to].concat();
    with_those_instead(permission.in_absence.as_ref(), now, is_absent)
}

/// Of the lists from each of which somebody must agree, those from which somebody still has to; none where the clause
/// lets one decide alone. Somebody who could have agreed for either of two lists leaves both open to the next.
pub fn still_to_agree(permission: &Permission, assents: &[Assent], is_absent: IsAbsent<'_>) -> Vec<Vec<Role>> {
    let counted = counted(permission, assents);
    let lists = permission.decides_all.iter().flat_map(|panels| &panels.0).enumerate();
    let open = lists.filter(|(place, _)| fit(&counted, &without(&lists_in_absence(permission), *place)));
    open.map(|(_, panel)| with_those_instead(permission.in_absence.as_ref(), panel.clone(), is_absent)).collect()
}

/// What a yes comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Yes {
    /// It is given.
    Given,
    /// Others have still to agree; the roles as which this one may.
    Assent(RoleSet),
}

/// What the yes of somebody who may decide comes to.
pub fn yes(permission: &Permission, assents: &[Assent], somebody: Somebody<'_>) -> Yes {
    let lists = lists_in_absence(permission);
    if counted(permission, assents).len() + 1 >= lists.len() {
        return Yes::Given;
    }
    Yes::Assent(lists.into_iter().flatten().filter(|role| somebody.holds_any(&[*role])).collect())
}

/// The lists from each of which somebody must agree, with everybody who may at times decide in another's place.
fn lists_in_absence(permission: &Permission) -> Vec<Vec<Role>> {
    let panels = permission.decides_all.iter().flat_map(|panels| &panels.0);
    panels.map(|panel| with_those_instead(permission.in_absence.as_ref(), panel.clone(), &|_| true)).collect()
}

/// The yeses that count by the clause as it is: each for a list of its own.
fn counted<'a>(permission: &Permission, assents: &'a [Assent]) -> Vec<&'a Assent> {
    let lists = lists_in_absence(permission);
    let mut counted: Vec<&Assent> = Vec::new();
    for assent in assents {
        counted.push(assent);
        if !fit(&counted, &lists) {
            counted.pop();
        }
    }
    counted
}

/// Whether each yes can stand for a list of its own.
fn fit(assents: &[&Assent], lists: &[Vec<Role>]) -> bool {
    let Some((first, others)) = assents.split_first() else { return true };
    let its = (0..lists.len()).filter(|place| first.roles.contains_any(&lists[*place]));
    its.into_iter().any(|place| fit(others, &without(lists, place)))
}

fn without(lists: &[Vec<Role>], place: usize) -> Vec<Vec<Role>> {
    lists.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, list)| list.clone()).collect()
}

/// Roles, and those that a clause names in the place of one whose every holder is absent.
pub(super) fn with_those_instead(routes: Option<&Routes>, mut roles: Vec<Role>, is_absent: IsAbsent<'_>) -> Vec<Role> {
    for (absent, instead) in routes.iter().flat_map(|routes| &routes.0) {
        if roles.contains(absent) && is_absent(*absent) {
            roles.extend(instead);
        }
    }
    roles
}

/// The other roles that the clause names, to whom a request may be handed on.
pub fn hand_to(permission: Option<&Permission>, handed_to: Option<Role>) -> Vec<Role> {
    let named = permission.map(|permission| permission.decides.to_vec()).unwrap_or_default();
    match handed_to {
        Some(now) if named.contains(&now) => named.into_iter().filter(|role| *role != now).collect(),
        None if named.len() > 1 => named,
        _ => Vec::new(),
    }
}

/// Why a person may not decide this request, which waits for `deciders`; `None` where they may.
pub fn why_not_decide(
    deciders: &[Role],
    id: PersonId,
    somebody: Somebody<'_>,
    ToDecide { request, answers, assents }: ToDecide<'_>,
) -> Option<WhyNotDecide> {
    if request.state != RequestState::Waiting {
        Some(WhyNotDecide::AlreadyDecided)
    } else if assents.iter().any(|assent| assent.by == id) {
        Some(WhyNotDecide::HasAgreed)
    } else if !somebody.holds_any(deciders) {
        Some(WhyNotDecide::For(deciders.to_vec()))
    } else if request.asker == id {
        Some(WhyNotDecide::OwnRequest)
    } else if decides_as_concerned(deciders, id, request) {
        None
    } else if request.recipient == Recipient::Person(id) {
        Some(WhyNotDecide::ForThemselves)
    } else if request.is_about(id, answers) {
        Some(WhyNotDecide::AboutThemselves)
    } else if matches!(&request.recipient, Recipient::Group(group) if somebody.groups.contains(group)) {
        Some(WhyNotDecide::ForTheirGroup)
    } else {
        None
    }
}

/// Whether somebody decides a request because it is about them. That is their own consent, which nobody else could give,
/// where the clause asks for it; it is no favour that they decide for themselves. Whoever asked is never the one concerned.
fn decides_as_concerned(deciders: &[Role], id: PersonId, request: &Request) -> bool {
    request.concerned == Some(id) && deciders.contains(&RelativeRole::PersonConcerned.role())
}

/// Those who decide such requests may take a grant back; so may whoever asked for it and whoever gave it. What opened on
/// the asker's own word nobody else decides, so that whoever `sees_gate` may close it.
pub fn may_revoke(
    permission: Option<&Permission>,
    (id, somebody): (PersonId, Somebody<'_>),
    grant: &Grant,
    request: &Request,
    sees_gate: bool,
    is_absent: IsAbsent<'_>,
) -> bool {
    let decides_such = |permission: &Permission| {
        decides(permission, somebody, is_absent) || sees_gate && opens_on_own_word(permission)
    };
    permission.is_some_and(decides_such) || request.asker == id || grant.by == id
}
