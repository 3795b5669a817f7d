//! What is deleted when it has been kept for as long as the school keeps it.

mod sweep_activity;

pub use sweep_activity::SweepActivityError;
