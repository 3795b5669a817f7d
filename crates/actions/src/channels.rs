//! By which ways people may reach each other.

pub(crate) mod in_touch;

pub use in_touch::{InTouchChoice, InTouchPage, WayException, WaysOfPolicy, WriteDown};
