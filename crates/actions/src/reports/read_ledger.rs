//! The ledger as leaders and auditors read it.

use jiff::Timestamp;
use records::LedgerPart;
use serde_json::Value;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, PAGE_SIZE, Paged};

pub use records::{Fault, LedgerReport};

/// An entry as it is listed. Its number is left out: one that is missing between two would say that there is a report.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LedgerLine {
    pub at: Timestamp,
    pub who: String,
    /// The verb's stable name.
    pub verb: String,
    /// The kind and identifier of what it was done to.
    pub about: String,
    pub details: Value,
    pub hash: String,
}

/// What walking the whole ledger showed, reports and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerCheck {
    /// It fits. The hash of the newest entry that is listed; `None` where none is.
    Fits { newest: Option<String> },
    /// It does not. The operator's command line says where: a number would say how much is not listed.
    DoesNotFit,
}

impl Desk {
    /// A page of the ledger, newest first, without anything of reports: among its readers may be whom one is about.
    pub async fn ledger(&self, actor: &Actor, query: ListQuery) -> Result<Paged<LedgerLine>, ReadError> {
        let actor = self.authorise(actor, Verb::ReadLedger)?;
        let people_index = self.people_index(&actor);
        let part = LedgerPart::BesideReports(&query.search);
        let (rows, total) = self.stores().read(&actor).await?.ledger(&part, query.skip(), PAGE_SIZE).await?;
        let rows = rows
            .into_iter()
            .map(|row| LedgerLine {
                at: row.at,
                who: people_index.line(row.actor).name,
                verb: row.verb,
                about: row.subject,
                details: row.details,
                hash: row.hash,
            })
            .collect();
        Ok(Paged::given(rows, total, &query))
    }

    /// Walks the ledger from its first entry.
    pub async fn check_ledger(&self, actor: &Actor) -> Result<LedgerCheck, ReadError> {
        let actor = self.authorise(actor, Verb::ReadLedger)?;
        if self.stores().verify_ledger(&actor).await?.fault.is_some() {
            return Ok(LedgerCheck::DoesNotFit);
        }
        let (rows, _) = self.stores().read(&actor).await?.ledger(&LedgerPart::BesideReports(""), 0, 1).await?;
        Ok(LedgerCheck::Fits { newest: rows.into_iter().next().map(|row| row.hash) })
    }
}
