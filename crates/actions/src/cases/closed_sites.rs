//! The site that a report is of: what the gate says of it, closing it, and the school's own list of what was closed so.

use std::collections::HashMap;

use domain::{
    Audience, Case, CaseEntry, CaseEvent, CaseId, CaseStep, ClosedSiteId, Host, PersonId, PolicyId, SiteDecision,
    Standing, Told,
};
use jiff::Timestamp;
use policy::rules::reporting::site_reports::{self, WrongSite};
use policy::{Document, Reason};
use records::{CaseRecord, CasesOf, ClosedSiteRecord, Event, Reading};

use crate::cases::case_people::rule_of;
use crate::cases::handle_case::HandleCaseError;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{ReadError, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::texts::TooLong;
use crate::known::people_index::PersonLine;
use crate::known::published_policies::PublishedPolicies;

/// The site that a report is of, as the report's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedSite {
    pub host: Host,
    /// What the gate says of it now, in a sentence, to those audiences of the policy that have signed everything.
    pub says: Vec<(&'static str, Vec<Audience>)>,
    /// Whether the list closes the host itself, for those whom the report's policy binds.
    pub is_closed: bool,
    /// Whether nobody can close it.
    pub is_always_open: bool,
    /// Whether many different sites end so, and nobody can close it therefore.
    pub is_shared_ending: bool,
    /// Whether the reader closes it, or says why it is left open.
    pub may_decide: bool,
    /// What the reader may open again: the host's entry in the list, by whichever report.
    pub may_reopen: Option<ClosedSiteId>,
}

/// A site of the school's own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSiteLine {
    pub id: ClosedSiteId,
    pub host: Host,
    pub policy: PolicyId,
    pub policy_title: String,
    pub clause: String,
    /// The report by which it was closed, where the reader has it.
    pub case: Option<CaseId>,
    pub closed_at: Timestamp,
    pub closed_by: PersonLine,
    pub reason: String,
    /// When it was opened again, by whom and why.
    pub opened: Option<(Timestamp, PersonLine, String)>,
}

#[derive(Debug, Clone)]
pub struct ReopenSite {
    pub site: ClosedSiteId,
    pub reason: String,
}

verb_error! {
    ReopenSiteError {
        #[error("There is no such site on your list of closed sites.")]
        NotFound => NotFound;
        #[error("Say why it is opened again, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("Somebody has opened this site again meanwhile.")]
        OpenAgain => Conflict;
    }
}

impl Desk {
    /// What a step with a case does to the school's own list; `None`: nothing.
    pub(crate) fn site_to_close(
        &self,
        actor: &Authorised,
        record: &CaseRecord,
        step: &CaseStep,
    ) -> Result<Option<ClosedSiteRecord>, HandleCaseError> {
        let CaseStep::DecideSite { site, decision, reason } = step else { return Ok(None) };
        let (case, published_policies) = (&record.case, self.published_policies());
        let reported = site_reports::reported_site(rule_of(&published_policies, case), &record.needs);
        let is_always_open = || self.is_always_open(site);
        let closed = site_reports::decide(case, reported, (site, *decision), &self.closed_of(site), is_always_open);
        let closing = closed.map_err(|wrong| refused(site, wrong))?;
        Ok(closing.map(|site| ClosedSiteRecord {
            id: self.new_id(self.now()),
            case: case.id,
            report: case.report.clone(),
            site,
            closed_at: self.now(),
            closed_by: actor.person,
            reason: reason.trim().to_owned(),
            opened: None,
        }))
    }

    fn is_always_open(&self, host: &Host) -> bool {
        let nobody = Standing::of(Audience::Unidentified);
        self.verdict_for(&nobody, host, None, self.now()).reason == Reason::AlwaysOpen
    }

    /// The site that a case is of, where its clause lets one be closed, the reporter gave its address, and it is not in
    /// confidence.
    pub(crate) async fn site_of_case(
        &self,
        actor: &Authorised,
        reading: &mut Reading,
        record: &CaseRecord,
        receives: bool,
    ) -> Result<Option<ReportedSite>, records::Error> {
        let (case, published) = (&record.case, self.published_policies());
        let reported = site_reports::reported_site(rule_of(&published, case), &record.needs);
        let Some(host) = reported.filter(|_| !case.in_confidence) else { return Ok(None) };
        let mut closings = reading.closings_of(host).await?;
        closings.retain(|closing| closing.site.policy == case.policy);
        let mut may_reopen = None;
        if let Some(closing) = closings.first() {
            let closed_by = reading.case(closing.case).await?.map(|record| record.case);
            may_reopen = self.may_reopen(actor, &published, closing, closed_by.as_ref()).then_some(closing.id);
        }
        Ok(Some(ReportedSite {
            says: self.says_of(published.current(&case.policy).map(|text| &*text.document), host),
            is_closed: !closings.is_empty(),
            is_always_open: self.is_always_open(host),
            is_shared_ending: site_reports::is_shared_ending(host),
            may_decide: receives && !case.is_closed() && closings.is_empty(),
            may_reopen,
            host: host.clone(),
        }))
    }

