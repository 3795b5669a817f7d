//! What is deleted when it has been kept for as long as the school keeps it.

mod retention_page;
mod sweep_activity;
mod sweep_records;

pub use retention_page::retention_page;
pub use sweep_activity::SweepActivityError;
pub use sweep_records::RecordsSweep;
