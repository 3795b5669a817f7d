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

use crate::accept::stall::Stall;
use crate::http::framing::{Ambiguous, Framing};

/// What the watcher found, for whoever answers the connection's requests.
pub(crate) type Finding = Arc<OnceLock<Ambiguous>>;

/// A client's connection.
pub(crate) struct ClientStream {
    stream: TcpStream,
    framing: Framing,
    finding: Finding,
    stall: Stall,
}

impl ClientStream {
    pub fn new(stream: TcpStream, longest_head: usize, longest_stall: Duration) -> (ClientStream, Finding) {
        let finding = Finding::default();
        let framing = Framing::new(longest_head);
        (ClientStream { stream, framing, finding: finding.clone(), stall: Stall::new(longest_stall) }, finding)
    }

    pub fn into_stream(self) -> TcpStream {
        self.stream
    }
}

fn stalled() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client has stopped reading")
}

impl ClientStream {
    fn or_stalled<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall.moved();
            return written;
        }
        ready!(self.stall.poll_too_long(context));
        Poll::Ready(Err(stalled()))
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, into))?;
        if let Err(ambiguous) = self.framing.see(&into.filled()[before..]) {
            let _first_stays = self.finding.set(ambiguous);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
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
