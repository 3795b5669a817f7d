//! What shows that the records are those that were written: the chain of the ledger, the note of its end, the hashes of texts.

pub(crate) mod canonical;
pub(crate) mod chain;
pub(crate) mod event;
pub(crate) mod event_columns;
pub(crate) mod event_parts;
pub(crate) mod head;
pub(crate) mod texts;

pub use canonical::canonical_json;
pub use chain::{Fault, LedgerEntry, LedgerReport};
pub use event::Event;
pub use event_parts::{
    Answered, CaseStepName, EntryStepName, Fingerprint, ForWhom, ImportCounts, PagesRead, PersonAuthority, PolicyPart,
    PublishedText, RoleChange, ScopeKind, Viewed,
};
