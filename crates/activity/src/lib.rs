//! The activity log: every use of the web, written down so that it survives, kept by day, opened only on purpose.
//!
//! Why it exists: the DfE's filtering and monitoring standards ask a school to know who used what, when and from where.
//! What is written here is personal data of children, so this crate does four things and no others: it **appends**
//! durably, **seals** finished days into Parquet, **searches** for who shows a [`ViewingPermit`], and **sweeps** days
//! that are past keeping. It is the one crate that uses the columnar libraries (Arrow, Parquet).
//!
//! What it must not know: people's names, policies' texts, the database, the web. It reads no clock; a day is the UTC
//! date of [`domain::Activity::at`], so an activity's day never changes, whenever its lines are written.
//!
//! On disk, readable by the owner alone (folders 0700, files 0600):
//!
//! ```text
//! lock                                     held while a process has the log open
//! hot/2026-05-15/00000004.ndjson           lines as they came: ["checksum",{activity}]
//! sealed/day=2026-05-15/part-00000003.parquet   everything of that day up to and including segment 3
//! sealed/day=2026-05-15/damaged-00000003.ndjson lines up to there that the disk gave back other than they were written
//! ```
//!
//! Each process start, and each seal, begins a new segment with the next number of its day. A part's name says through
//! which segment it reaches, and the highest part of a day holds: so whatever instant a process is killed at, each line
//! is read once, from the part or from a segment above it, and never from both.
//!
//! A line has a checksum, and a part has checksums in its footer (`checked_file.rs`): what a disk has changed is named, and
//! never read as if it had happened.
//!
//! To add a field: `domain::Activity`, then its column in `columns.rs`, both ways (files sealed before lack the column
//! and read as null: make it optional). To add a way of narrowing a search: [`ActivityQuery`], and what it
//! asks in `conditions.rs`, alike of a line and of a sealed row.

mod checked_file;
mod columns;
mod conditions;
mod day;
#[doc(hidden)]
pub mod fuzzing;
mod hot;
mod layout;
mod line;
mod log;
mod long_work;
mod outage;
mod part;
mod permit;
mod recent;
mod seal;
mod search;
mod segment;
mod settings;
mod sweep;
mod syncing;
mod writer;

pub use columns::ColumnError;
pub use hot::HotError;
pub use log::{ActivityLog, LogOpenError};
pub use outage::Health;
pub use permit::{PermitSubject, ViewingPermit};
pub use recent::RecentVerdict;
pub use seal::{SealError, Sealed};
pub use search::{ActivityQuery, FoundActivities, Order, SearchError};
pub use settings::{ActivitySettings, SweepSettings};
pub use sweep::{ClockDoubt, SweepError, SweepPlan};
pub use writer::AppendError;
