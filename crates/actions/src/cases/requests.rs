//! Requests for a permission: asking, the consents that a yes needs, deciding, and what is told of it.

pub(crate) mod ask;
pub(crate) mod consent_ends;
pub(crate) mod consents;
pub(crate) mod decide;
pub(crate) mod entry_consents;
pub(crate) mod request_lines;
pub(crate) mod request_page;
pub(crate) mod roles_towards;
pub(crate) mod standing_consents;
pub(crate) mod told;

pub use ask::{Ask, AskError, RequestPreview, WithdrawRequestError};
pub use consents::{AnswerConsent, AnswerConsentError, ConsentLine, RequestConsents};
pub use decide::{Decide, DecideError, Decided, RequestAnswer};
pub use entry_consents::{AwaitingConsents, EntryConsent};
pub use request_lines::{GrantLine, RequestLine};
pub use request_page::{HistoryLine, RequestPage};
pub use standing_consents::{
    ConsentAbout, ConsentAsked, SayToConsent, SayToConsentError, SayToPurpose, StandingConsent, StandingLine,
};
