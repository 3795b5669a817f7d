//! What becomes of a report, for whoever made it: signed in, or by its code.

use std::net::IpAddr;

use domain::{CaseEvent, CaseId, Host, SiteDecision};
use jiff::Timestamp;
use policy::rules::reporting;
use records::{CaseRecord, CasesOf};

use crate::cases::concerns::report_title;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{ReadError, verb_error};
use crate::desk::secrets::{normal_code, sha256};

/// A report of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedReport {
    pub id: CaseId,
    pub title: String,
    pub opened_at: Timestamp,
    /// `open`, `taken up`, `answered` or `closed`.
    pub progress: &'static str,
    pub told: String,
    /// What the form asked for besides, each with its field's name.
    pub needs: Vec<(String, String)>,
    pub answers: Vec<(Timestamp, String)>,
}

verb_error! {
    FollowReportError {
        #[error("There is no report with this code. Check it, letter by letter.")]
        CodeWrong => Invalid("code");
        #[error("There were too many wrong codes. Wait a minute, then try again.")]
        Throttled { until: Timestamp } => Throttled("code");
    }
}

impl Desk {
    /// What the actor has reported, newest first.
    pub async fn my_reports(&self, actor: &Actor) -> Result<Vec<FollowedReport>, ReadError> {
        let actor = self.authorise(actor, Verb::FollowReport)?;
        let records = self.stores().read(&actor).await?.cases(CasesOf::Reporter(actor.person)).await?;
        let mut reports = Vec::new();
        for record in records {
            reports.push(self.followed(&actor, record).await?);
        }
        Ok(reports)
    }

    /// One report of the actor's own. To anybody else it is not there.
    pub async fn my_report(&self, actor: &Actor, id: CaseId) -> Result<FollowedReport, ReadError> {
        let actor = self.authorise(actor, Verb::FollowReport)?;
        let record = self.stores().read(&actor).await?.case(id).await?;
        let own = record.filter(|record| record.case.reporter == Some(actor.person));
        let record = found(own, "report")?;
        self.note_read(&actor, id.0).await?;
        Ok(self.followed(&actor, record).await?)
    }

    /// The report that a code belongs to. Wrong codes are counted by address.
    pub async fn follow_report(
        &self,
        code: &str,
        address: Option<IpAddr>,
    ) -> Result<FollowedReport, FollowReportError> {
        let (visitor, now) = (Authorised::visitor(Verb::FollowReport), self.now());
        let code_hash = sha256(normal_code(code).as_bytes());
        if let Some(until) = self.report_codes().wait_until(&code_hash, address, now) {
            return Err(FollowReportError::Throttled { until });
        }
        let record = self.stores().read(&visitor).await?.case_by_code(&code_hash).await?;
        let Some(record) = record else {
            self.report_codes().failed(&code_hash, address, now);
            return Err(FollowReportError::CodeWrong);
        };
        Ok(self.followed(&visitor, record).await?)
    }

    async fn followed(&self, by: &Authorised, record: CaseRecord) -> Result<FollowedReport, records::Error> {
        let case = record.case;
        let entries = self.stores().read(by).await?.case_entries(case.id).await?;
        let answers: Vec<(Timestamp, String)> = entries
            .into_iter()
            .filter_map(|entry| match entry.what {
                CaseEvent::Answered { text } => Some((entry.at, text)),
                CaseEvent::SiteDecided { site, decision, reason } => {
                    Some((entry.at, format!("The school has {}. {reason}", told_of_site(decision, &site))))
                }
                _ => None,
            })
            .collect();
        Ok(FollowedReport {
            id: case.id,
            title: report_title(&self.published_policies(), &case),
            opened_at: case.opened_at,
            progress: reporting::progress(&case, !answers.is_empty()),
            told: record.told,
            needs: self.answer_words(by, &record.needs),
            answers,
        })
    }
}

/// What was decided about a site, as its reporter reads it. Where it is not closed, something else may close it still: a clause,
/// or a wider site of the list.
fn told_of_site(decision: SiteDecision, site: &Host) -> String {
    match decision {
        SiteDecision::Close => format!("closed {site}"),
        SiteDecision::LeaveOpen => format!("decided not to close {site}"),
        SiteDecision::Reopen => format!("taken {site} off its list of closed sites"),
    }
}
