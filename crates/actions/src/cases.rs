//! What is open until somebody has answered it: requests for a permission, and cases of what people reported.

pub(crate) mod awaited_receipts;
pub(crate) mod breaches;
pub(crate) mod case_actions;
pub(crate) mod case_ledger;
pub(crate) mod case_lines;
pub(crate) mod case_people;
pub(crate) mod chronology;
pub(crate) mod closed_sites;
pub(crate) mod concerns;
pub(crate) mod export_cases;
pub(crate) mod follow_report;
pub(crate) mod handle_case;
pub(crate) mod kept_files;
pub(crate) mod lost_devices;
pub(crate) mod moved_cases;
pub(crate) mod remind;
pub(crate) mod report;
mod report_about;
pub(crate) mod report_forms;
pub(crate) mod requests;
pub(crate) mod taken_out_files;
pub(crate) mod write_down;

pub use breaches::{BreachFacts, BreachLine};
pub use case_actions::ActionLine;
pub use case_ledger::CaseLedgerLine;
pub use chronology::{ChronologyLine, ChronologyPage, REPEATS_WITHIN_WEEKS};
pub use closed_sites::{ClosedSiteLine, ReopenSite, ReopenSiteError, ReportedSite};
pub use concerns::{ConcernLine, ConcernPage};
pub use export_cases::{
    ExportCases, ExportCasesError, ExportLine, ExportOf, ExportedCases, ExportedContent, ExportedFile, NoteReceipt,
    NoteReceiptError, ReceiptSaid,
};
pub use follow_report::{FollowReportError, FollowedReport};
pub use handle_case::{HandleCase, HandleCaseError, Handled};
pub use kept_files::{AddFile, AddFileError, FileContent, FileLine, ReadFileError, file_endings, file_types};
pub use lost_devices::{LostLine, ReportLost, WrongLabel};
pub use policy::rules::standing_consents::Stands;
pub use report::{Report, ReportAbout, ReportError, ReportRoute, Reported};
pub use report_forms::ReportForm;
pub use requests::{
    AnswerConsent, AnswerConsentError, Ask, AskError, AwaitingConsents, ConsentAbout, ConsentAsked, ConsentLine,
    Decide, DecideError, Decided, EntryConsent, GrantLine, HistoryLine, RequestAnswer, RequestConsents, RequestLine,
    RequestPage, RequestPreview, SayToConsent, SayToConsentError, SayToPurpose, StandingConsent, StandingLine,
    WithdrawRequestError,
};
pub use taken_out_files::{TakeOutFile, TakeOutFileError};
pub use write_down::CaseMeasure;
