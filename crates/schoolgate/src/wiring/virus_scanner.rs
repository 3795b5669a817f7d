//! The virus scanner: clamd, asked over the network or a socket of this machine for each file before it is kept.

use std::fmt::{self, Display};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use actions::{NotScanned, Scanned, Scanning, VirusScanner};
use clamav_client::tokio::{Socket, Tcp, scan_buffer};
use serde::{Deserialize, Serialize};

use crate::configuration::EvidenceSettings;

/// How much of a file is sent at once, in bytes.
const CHUNK: usize = 64 * 1024;
/// What clamd's names begin with for files of which it has looked at a part, where it is told to say so.
const NOT_WHOLE: &str = "Heuristics.Limits.Exceeded";

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ClamdAddress {
    /// A host and a port.
    Tcp(String),
    Socket(PathBuf),
}

#[derive(Debug, thiserror::Error)]
#[error(
    "'{0}' is nowhere that clamd listens: write a host and a port, as in '127.0.0.1:3310', or the whole path of a socket"
)]
pub struct NoClamdAddress(String);

impl FromStr for ClamdAddress {
    type Err = NoClamdAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('/') {
            return Ok(ClamdAddress::Socket(PathBuf::from(text)));
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(ClamdAddress::Tcp(text.to_owned()))
            }
            _ => Err(NoClamdAddress(text.to_owned())),
        }
    }
}

impl TryFrom<String> for ClamdAddress {
    type Error = NoClamdAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ClamdAddress> for String {
    fn from(address: ClamdAddress) -> String {
        address.to_string()
    }
}

impl Display for ClamdAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClamdAddress::Tcp(address) => out.write_str(address),
            ClamdAddress::Socket(path) => path.display().fmt(out),
        }
    }
}

/// clamd, and how long one file may take it.
pub struct Clamd {
    address: ClamdAddress,
    patience: Duration,
}

impl Clamd {
    /// The one that the configuration names, if any.
    pub fn new(settings: &EvidenceSettings) -> Option<Clamd> {
        let patience = Duration::from_secs(settings.answer_seconds.get().into());
        settings.clamd.clone().map(|address| Clamd { address, patience })
    }

    async fn ask(&self, content: &[u8]) -> std::io::Result<Vec<u8>> {
        match &self.address {
            ClamdAddress::Tcp(address) => scan_buffer(content, Tcp { host_address: address }, Some(CHUNK)).await,
            ClamdAddress::Socket(path) => scan_buffer(content, Socket { socket_path: path }, Some(CHUNK)).await,
        }
    }
}

impl VirusScanner for Clamd {
    fn scan<'c>(&'c self, content: &'c [u8]) -> Scanning<'c> {
        Box::pin(async move {
            let (address, bytes) = (&self.address, content.len());
            match tokio::time::timeout(self.patience, self.ask(content)).await {
                Ok(Ok(answer)) => meaning(&String::from_utf8_lossy(&answer)).ok_or_else(|| {
                    let answer = String::from_utf8_lossy(&answer);
                    NotScanned(format!("clamd at {address} said of {bytes} bytes: '{}'", said(&answer)))
                }),
                // It hangs up on what is longer than its StreamMaxLength.
                Ok(Err(cause)) => {
                    Err(NotScanned(format!("clamd at {address} did not take {bytes} bytes to their end: {cause}")))
                }
                Err(_) => Err(NotScanned(format!(
                    "clamd at {address} did not answer of {bytes} bytes within {} s",
                    self.patience.as_secs()
                ))),
            }
        })
    }
}

fn said(answer: &str) -> &str {
    answer.trim_matches(['\0', '\n', ' '])
}

/// What clamd's answer means: `stream: OK`, `stream: Name.Of.Virus FOUND`; `None` for any other.
fn meaning(answer: &str) -> Option<Scanned> {
    let said = said(answer).strip_prefix("stream: ")?;
    match said.strip_suffix(" FOUND") {
        Some(found) if found.starts_with(NOT_WHOLE) => None,
        Some(found) => Some(Scanned::Infected { found: found.to_owned() }),
        None => (said == "OK").then_some(Scanned::Clean),
    }
}

#[cfg(test)]
mod tests;
