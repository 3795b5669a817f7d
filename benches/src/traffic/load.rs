//! Makes the load: connections that each ask for one thing after the other.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times become figures to print"
)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::traffic::site::BODY;

/// A request that takes longer counts as unanswered.
const LONGEST: Duration = Duration::from_secs(5);

/// What is asked of one way to the site.
#[derive(Clone, Copy)]
pub struct Load {
    pub site: SocketAddr,
    pub through: Option<SocketAddr>,
    pub connections: usize,
    /// How many requests a second all connections make together; `None`: each makes the next as soon as it is answered.
    pub a_second: Option<f64>,
}

/// How one round went.
pub struct Measured {
    pub count: usize,
    /// Requests to which the connection was closed, or nothing came, instead of an answer.
    pub failed: usize,
    pub took: Duration,
    pub median: Duration,
    /// The 99th percentile.
    pub late: Duration,
}

impl Load {
    /// Asks for so long.
    ///
    /// # Errors
    /// A gate that can't be reached, or an answer that is not the site's.
    pub fn run(self, length: Duration) -> Result<Measured> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let start = Instant::now();
            let tasks: Vec<_> =
                (0..self.connections).map(|_| tokio::spawn(self.one_connection(start + length))).collect();
            let (mut times, mut failed) = (Vec::new(), 0);
            for task in tasks {
                let (mut its_times, its_failed) = task.await??;
                times.append(&mut its_times);
                failed += its_failed;
            }
            let took = start.elapsed();
            times.sort_unstable();
            let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
            Ok(Measured { count: times.len(), failed, took, median: at(0.5), late: at(0.99) })
        })
    }

    async fn one_connection(self, until: Instant) -> Result<(Vec<Duration>, usize)> {
        let request = match self.through {
            Some(_) => format!("GET http://{0}/page HTTP/1.1\r\nHost: {0}\r\n\r\n", self.site),
            None => format!("GET /page HTTP/1.1\r\nHost: {}\r\n\r\n", self.site),
        };
        let address = self.through.unwrap_or(self.site);
        let mut times = Vec::with_capacity(8192);
        let mut buffer = vec![0; 16 * 1024];
        let mut stream = None;
        let mut failed = 0;
        let mut pace = self.a_second.map(|a_second| {
            let every = Duration::from_secs_f64(self.connections as f64 / a_second.max(1.0));
            tokio::time::interval(every.max(Duration::from_micros(1)))
        });
        while Instant::now() < until {
            if let Some(pace) = &mut pace {
                pace.tick().await;
            }
            let start = Instant::now();
            let mut connected = match stream.take() {
                Some(stream) => stream,
                None => {
                    let stream = TcpStream::connect(address).await.context("cannot connect")?;
                    stream.set_nodelay(true)?;
                    stream
                }
            };
            let asked = connected.write_all(request.as_bytes()).await;
            let after = match asked {
                Ok(()) => {
                    timeout(LONGEST, read_answer(&mut connected, &mut buffer)).await.unwrap_or(Ok(After::Failed))?
                }
                Err(_) => After::Failed,
            };
            match after {
                After::Open => {
                    times.push(start.elapsed());
                    stream = Some(connected);
                }
                After::Closed => times.push(start.elapsed()),
                After::Failed => failed += 1,
            }
        }
        Ok((times, failed))
    }
}

/// How the connection is after a request.
enum After {
    Open,
    Closed,
    /// It was closed without an answer.
    Failed,
}

/// Reads one answer and makes sure that it is the site's.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<After> {
    let mut filled = 0;
    let head = loop {
        let length = match stream.read(&mut buffer[filled..]).await {
            Ok(length @ 1..) => length,
            Ok(_) | Err(_) if filled == 0 => return Ok(After::Failed),
            _ => bail!("closed in the middle of an answer: {}", String::from_utf8_lossy(&buffer[..filled])),
        };
        filled += length;
        if let Some(end) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    ensure!(buffer.starts_with(b"HTTP/1."), "no answer");
    ensure!(buffer[9..].starts_with(b"200"), "{}", String::from_utf8_lossy(&buffer[..filled]));
    while filled < head + BODY.len() {
        let length = stream.read(&mut buffer[filled..]).await.context("cannot read")?;
        ensure!(length > 0, "closed in the middle of a body");
        filled += length;
    }
    ensure!(buffer[head..filled] == BODY, "another body than the site's");
    let head = &buffer[..head];
    let says = |what: &[u8]| head.windows(what.len()).any(|window| window.eq_ignore_ascii_case(what));
    let keeps_open = !head.starts_with(b"HTTP/1.0") || says(b"keep-alive");
    Ok(if keeps_open && !says(b"\r\nconnection: close") { After::Open } else { After::Closed })
}