    /// What the gate says of a host to those whom a policy names, each sentence with those to whom it is said.
    fn says_of(&self, document: Option<&Document>, host: &Host) -> Vec<(&'static str, Vec<Audience>)> {
        let mut says: Vec<(&'static str, Vec<Audience>)> = Vec::new();
        for audience in document.into_iter().flat_map(|document| &document.audiences) {
            let sentence = self.verdict_for(&Standing::of(*audience), host, None, self.now()).reason.sentence();
            match says.iter_mut().find(|(known, _)| *known == sentence) {
                Some((_, audiences)) => audiences.push(*audience),
                None => says.push((sentence, vec![*audience])),
            }
        }
        says
    }

    fn may_reopen(
        &self,
        actor: &Authorised,
        published: &PublishedPolicies,
        closing: &ClosedSiteRecord,
        case: Option<&Case>,
    ) -> bool {
        let report = published.report_ever(&closing.site.policy, &closing.report);
        let case = case.map(|case| (case, self.around(actor, case, report).people.actor(actor.person)));
        site_reports::may_reopen(report, &self.roles(), &actor.decides_as, case)
    }

    /// The school's own list of closed sites, as far as the actor may open them again, the newest first; with those that were
    /// opened again.
    pub async fn closed_sites(&self, actor: &Actor) -> Result<Vec<ClosedSiteLine>, ReadError> {
        let actor = self.authorise(actor, Verb::ClosedSites)?;
        let mut reading = self.stores().read(&actor).await?;
        let (closings, cases) = (reading.closed_sites().await?, reading.cases(CasesOf::ClosingSites).await?);
        drop(reading);
        let cases: HashMap<CaseId, Case> = cases.into_iter().map(|record| (record.case.id, record.case)).collect();
        let published_policies = self.published_policies();
        let line = |closing: ClosedSiteRecord| {
            let case = cases.get(&closing.case);
            let is_theirs = self.may_reopen(&actor, &published_policies, &closing, case);
            is_theirs.then(|| self.closed_site_line(&actor, &published_policies, closing, case))
        };
        Ok(closings.into_iter().filter_map(line).collect())
    }

    /// One of them.
    pub async fn closed_site(&self, actor: &Actor, id: ClosedSiteId) -> Result<ClosedSiteLine, ReadError> {
        let actor = self.authorise(actor, Verb::ClosedSites)?;
        let mut reading = self.stores().read(&actor).await?;
        let closing = found(reading.closed_site(id).await?, "closed site")?;
        let case = reading.case(closing.case).await?.map(|record| record.case);
        drop(reading);
        let published_policies = self.published_policies();
        let is_theirs = self.may_reopen(&actor, &published_policies, &closing, case.as_ref());
        let line = is_theirs.then(|| self.closed_site_line(&actor, &published_policies, closing, case.as_ref()));
        found(line, "closed site")
    }

    fn closed_site_line(
        &self,
        actor: &Authorised,
        published: &PublishedPolicies,
        closing: ClosedSiteRecord,
        case: Option<&Case>,
    ) -> ClosedSiteLine {
        let people_index = self.people_index(actor);
        let line = |person: PersonId| people_index.line(person);
        ClosedSiteLine {
            id: closing.id,
            case: case.filter(|case| self.reads(actor, published, case)).map(|case| case.id),
            policy_title: published.title(&closing.site.policy),
            host: closing.site.host,
            policy: closing.site.policy,
            clause: closing.site.clause,
            closed_at: closing.closed_at,
            closed_by: line(closing.closed_by),
            reason: closing.reason,
            opened: closing.opened.map(|(at, by, reason)| (at, line(by), reason)),
        }
    }

    /// Opens a site again that was closed by a report. The gate obeys before this returns.
    pub async fn reopen_site(&self, actor: &Actor, input: ReopenSite) -> Result<(), ReopenSiteError> {
        let (actor, mut change) = self.begin_change(actor, Verb::ReopenSite).await?;
        let closing = change.closed_site(input.site).await?.ok_or(ReopenSiteError::NotFound)?;
        let case = change.case(closing.case).await?.map(|record| record.case);
        if !self.may_reopen(&actor, &self.published_policies(), &closing, case.as_ref()) {
            return Err(ReopenSiteError::NotFound);
        }
        let reason = self.text(&input.reason).map_err(|too_long| ReopenSiteError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(ReopenSiteError::ReasonMissing);
        }
        if !change.reopen_site(closing.id, actor.person, &reason).await? {
            return Err(ReopenSiteError::OpenAgain);
        }
        let host = closing.site.host;
        if let Some(case) = &case {
            let what = CaseEvent::SiteDecided { site: host.clone(), decision: SiteDecision::Reopen, reason };
            let entry = CaseEntry { at: change.at(), by: actor.person, what };
            change.add_case_entry(case.id, &entry).await?;
            let reporter: Vec<PersonId> = case.reporter.into_iter().filter(|person| *person != actor.person).collect();
            self.tell(&mut change, &reporter, Told::ReportAnswered(case.id), Urgency::Ordinary).await?;
        }
        let kept = change.commit(&actor, Event::ReopenSite { case: closing.case }).await?;
        self.refresh_sites(&kept.turn, &[host]).await?;
        Ok(())
    }
}

/// Why a case does not close a site, as whoever has it reads it.
fn refused(site: &Host, wrong: WrongSite) -> HandleCaseError {
    let site = site.clone();
    match wrong {
        WrongSite::InConfidence => HandleCaseError::SiteInConfidence,
        WrongSite::NotReported => HandleCaseError::NoSuchSite { site },
        WrongSite::IsClosed => HandleCaseError::SiteIsClosed { site },
        WrongSite::IsAlwaysOpen => HandleCaseError::SiteAlwaysOpen { site },
        WrongSite::SharedEnding => HandleCaseError::SharedEnding { site },
    }
}
