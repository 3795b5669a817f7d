//! Shows the page of a blocked site inside its tunnel, under a certificate of the school's own authority, so that the
//! person sees the page and not a broken connection.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use domain::Host;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::body::AnswerBody;
use crate::decision::Decision;
use crate::hello::Hello;
use crate::journal::Entry;
use crate::pages::Occasion;
use crate::search::search_term;
use crate::settings::Limits;
use crate::tunnel::peek;
use crate::worker::{Worker, done, path_of};

/// A tunnel that leads to a page.
pub(crate) struct Blocked {
    pub host: Host,
    pub decision: Decision,
    pub entry: Entry,
}

/// Answers one request in the tunnel with the page, then closes it: the next try is decided anew.
pub(crate) async fn show(worker: Arc<Worker>, mut stream: TcpStream, mut first: BytesMut, mut blocked: Blocked) {
    let gate = worker.gate.clone();
    let limits = &gate.settings.limits;
    let named = match peek(&mut stream, &mut first, limits.header_read).await {
        Ok(Hello::Tls { server_name }) => server_name.and_then(|name| Host::parse(&name).ok()),
        Ok(Hello::NotTls) => {
            let activity = blocked.entry.activity();
            let occasion = Occasion { at: activity.at, id: Some(activity.id) };
            let page = done(blocked.entry, gate.pages.blocked(&blocked.decision, &blocked.host, occasion));
            return write_plainly(stream, page, limits).await;
        }
        Ok(Hello::Incomplete) | Err(_) => return,
    };
    let host = named.unwrap_or_else(|| blocked.host.clone());
    if !gate.authority.may_sign_for(&host) {
        return;
    }
    let config = match gate.authority.server_for(&host, gate.clock.now()) {
        Ok(config) => config,
        Err(error) => return tracing::error!(%error, "no certificate for a blocked page"),
    };
    let stream = Prefixed { first: first.freeze(), stream };
    let accept = timeout(limits.header_read, TlsAcceptor::from(config).accept(stream)).await;
    let Ok(Ok(stream)) = accept else { return };
    let blocked = Arc::new(Mutex::new(Some(blocked)));
    let (task, one) = (worker.clone(), blocked.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let taken = one.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        let page = taken.map(|blocked| page(&task, &request, blocked)).ok_or(Gone);
        async move { page }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_buf_size(limits.header_bytes.max(8192))
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _over_either_way = timeout(limits.tunnel_idle, served).await;
}

/// There was a request before, and its page.
#[derive(Debug, thiserror::Error)]
#[error("one page was shown in this tunnel already")]
struct Gone;

fn page(worker: &Worker, request: &Request<Incoming>, mut blocked: Blocked) -> Response<AnswerBody> {
    let activity = blocked.entry.activity();
    let path = path_of(request.uri());
    activity.method = request.method().as_str().to_owned();
    activity.path = Some(path.clone().into_owned());
    activity.search = search_term(&blocked.host, blocked.decision.categories, &path);
    let occasion = Occasion { at: activity.at, id: Some(activity.id) };
    let mut page = worker.gate.pages.blocked(&blocked.decision, &blocked.host, occasion);
    page.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    done(blocked.entry, page)
}

/// Writes a page in HTTP/1.1 as it stands, to what speaks no TLS.
pub(crate) async fn write_plainly(mut stream: TcpStream, page: Response<AnswerBody>, limits: &Limits) {
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

/// A connection of which some bytes have been read already.
struct Prefixed {
    first: Bytes,
    stream: TcpStream,
}

impl AsyncRead for Prefixed {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.first.has_remaining() {
            let length = self.first.len().min(into.remaining());
            into.put_slice(&self.first[..length]);
            self.first.advance(length);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Prefixed {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
