//! The store: opening it, one look at it, one change to it, the ledger a page at a time.

pub(crate) mod change;
pub(crate) mod housekeeping;
pub(crate) mod ledger_rows;
pub(crate) mod reading;
pub(crate) mod records_store;

pub use change::Change;
pub use ledger_rows::{LedgerPart, LedgerRow};
pub use reading::Reading;
pub use records_store::Store;
