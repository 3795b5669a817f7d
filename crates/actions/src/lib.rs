//! What people do at the school's desk: sign, ask, decide, publish, look … Each verb authorises first, then does what it
//! does and writes its ledger entry in one transaction, and only then answers. What concerns the gate is published to
//! it before the verb returns.
//!
//! This room knows the records, the activity log, the policies and the site index; it knows no page and no request. It
//! reads no clock and draws no random number: [`Opening`] hands it both.
//!
//! Every verb is a method of [`School`] in a file of its own, with its input, its outcome and its error; every error
//! sorts itself for a page ([`VerbError`]). Who may do what is one table in `authorisation.rs`.
//!
//! To add a verb: a line in the table of `authorisation.rs`; a file with input, outcome, `verb_error!` and the method,
//! which begins with `self.authorise(actor, Verb::…)` and ends its change with `commit(entry(…))`; a test of what it
//! does and of what it refuses. Then `UPDATE_DOCS=1 cargo nextest run -p actions` writes `docs/AUTHORISATION.md` anew.

mod actor;
mod agreements;
mod approve_policy;
mod ask;
mod authorisation;
mod book;
mod cards;
mod countersign;
mod crowd;
mod decide;
mod decline;
mod drafts;
mod edit_person;
mod error;
mod home;
mod import_people;
mod invite;
mod keys;
mod leavers;
mod ledger;
mod list;
mod owing;
mod people;
mod policies;
mod progress;
mod publish;
mod publish_policy;
mod receipts;
mod revoke;
mod roster;
mod sanctions;
mod school;
mod secrets;
mod sessions;
mod set_password;
mod settings;
mod sign_agreement;
mod sign_in;
mod snapshot;
mod to_sign;
mod upload_draft;
mod verdicts;
mod view;
mod watched;
mod why;
mod words;

pub use actor::Actor;
pub use agreements::{AgreementLine, AgreementPage, ChildAgreements, CountersignedLine, MyAgreements};
pub use approve_policy::{ApproveError, ApprovePolicy};
pub use ask::{Ask, AskError, Wants, WithdrawRequestError};
pub use authorisation::{Authorisation, Holder, Named, Verb, authorisation_page, authorisation_table};
pub use book::UnreadablePolicy;
pub use cards::{GrantLine, PermissionCard, RequestLine};
pub use countersign::{Countersign, CountersignError};
pub use crowd::PersonLine;
pub use decide::{Answer, Decide, DecideError, Decided, HistoryLine, RequestPage};
pub use decline::{AnswerDecline, AnswerDeclineError, Decline, DeclineError, DeclineLine, Declined};
pub use drafts::{ApprovalLine, DraftPage, DraftState};
pub use edit_person::{AddPerson, EditPerson, EditPersonError};
pub use error::{ErrorKind, Forbidden, ReadError, Unavailable, VerbError};
pub use home::{Entry, Home, Task, TaskKind};
pub use import_people::{ImportError, ImportLine, ImportPeople, ImportPlan, Imported};
pub use invite::{Invitation, InvitationFor, Invite, InviteError, PasswordRule};
pub use leavers::{LeaverError, MarkLeaver};
pub use ledger::{Fault, LedgerLine, LedgerReport, verify_ledger};
pub use list::{ListQuery, PAGE_SIZE, Paged};
pub use owing::{Manner, OwedLine};
pub use people::{GroupLine, PeopleQuery, PersonPage, PersonRights};
pub use policies::{PolicyDiff, PolicyLine, PolicyPage, VersionLine};
pub use policy::kinds::Recipients;
pub use progress::{ProgressLine, ReminderLine, RemindersError, UnsignedLine, UnsignedQuery};
pub use publish_policy::{InstallPolicy, PublishError, PublishPolicy, PublishedPolicy};
pub use receipts::{Receipt, ReceiptContent, ReceiptFault, VerifiedReceipt, verify_receipt};
pub use revoke::{GrantQuery, Revoke, RevokeError};
pub use roster::{Format, ImportFile, ImportProblem};
pub use sanctions::{RestoreAccess, SanctionClause, SanctionError, SanctionLine, WithdrawAccess};
pub use school::{ActorError, OpenError, Opening, RandomSource, School};
pub use secrets::{SessionToken, sha256};
pub use sessions::{SignOutError, Tick};
pub use set_password::{PasswordFault, PasswordProof, PasswordSet, SetPassword, SetPasswordError};
pub use settings::{PasswordHash, Settings, Throttle};
pub use sign_agreement::{SignAgreement, SignAgreementError, Signed};
pub use sign_in::{SignIn, SignInError, SignedIn};
pub use snapshot::{SnapshotError, last_known};
pub use to_sign::{SigningPage, ToSign};
pub use upload_draft::{UploadDraft, UploadError};
pub use verdicts::{ClauseCount, LatestQuery, LiveVerdict};
pub use view::{ActivityRow, Subject, ViewActivity, ViewClause, ViewError, ViewingLine};
pub use watched::{Watched, WatchedClause};
pub use why::{EvidenceLine, WhoIs, WhyError, WhyIsSite, WhyPage, WhyVerdict};
pub use words::moment_words;
