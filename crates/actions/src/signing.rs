//! Who has to sign what, signing, declining, countersigning, receipts.

pub(crate) mod agreements;
pub(crate) mod ask_parent_again;
pub(crate) mod check_signature;
pub(crate) mod countersign;
pub(crate) mod decline;
pub(crate) mod owed;
pub(crate) mod receipts;
pub(crate) mod sign_agreement;
pub(crate) mod to_sign;

pub use agreements::{AgreementLine, AgreementPage, ChildAgreements, CountersignedLine, MyAgreements};
pub use ask_parent_again::{AskParentAgainError, WaitsForParent};
pub use check_signature::{Awaited, SignaturePreview, WebAfter};
pub use countersign::{Countersign, CountersignError};
pub use decline::{AnswerDecline, AnswerDeclineError, Decline, DeclineError, DeclineLine, Declined};
pub use receipts::{Receipt, ReceiptContent, ReceiptFault, VerifiedReceipt, verify_receipt};
pub use sign_agreement::{SignAgreement, SignAgreementError, Signed};
pub use to_sign::{SigningPage, ToSign};
