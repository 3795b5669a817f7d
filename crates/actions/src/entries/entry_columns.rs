//! The columns of a list of entries that are no fields of their register, and what they say.

pub const WRITTEN: &str = "Written";
pub const WRITTEN_BY: &str = "Written by";
pub const STATE: &str = "State";
pub const SIGNED_FOR: &str = "Signed for";

/// The columns that say nothing of what an entry is to say.
pub(crate) const NOT_TYPED: [&str; 4] = [WRITTEN, WRITTEN_BY, STATE, SIGNED_FOR];

/// What stands as the state of an entry that was closed.
pub const CLOSED: &str = "Closed";
/// What stands as the state of an entry whose time is over.
pub const ENDED: &str = "Ended";
