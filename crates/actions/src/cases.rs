//! What is open until somebody has answered it: requests for a permission, and cases of what people reported.

pub(crate) mod ask;
pub(crate) mod awaited_receipts;
pub(crate) mod breaches;
pub(crate) mod case_actions;
pub(crate) mod case_lines;
pub(crate) mod case_people;
pub(crate) mod chronology;
pub(crate) mod concerns;
pub(crate) mod consent_ends;
pub(crate) mod consents;
pub(crate) mod decide;
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
pub(crate) mod request_lines;
pub(crate) mod request_page;
pub(crate) mod roles_towards;
pub(crate) mod standing_consents;
pub(crate) mod taken_out_files;
pub(crate) mod told;
pub(crate) mod write_down;

pub use ask::{Ask, AskError, RequestPreview, WithdrawRequestError};
pub use breaches::{BreachFacts, BreachLine};
pub use case_actions::ActionLine;
pub use chronology::{ChronologyLine, ChronologyPage, REPEATS_WITHIN_WEEKS};
pub use concerns::{ConcernLine, ConcernPage};
pub use consents::{AnswerConsent, AnswerConsentError, ConsentLine, RequestConsents};
pub use decide::{Decide, DecideError, Decided, RequestAnswer};
pub use export_cases::{
    ExportCases, ExportCasesError, ExportLine, ExportOf, ExportedCases, ExportedContent, ExportedFile, NoteReceipt,
    NoteReceiptError,
};
pub use follow_report::{FollowReportError, FollowedReport};
pub use handle_case::{HandleCase, HandleCaseError, Handled};
pub use kept_files::{AddFile, AddFileError, FileContent, FileLine, ReadFileError, file_endings, file_types};
pub use lost_devices::{LostLine, ReportLost, WrongLabel};
pub use policy::rules::standing_consents::Stands;
pub use report::{Report, ReportAbout, ReportError, ReportRoute, Reported};
pub use report_forms::ReportForm;
pub use request_lines::{GrantLine, RequestLine};
pub use request_page::{HistoryLine, RequestPage};
pub use standing_consents::{
    ConsentAbout, ConsentAsked, SayToConsent, SayToConsentError, SayToPurpose, StandingConsent, StandingLine,
};
pub use taken_out_files::{TakeOutFile, TakeOutFileError};
pub use write_down::CaseMeasure;
