//! One use of the web.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ActivityId, Audience, CategorySet, PersonId};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Allowed,
    Blocked,
}

/// A tunnel is written down when it opens and again when it closes; the later line of one id holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Opened,
    Done,
}

/// One use of the web. The fields are those that the DfE's filtering and monitoring standards ask of a log at the least
/// (device, address, person, time, search term or content) and what the gate decided, on which clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    pub phase: Phase,
    /// When the request came.
    pub at: Timestamp,
    /// The client's network address.
    pub client: IpAddr,
    /// The device's name or id where one is known.
    pub device: Option<String>,
    pub person: Option<PersonId>,
    pub audience: Audience,
    /// `GET`, `CONNECT` …
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Canonical.
    pub host: String,
    pub port: u16,
    /// `None` inside a tunnel that was not opened.
    pub path: Option<String>,
    /// What was searched for, where the address of a search engine shows it.
    pub search: Option<String>,
    pub categories: CategorySet,
    pub outcome: Outcome,
    /// Why, as a stable word: `blocked-by-category`, `not-signed` …
    pub reason: String,
    pub policy: Option<String>,
    pub clause: Option<String>,
    pub version: Option<u32>,
    /// The HTTP status that the client was given.
    pub status: Option<u16>,
    /// Bytes from the client.
    pub sent: u64,
    /// Bytes to the client.
    pub received: u64,
    /// Milliseconds from the request to the end of the answer or the tunnel.
    pub duration: u64,
}
