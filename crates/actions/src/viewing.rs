//! Looking at monitored data, for a stated purpose, and what people are told of it.

pub(crate) mod monitoring_notice;
pub(crate) mod subject;
pub(crate) mod viewings;

pub use monitoring_notice::{MonitoringNotice, WatchedClause};
pub use subject::Subject;
pub use viewings::{
    ActivityPage, ActivityRow, AllActivity, TellLater, ViewActivity, ViewClause, ViewError, ViewingLine,
};
