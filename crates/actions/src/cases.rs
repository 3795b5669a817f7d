//! What is open until somebody has answered it: requests for a permission.

pub(crate) mod ask;
pub(crate) mod decide;
pub(crate) mod form_answers;
pub(crate) mod request_lines;
pub(crate) mod roles_towards;

pub use ask::{Ask, AskError, WithdrawRequestError};
pub use decide::{Decide, DecideError, Decided, HistoryLine, RequestAnswer, RequestPage};
pub use request_lines::{GrantLine, RequestLine};
