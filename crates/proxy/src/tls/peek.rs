//! Looks at the first bytes of a connection without answering them.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::tls::client_hello::{self, Hello, LONGEST_HELLO};

/// Reads until it is known what is spoken.
pub(crate) async fn peek(stream: &mut TcpStream, first: &mut BytesMut, limit: Duration) -> io::Result<Hello> {
    let read = async {
        loop {
            let hello = client_hello::read(first);
            if hello != Hello::Incomplete || first.len() >= LONGEST_HELLO {
                return Ok(hello);
            }
            if stream.read_buf(first).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    };
    timeout(limit, read).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
