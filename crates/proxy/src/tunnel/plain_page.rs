//! Pages in a tunnel in which no TLS is spoken: plain HTTP is all that can be said there.

use std::io;

use gate::{Gate, GateLimits, GateProblem, JournalEntry};
use http_body_util::BodyExt;
use hyper::Response;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::answer_body::AnswerBody;
use crate::http::refusals::refuse;

/// The gate's own no, written plainly.
pub(crate) async fn refuse_plainly(gate: &Gate, stream: TcpStream, entry: JournalEntry, problem: &GateProblem) {
    let page = refuse(gate, problem, entry);
    write_plainly(stream, page, &gate.settings.limits).await;
}

/// Writes a page in HTTP/1.1 as it stands, to what speaks no TLS.
pub(crate) async fn write_plainly(mut stream: TcpStream, page: Response<AnswerBody>, limits: &GateLimits) {
    let (parts, body) = page.into_parts();
    let mut bytes = format!("HTTP/1.1 {}\r\nconnection: close\r\n", parts.status).into_bytes();
    for (name, value) in &parts.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    if let Ok(body) = body.collect().await {
        bytes.extend_from_slice(&body.to_bytes());
    }
    let write = async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    };
    let _gone_either_way: Result<Result<(), io::Error>, _> = timeout(limits.header_read, write).await;
}
