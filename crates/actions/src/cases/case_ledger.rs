//! What the ledger holds of a case. The ledger's own list has nothing of any case.

use domain::CaseId;
use jiff::Timestamp;
use records::LedgerPart;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, PAGE_SIZE, Paged};

/// An entry about a case. By whom it is, the case's history says, as far as its reader learns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLedgerLine {
    pub at: Timestamp,
    /// The verb's stable name.
    pub verb: String,
    pub hash: String,
}

impl Desk {
    /// A page of what the ledger holds of a case, newest first, for those who read it. To anybody else it is not there.
    pub async fn case_ledger(
        &self,
        actor: &Actor,
        id: CaseId,
        query: ListQuery,
    ) -> Result<Paged<CaseLedgerLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Concerns)?;
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.case(id).await?, "report")?;
        found(self.reads(&actor, &self.published_policies(), &record.case).then_some(()), "report")?;
        let (rows, total) = reading.ledger(&LedgerPart::OfReport(id), query.skip(), PAGE_SIZE).await?;
        let rows = rows.into_iter().map(|row| CaseLedgerLine { at: row.at, verb: row.verb, hash: row.hash }).collect();
        Ok(Paged::given(rows, total, &query))
    }
}
