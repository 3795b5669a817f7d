//! A request of which it is known where it goes and who sent it.

use gate::{Entry, Identity};

use crate::http::target::Target;

pub(crate) struct IdentifiedRequest {
    pub target: Target,
    pub identity: Identity,
    pub entry: Entry,
}
