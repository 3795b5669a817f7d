//! The columns of a list of entries that are no fields of their register, and what they say.

pub use policy::rules::registers::counting::IN_USE;

pub const WRITTEN: &str = "Written";
pub const WRITTEN_BY: &str = "Written by";
pub const STATE: &str = "State";
pub const SIGNED_FOR: &str = "Signed for";
pub const CHECKLIST: &str = "Checklist before it";

/// The columns that say nothing of what an entry is to say, whatever stands in them.
pub(crate) const NOT_TYPED: [&str; 5] = [WRITTEN, WRITTEN_BY, STATE, SIGNED_FOR, CHECKLIST];

/// What stands as the state of an entry that was closed.
pub const CLOSED: &str = "Closed";
/// What stands as the state of an entry whose time is over.
pub const ENDED: &str = "Ended";
/// With what the state of an entry begins whose thing is lost or stolen.
pub const LOST: &str = "Lost or stolen";

/// Whether a state says that an entry is to be left out of a list that is brought in: it holds no longer, or what it lists is
/// lost, which a new entry would not say.
pub(crate) fn is_left_out(state: &str) -> bool {
    let begins = |with: &str| state.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    state.eq_ignore_ascii_case(CLOSED) || state.eq_ignore_ascii_case(ENDED) || begins(LOST)
}
