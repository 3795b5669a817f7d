//! Which site a report is of, whether it is closed by that report, and who takes it off the school's own list again.

use domain::{
    Case, CaseActor, ClosedSite, Duty, FieldAnswer, FormAnswers, Host, PolicyId, RoleSet, Roles, SiteDecision,
};

use crate::kinds::Report;

/// Why nothing is decided about a site by a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongSite {
    /// Everybody whom the gate stops would read by which clause it was reported.
    InConfidence,
    /// The case is of another site or of none.
    NotReported,
    IsClosed,
    IsAlwaysOpen,
    /// Many different sites end so, and all of them would be closed.
    SharedEnding,
}

/// The field of the form with the site that may be closed; it may be left empty.
pub fn site_field(report: &Report) -> Option<&str> {
    report.closes_site.as_deref()
}

/// Whether a site would be closed by what stays in confidence.
pub fn gives_away(report: &Report) -> bool {
    report.in_confidence && site_field(report).is_some()
}

/// The site that a report is of; `None` where its clause closes none, or nobody knew the address.
pub fn reported_site<'a>(report: Option<&Report>, answers: &'a FormAnswers) -> Option<&'a Host> {
    match answers.get(site_field(report?)?) {
        Some(FieldAnswer::Site(host)) => Some(host),
        _ => None,
    }
}

/// Whether a host is the end of many people's addresses, as `co.uk` is.
pub fn is_shared_ending(host: &Host) -> bool {
    // The list has `*.sch.uk`, too, and so no entry for `sch.uk` itself.
    let is_ending = |host: &str| psl::suffix_str(host) == Some(host);
    host.ip().is_none() && (is_ending(host.as_str()) || is_ending(&format!("any.{host}")))
}

/// The entry of the school's own list by which a report's site is closed.
pub fn closing(policy: &PolicyId, clause: &str, host: &Host) -> ClosedSite {
    ClosedSite { host: host.clone(), policy: policy.clone(), clause: clause.to_owned() }
}

/// What a decision about `site` puts into the school's own list, of which `closed` are the entries of that host and of those
/// that it lies under; `None`: nothing. Only an entry of the host itself closes it: a clause may open a part of a wider one.
///
/// # Errors
/// Why the case closes no such site, or it is not closed by any.
pub fn decide(
    case: &Case,
    reported: Option<&Host>,
    (site, decision): (&Host, SiteDecision),
    closed: &[ClosedSite],
    is_always_open: impl FnOnce() -> bool,
) -> Result<Option<ClosedSite>, WrongSite> {
    if case.in_confidence {
        return Err(WrongSite::InConfidence);
    }
    if reported != Some(site) || decision == SiteDecision::Reopen {
        return Err(WrongSite::NotReported);
    }
    if closed.iter().any(|known| known.host == *site && known.policy == case.policy) {
        return Err(WrongSite::IsClosed);
    }
    if decision == SiteDecision::LeaveOpen {
        return Ok(None);
    }
    if is_always_open() {
        return Err(WrongSite::IsAlwaysOpen);
    }
    if is_shared_ending(site) {
        return Err(WrongSite::SharedEnding);
    }
    Ok(Some(closing(&case.policy, &case.clause, site)))
}

/// Whether somebody may open again what a report closed: such reports go to one of their roles, or they have this one. While
/// it is kept, nobody opens what was closed by a report about themselves. When it is no longer kept, those who receive reports
/// where nobody else may open it too: the roles of the clause may stand empty, or be roles towards a pupil of the report.
pub fn may_reopen(
    report: Option<&Report>,
    catalogue: &Roles,
    roles: &RoleSet,
    case: Option<(&Case, CaseActor)>,
) -> bool {
    let has_it = match case {
        Some((case, by)) if case.is_about(by.person) => return false,
        Some((_, by)) => by.receives,
        None => catalogue.carry(roles, Duty::ReceiveReports),
    };
    has_it || report.is_some_and(|report| goes_to(report, roles))
}

/// Whether such reports go to one of these roles.
fn goes_to(report: &Report, roles: &RoleSet) -> bool {
    let chosen = report.to_one_of.iter().flat_map(|choices| choices.iter());
    report.to.iter().chain(chosen).any(|role| roles.contains(*role))
}
