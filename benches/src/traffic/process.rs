//! Processes that take part in a benchmark.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

pub const AS_SITE: &str = "--as-site";
pub const AS_GATE: &str = "--as-gate";

/// A process that is ended with this value.
pub struct Peer {
    pub address: SocketAddr,
    pub process: Child,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _gone_either_way = self.process.kill();
        let _gone_either_way = self.process.wait();
    }
}

/// This program in another role, which prints its address.
///
/// # Errors
/// A process that does not start, or prints no address.
pub fn ourselves(role: &str) -> Result<Peer> {
    let mut process = Command::new(std::env::current_exe()?).arg(role).stdout(Stdio::piped()).spawn()?;
    let output = process.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let peer = |address| Peer { address, process };
    Ok(peer(line.trim().parse().with_context(|| format!("'{}' is no address", line.trim()))?))
}
