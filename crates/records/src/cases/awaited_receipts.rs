//! Cases that were handed out in a file of whose receipt nothing is written down in them yet.

use domain::{CaseId, ExportId, PersonId};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// That a case was handed out in a file and its receipt is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwaitedReceipt {
    pub export: ExportId,
    pub case: CaseId,
    /// Who handed it out.
    pub by: PersonId,
    pub at: Timestamp,
}

/// Which awaited receipts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptsOf {
    All,
    Case(CaseId),
    Export(ExportId),
}

fn awaited_row(row: &Row) -> Result<AwaitedReceipt, Error> {
    Ok(AwaitedReceipt {
        export: row.word("export_id")?,
        case: row.word("case_id")?,
        by: row.word("exported_by")?,
        at: row.time("exported_at")?,
    })
}

impl Reading {
    /// The receipts that are awaited, the oldest first.
    pub async fn awaited_receipts(&mut self, of: ReceiptsOf) -> Result<Vec<AwaitedReceipt>, Error> {
        let which = match of {
            ReceiptsOf::All => "",
            ReceiptsOf::Case(_) => "WHERE case_id = ?",
            ReceiptsOf::Export(_) => "WHERE export_id = ?",
        };
        let text = format!("SELECT * FROM awaited_receipts {which} ORDER BY exported_at, export_id, case_id");
        let found = match of {
            ReceiptsOf::All => query(text),
            ReceiptsOf::Case(case) => query(text).bind(case.to_string()),
            ReceiptsOf::Export(export) => query(text).bind(export.to_string()),
        };
        found.fetch_all(self.transaction()).await?.iter().map(awaited_row).collect()
    }
}

impl Change {
    pub async fn await_receipt(&mut self, awaited: AwaitedReceipt) -> Result<(), Error> {
        query("INSERT INTO awaited_receipts (export_id, case_id, exported_by, exported_at) VALUES (?, ?, ?, ?)")
            .bind(awaited.export.to_string())
            .bind(awaited.case.to_string())
            .bind(awaited.by.to_string())
            .bind(millis(awaited.at))
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// The receipt for a file is written down in this case, or that none will come.
    pub async fn stop_awaiting_receipt(&mut self, export: ExportId, case: CaseId) -> Result<(), Error> {
        query("DELETE FROM awaited_receipts WHERE export_id = ? AND case_id = ?")
            .bind(export.to_string())
            .bind(case.to_string())
            .execute(self.transaction())
            .await?;
        Ok(())
    }
}
