//! Requests, and cases of what people reported.

pub(crate) mod awaited_receipts;
pub(crate) mod case_records;
pub(crate) mod kept_files;
pub(crate) mod requests;

pub use awaited_receipts::{AwaitedReceipt, ReceiptsOf};
pub use case_records::{CaseRecord, CasesOf};
pub use requests::{HandOn, RequestRecord};
