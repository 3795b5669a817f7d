//! Which site a report is of, and who puts it into the school's own list of closed sites or takes it out again.

use domain::{Case, CaseActor, ClosedSite, FieldAnswer, FormAnswers, Host, PolicyId, RoleSet};

use crate::kinds::Report;

/// The field of the form with the site that may be closed; it may be left empty.
pub fn site_field(report: &Report) -> Option<&str> {
    report.closes_site.as_deref()
}

/// The site that a report is of; `None` where its clause closes none, or nobody knew the address.
pub fn reported_site<'a>(report: Option<&Report>, answers: &'a FormAnswers) -> Option<&'a Host> {
    match answers.get(site_field(report?)?) {
        Some(FieldAnswer::Site(host)) => Some(host),
        _ => None,
    }
}

/// The entry of the school's own list by which a report's site is closed.
pub fn closing(policy: &PolicyId, clause: &str, host: &Host) -> ClosedSite {
    ClosedSite { host: host.clone(), policy: policy.clone(), clause: clause.to_owned() }
}

/// Whether somebody may open again what a report closed: such reports go to one of their roles, or they have this one, as
/// long as it is kept. Nobody opens what was closed by a report about themselves.
pub fn may_reopen(report: Option<&Report>, roles: &RoleSet, case: Option<(&Case, CaseActor)>) -> bool {
    match case {
        Some((case, by)) if case.is_about(by.person) => false,
        Some((_, by)) if by.receives => true,
        _ => report.is_some_and(|report| keeps_closed_sites(report, roles)),
    }
}

/// Whether reports by which a site is closed go to one of these roles.
fn keeps_closed_sites(report: &Report, roles: &RoleSet) -> bool {
    let chosen = report.to_one_of.iter().flat_map(|choices| choices.iter());
    report.closes_site.is_some() && report.to.iter().chain(chosen).any(|role| roles.contains(*role))
}
