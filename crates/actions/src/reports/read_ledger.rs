//! The ledger as leaders and auditors read it.

use jiff::Timestamp;
use serde_json::Value;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, PAGE_SIZE, Paged};

pub use records::{Fault, LedgerReport};

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LedgerLine {
    pub sequence: u64,
    pub at: Timestamp,
    pub who: String,
    /// The verb's stable name.
    pub verb: String,
    /// The kind and identifier of what it was done to.
    pub about: String,
    pub details: Value,
    pub hash: String,
}

impl Desk {
    /// A page of the ledger, newest first. Of reports it says that something was done with one, and neither by whom nor by
    /// which clause: among its readers may be whom the report is about.
    pub async fn ledger(&self, actor: &Actor, query: ListQuery) -> Result<Paged<LedgerLine>, ReadError> {
        let actor = self.authorise(actor, Verb::ReadLedger)?;
        let people_index = self.people_index(&actor);
        let (rows, total) = self.stores().read(&actor).await?.ledger(&query.search, query.skip(), PAGE_SIZE).await?;
        let rows = rows
            .into_iter()
            .map(|row| {
                let is_told = !row.subject.starts_with("case ");
                let who = if is_told { people_index.line(row.actor).name } else { "Somebody".to_owned() };
                let details = if is_told { row.details } else { Value::Null };
                LedgerLine {
                    sequence: row.sequence,
                    at: row.at,
                    who,
                    verb: row.verb,
                    about: row.subject,
                    details,
                    hash: row.hash,
                }
            })
            .collect();
        Ok(Paged::given(rows, total, &query))
    }

    /// Walks the ledger from its first entry.
    pub async fn verify_ledger(&self, actor: &Actor) -> Result<LedgerReport, ReadError> {
        let actor = self.authorise(actor, Verb::ReadLedger)?;
        Ok(self.stores().verify_ledger(&actor).await?)
    }
}
