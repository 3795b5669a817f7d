//! A request of which it is known where it goes and who sent it.

use gate::{Identity, JournalEntry};

use crate::http::target::Target;

pub(crate) struct IdentifiedRequest {
    pub target: Target,
    pub identity: Identity,
    pub entry: JournalEntry,
}
