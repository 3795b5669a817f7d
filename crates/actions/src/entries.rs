//! What is filled into forms that clauses ask for, and what is written down in the registers that they have the school keep.

pub(crate) mod check_register;
pub(crate) mod checklists;
pub(crate) mod enter;
pub mod entry_columns;
pub(crate) mod entry_lines;
pub(crate) mod entry_problems;
pub(crate) mod form_answers;
pub(crate) mod given;
pub(crate) mod import_entries;
pub(crate) mod official_accounts;
pub(crate) mod read_consent_list;
pub(crate) mod read_registers;
pub(crate) mod register_readers;
pub(crate) mod see_to_entries;
pub(crate) mod sign_for_entry;
pub(crate) mod step_entry;

pub use check_register::{
    CheckRegister, CheckRegisterError, RegisterCheckLine, RegisterChecks, SeeEntryError, Stocktake,
};
pub use enter::{Enter, EnterError};
pub use entry_lines::{EntryEventLine, EntryStanding, InUse, RegisterCard, RegisterEntryLine, SignedFor};
pub use entry_problems::EntryProblems;
pub use import_entries::{EntriesPlan, ImportEntries, ImportEntriesError};
pub use official_accounts::OfficialAccounts;
pub use read_consent_list::{ConsentList, ListedLine, WhyListed};
pub use read_registers::{EntryPage, RegisterPage, ShownEntries};
pub use sign_for_entry::{EntryToSign, SignForEntry, SignForEntryError};
pub use step_entry::{EntryAct, StepEntry, StepEntryError};
