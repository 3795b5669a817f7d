//! The school's own list of closed sites: who closed which by which report, and who opened it again.

use domain::{CaseId, ClosedSite, ClosedSiteId, Host, PersonId, PolicyId};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// A site that was closed by a report. It outlasts the report, which may no longer be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSiteRecord {
    pub id: ClosedSiteId,
    pub case: CaseId,
    /// The report's id in its policy.
    pub report: String,
    pub site: ClosedSite,
    pub closed_at: Timestamp,
    pub closed_by: PersonId,
    pub reason: String,
    /// When it was opened again, by whom and why.
    pub opened: Option<(Timestamp, PersonId, String)>,
}

fn closed_site_row(row: &Row) -> Result<ClosedSiteRecord, Error> {
    let opened = match row.maybe_time("opened_at")? {
        Some(at) => Some((at, row.word("opened_by")?, row.text("open_reason")?)),
        None => None,
    };
    Ok(ClosedSiteRecord {
        id: row.word("id")?,
        case: row.word("case_id")?,
        report: row.text("report")?,
        site: ClosedSite {
            host: row.word("host")?,
            policy: PolicyId(row.text("policy")?),
            clause: row.text("clause")?,
        },
        closed_at: row.time("closed_at")?,
        closed_by: row.word("closed_by")?,
        reason: row.text("reason")?,
        opened,
    })
}

impl Reading {
    pub async fn closed_site(&mut self, id: ClosedSiteId) -> Result<Option<ClosedSiteRecord>, Error> {
        let row = query("SELECT * FROM closed_sites WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(closed_site_row).transpose()
    }

    /// Those that are closed, and those that were opened again and are kept still, the newest first.
    pub async fn closed_sites(&mut self) -> Result<Vec<ClosedSiteRecord>, Error> {
        let rows =
            query("SELECT * FROM closed_sites ORDER BY closed_at DESC, id DESC").fetch_all(self.transaction()).await?;
        rows.iter().map(closed_site_row).collect()
    }

    /// What is closed now of a host itself.
    pub async fn closings_of(&mut self, host: &Host) -> Result<Vec<ClosedSiteRecord>, Error> {
        let rows = query("SELECT * FROM closed_sites WHERE host = ? AND opened_at IS NULL ORDER BY policy")
            .bind(host.as_str())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(closed_site_row).collect()
    }

    /// What is closed now.
    pub async fn closings(&mut self) -> Result<Vec<ClosedSiteRecord>, Error> {
        let rows = query("SELECT * FROM closed_sites WHERE opened_at IS NULL ORDER BY host, policy")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(closed_site_row).collect()
    }
}

impl Change {
    pub async fn close_site(&mut self, record: &ClosedSiteRecord) -> Result<(), Error> {
        let ClosedSiteRecord { site, .. } = record;
        query(
            "INSERT INTO closed_sites (id, case_id, host, policy, clause, report, closed_at, closed_by, reason) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(record.id.to_string())
        .bind(record.case.to_string())
        .bind(site.host.as_str())
        .bind(&site.policy.0)
        .bind(&site.clause)
        .bind(&record.report)
        .bind(millis(record.closed_at))
        .bind(record.closed_by.to_string())
        .bind(&record.reason)
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where it was opened before.
    pub async fn reopen_site(&mut self, id: ClosedSiteId, by: PersonId, reason: &str) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query(
            "UPDATE closed_sites SET opened_at = ?, opened_by = ?, open_reason = ? WHERE id = ? AND opened_at IS NULL",
        )
        .bind(at)
        .bind(by.to_string())
        .bind(reason)
        .bind(id.to_string())
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }
}
