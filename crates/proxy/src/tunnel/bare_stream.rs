//! A client's connection after an upgrade, free of HTTP.

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::accept::client_stream::ClientStream;

/// The client's bare connection, and what was read of it too far.
pub(crate) async fn bare_stream(upgraded: OnUpgrade) -> Option<(TcpStream, Bytes)> {
    let parts = upgraded.await.ok()?.downcast::<TokioIo<ClientStream>>().ok()?;
    Some((parts.io.into_inner().into_stream(), parts.read_buf))
}
