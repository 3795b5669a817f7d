//! Who decides a request, and who may take a grant back.

use domain::{Grant, PersonId, Recipient, RelativeRole, Request, RequestState, Role, RoleSet};

use crate::kinds::Permission;
use crate::rules::{Rules, asking};
use crate::somebody::Somebody;
use crate::value::Routes;

/// Why somebody may not decide a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotDecide {
    AlreadyDecided,
    /// It is for these roles.
    For(Vec<Role>),
    OwnRequest,
    ForThemselves,
    /// It opens something to a group that they are in.
    ForTheirGroup,
}

/// Whether every holder of a role is absent today; a role without a holder is not absent.
pub type IsAbsent<'a> = &'a dyn Fn(Role) -> bool;

/// Whether somebody holds a role that decides by a permission's clause.
pub fn decides(permission: &Permission, somebody: Somebody<'_>, is_absent: IsAbsent<'_>) -> bool {
    somebody.holds_any(&with_those_instead(permission.in_absence.as_ref(), permission.decides.to_vec(), is_absent))
}

/// The roles that decide a request now: those of the clause, or the one that it was handed on to; and those that decide
/// in the place of one whose every holder is absent. `None` for a permission that is gone from its policy, which nobody
/// can decide by.
pub fn deciders(permission: Option<&Permission>, handed_to: Option<Role>, is_absent: IsAbsent<'_>) -> Vec<Role> {
    let Some(permission) = permission else { return Vec::new() };
    let now = match handed_to {
        Some(role) if permission.decides.contains(&role) => vec![role],
        _ => permission.decides.to_vec(),
    };
    with_those_instead(permission.in_absence.as_ref(), now, is_absent)
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

/// The roles that decide about a site or a kind of site, by whatever clause. Relative roles are left out: who holds one
/// depends on who asks.
pub fn site_deciders(rules: &Rules) -> RoleSet {
    let of_sites = rules.permissions().map(|(_, _, permission)| permission);
    let of_sites = of_sites.filter(|permission| asking::opens_sites(permission));
    let named = of_sites.flat_map(|permission| permission.decides.iter().copied());
    named.filter(|role| RelativeRole::of(*role).is_none()).collect()
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
    request: &Request,
) -> Option<WhyNotDecide> {
    if request.state != RequestState::Waiting {
        Some(WhyNotDecide::AlreadyDecided)
    } else if !somebody.holds_any(deciders) {
        Some(WhyNotDecide::For(deciders.to_vec()))
    } else if request.asker == id {
        Some(WhyNotDecide::OwnRequest)
    } else if request.recipient == Recipient::Person(id) {
        Some(WhyNotDecide::ForThemselves)
    } else if matches!(&request.recipient, Recipient::Group(group) if somebody.groups.contains(group)) {
        Some(WhyNotDecide::ForTheirGroup)
    } else {
        None
    }
}

/// Those who decide such requests may take a grant back; so may whoever asked for it and whoever gave it.
pub fn may_revoke(
    permission: Option<&Permission>,
    id: PersonId,
    somebody: Somebody<'_>,
    grant: &Grant,
    request: &Request,
    is_absent: IsAbsent<'_>,
) -> bool {
    permission.is_some_and(|permission| decides(permission, somebody, is_absent))
        || request.asker == id
        || grant.by == id
}
