//! Viewings of monitored data.

pub(crate) mod viewings;

pub use viewings::Viewing;
