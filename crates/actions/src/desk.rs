//! What every verb needs: who acts, what they may do, the records and the activity log behind one door, how a verb says
//! no, how lists are paged, what the gate is told. It knows no verb.

pub(crate) mod actor;
pub(crate) mod authorise;
pub(crate) mod authorised;
pub(crate) mod beginning;
pub(crate) mod csv_table;
pub(crate) mod desk_state;
pub(crate) mod due;
pub(crate) mod error;
pub(crate) mod health;
pub(crate) mod higher_duties;
pub(crate) mod last_known;
pub(crate) mod notices;
pub(crate) mod on_record;
pub(crate) mod paging;
pub(crate) mod publishing;
pub(crate) mod reminders;
pub(crate) mod secrets;
pub(crate) mod session_ends;
pub(crate) mod settings;
pub(crate) mod standings;
pub(crate) mod stores;
pub(crate) mod task;
pub(crate) mod texts;
pub(crate) mod turn;
pub(crate) mod wording;

pub use actor::Actor;
pub use authorise::{Authorisation, Holder, Named, Verb, authorisation_page, authorisation_table};
pub use authorised::DeskSight;
pub use csv_table::{ImportFile, ImportProblem};
pub use desk_state::{Desk, OpenError, Opening, RandomSource};
pub use error::{ErrorKind, Forbidden, ReadError, Unavailable, VerbError};
pub use health::mail_figures::{MailFigures, MailServer};
pub use health::virus_scanner::{NotScanned, Scanned, ScannerState, Scanning, VirusScanner};
pub use paging::{ListQuery, PAGE_SIZE, Paged};
pub use secrets::{SessionToken, sha256};
pub use settings::{EvidenceLimits, NoticeSettings, PeopleSettings, ReportSettings, RetentionSettings};
pub use stores::verify_ledger;
pub use task::{Task, TaskDate, TaskKind, TaskStatus};
pub use texts::TooLong;
