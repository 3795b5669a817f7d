//! The site that a report is of: closed, left open, or opened again.

use domain::{Address, Audience, CaseStep, ClosedSite, Host, SiteDecision, Standing};

use super::allowed;
use crate::rules::reporting::{self, site_reports};
use crate::story::play::{Scene, StepAnswer};
use crate::verdict::{Visit, VisitFrom};

impl Scene<'_> {
    pub(super) fn decides_site(
        &mut self,
        who: usize,
        report: &str,
        decision: SiteDecision,
        reason: &str,
    ) -> StepAnswer {
        let newest = self.records.cases.iter().rev().find(|reported| reported.case.report == report);
        let Some((site, case)) = newest.and_then(|newest| Some((newest.site.clone()?, newest.case.clone()))) else {
            return allowed(false, self.clauses_of(report));
        };
        if decision == SiteDecision::Reopen {
            let closing = site_reports::closing(&case.policy, &case.clause, &site);
            let may = self.may_reopen(who, report) && !reason.is_empty();
            let is_closed = self.records.closed_sites.contains(&closing);
            self.records.closed_sites.retain(|known| !may || *known != closing);
            return allowed(may && is_closed, vec![case.clause]);
        }
        let (closed, is_always_open) = (self.closed_of(&site), || self.is_always_open(&site));
        let decided = site_reports::decide(&case, Some(&site), (&site, decision), &closed, is_always_open);
        let Ok(closing) = decided else { return allowed(false, vec![case.clause]) };
        let step = CaseStep::DecideSite { site, decision, reason: reason.to_owned() };
        let answer = self.steps(who, report, step);
        if answer.words == "allowed" {
            self.records.closed_sites.extend(closing);
        }
        answer
    }

    fn may_reopen(&self, who: usize, id: &str) -> bool {
        let Some((place, people, candidates)) = self.newest(id) else { return false };
        let by = people.actor(self.id(who));
        let roles = candidates.iter().find(|known| known.person == by.person).map(|known| &known.roles);
        let report = reporting::report(self.records.document, id).map(|(_, report)| report);
        let case = Some((&self.records.cases[place].case, by));
        let catalogue = &self.records.document.roles;
        site_reports::may_reopen(report, catalogue, roles.unwrap_or(&self.person(who).roles), case)
    }

    /// What the school's own list closes of a host.
    pub(super) fn closed_of(&self, host: &Host) -> Vec<ClosedSite> {
        self.records.closed_sites.iter().filter(|closed| host.is_within(&closed.host)).cloned().collect()
    }

    fn is_always_open(&self, host: &Host) -> bool {
        let Ok(address) = Address::parse(host.as_str()) else { return false };
        let categories = (self.categories)(&address.seen_by_the_gate());
        let visit = Visit { host, path: None, categories, from: VisitFrom::AnyDevice, closed: &[] };
        let nobody = Standing::of(Audience::Unidentified);
        self.rules.decide(&nobody, visit, self.rules.moment(self.at())).is_always_open()
    }
}
