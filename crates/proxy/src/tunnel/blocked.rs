//! Shows the page of a blocked site inside its tunnel, under a certificate of the school's own authority, so that the
//! person sees the page and not a broken connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use domain::Host;
use gate::{ExplainedVerdict, JournalEntry, search_terms};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::accept::worker::Worker;
use crate::http::answer_body::AnswerBody;
use crate::http::page_response::page_response;
use crate::http::refusals::done;
use crate::http::target::path_of;
use crate::tls::client_hello::Hello;
use crate::tunnel::plain_page::write_plainly;

/// A tunnel that leads to a page.
pub(crate) struct BlockedSite {
    pub host: Host,
    pub decision: ExplainedVerdict,
    pub entry: JournalEntry,
}

/// Answers one request in the tunnel with the page, then closes it: the next try is decided anew. `hello` is what the
/// first bytes were found to be.
pub(crate) async fn show(
    worker: &Arc<Worker>,
    stream: TcpStream,
    (hello, first): (Hello, BytesMut),
    blocked: BlockedSite,
) {
    let (gate, authority) = (worker.gate(), &worker.shared.authority);
    let limits = &gate.settings.limits;
    let named = match hello {
        Hello::Tls { server_name } => server_name.and_then(|name| Host::parse(&name).ok()),
        Hello::NotTls => {
            let page = gate.pages.blocked(&blocked.decision, &blocked.host, blocked.entry.page_context());
            return write_plainly(stream, done(blocked.entry, page_response(page)), limits).await;
        }
        Hello::Incomplete => return,
    };
    let host = named.unwrap_or_else(|| blocked.host.clone());
    if !authority.may_sign_for(&host) {
        return;
    }
    let config = match authority.server_for(&host, gate.now()) {
        Ok(config) => config,
        Err(error) => return worker.shared.failures.note("no certificate could be made for a blocked page", &error),
    };
    let stream = Prefixed { first: first.freeze(), stream };
    let Ok(Ok(stream)) = timeout(limits.header_read, accept(stream, config)).await else { return };
    let blocked = Arc::new(Mutex::new(Some(blocked)));
    let (task, one) = (worker.clone(), blocked.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let taken = one.lock().take();
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

/// Speaks TLS with the client. The hello is looked at before the rest, so that a client with which nothing can be agreed
/// on (one of HTTP/2 alone) is told so, which a plain `TlsAcceptor` does not do.
async fn accept(stream: Prefixed, config: Arc<ServerConfig>) -> io::Result<TlsStream<Prefixed>> {
    LazyConfigAcceptor::new(Acceptor::default(), stream).await?.into_stream(config).await
}

/// There was a request before, and its page.
#[derive(Debug, thiserror::Error)]
#[error("one page was shown in this tunnel already")]
struct Gone;

fn page(worker: &Worker, request: &Request<Incoming>, mut blocked: BlockedSite) -> Response<AnswerBody> {
    let path = path_of(request.uri());
    let search = search_terms(&blocked.host, blocked.decision.categories, &path);
    blocked.entry.note_request(request.method().as_str(), &path, search);
    let page = worker.gate().pages.blocked(&blocked.decision, &blocked.host, blocked.entry.page_context());
    let mut page = page_response(page);
    page.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    done(blocked.entry, page)
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
