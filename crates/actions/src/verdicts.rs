//! What the gate decided, and why.

pub(crate) mod explain_verdict;
pub(crate) mod latest_verdicts;

pub use explain_verdict::{EvidenceLine, WhoIs, WhyError, WhyIsSite, WhyPage, WhyVerdict};
pub use latest_verdicts::{ClauseCount, LatestQuery, LiveVerdict, LogHealth, ReferenceError};
