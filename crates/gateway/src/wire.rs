//! The client's side of a connection: bytes in and out, watched for ambiguous framing and for a client that stops
//! reading.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::framing::{Ambiguous, Framing};

/// What the watcher found, for whoever answers the connection's requests.
pub(crate) type Finding = Arc<OnceLock<Ambiguous>>;

/// A client's connection.
pub(crate) struct Wire {
    stream: TcpStream,
    framing: Framing,
    finding: Finding,
    stall: Stall,
}

impl Wire {
    pub fn new(stream: TcpStream, longest_head: usize, longest_stall: Duration) -> (Wire, Finding) {
        let finding = Finding::default();
        let framing = Framing::new(longest_head);
        (Wire { stream, framing, finding: finding.clone(), stall: Stall::new(longest_stall) }, finding)
    }

    pub fn into_stream(self) -> TcpStream {
        self.stream
    }
}

/// Counts how long something has stood still. No timer runs while it moves.
pub(crate) struct Stall {
    longest: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stall {
    pub fn new(longest: Duration) -> Stall {
        Stall { longest, timer: None }
    }

    pub fn moved(&mut self) {
        self.timer = None;
    }

    /// Ready when it has stood still for too long.
    pub fn poll_too_long(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let longest = self.longest;
        self.timer.get_or_insert_with(|| Box::pin(sleep(longest))).as_mut().poll(context)
    }
}

fn stalled() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client has stopped reading")
}

impl Wire {
    fn or_stalled<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall.moved();
            return written;
        }
        ready!(self.stall.poll_too_long(context));
        Poll::Ready(Err(stalled()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, into))?;
        if let Err(ambiguous) = self.framing.see(&into.filled()[before..]) {
            let _first_stays = self.finding.set(ambiguous);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_stalled(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.or_stalled(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
