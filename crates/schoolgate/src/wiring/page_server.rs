//! Takes the connections of the desk, and of whoever reads the figures: no more than it may, none that never says what it wants, and stops in order.

use std::convert::Infallible;
use std::future::ready;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use gate::ConnectionLimits;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::wiring::desk_tls::DeskTls;

/// The first byte of a TLS connection: a record of the kind "handshake" (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 22;

const TURNED_AWAY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 10\r\ncontent-length: 0\r\n\r\n";

/// Serves pages within limits.
pub struct PageServer {
    pages: Router,
    limits: web::DeskLimits,
    trusted_proxies: Vec<IpAddr>,
    all: Arc<Semaphore>,
    clients: Arc<ConnectionLimits<IpAddr>>,
    /// Clients that are being told at this moment that they are one too many; the others are closed without a word.
    refusals: Arc<Semaphore>,
    /// What HTTPS is spoken with, and the address to which those are led who come without it.
    tls: Option<(DeskTls, String)>,
    /// Where another server speaks HTTPS in this one's place: the address to which those are led who come past it.
    front: Option<String>,
}

/// One connection's place among all, and among its client's.
type ConnectionPermits = (OwnedSemaphorePermit, Option<gate::ConnectionSlot<IpAddr>>);

impl PageServer {
    /// `handles` is how many files the program may have open, as far as that is known. With `tls`, pages are shown over
    /// HTTPS alone.
    pub fn new(
        pages: Router,
        settings: &web::DeskSettings,
        handles: Option<u64>,
        tls: Option<DeskTls>,
    ) -> Arc<PageServer> {
        let limits = settings.limits.clone();
        let connections = fitted(limits.connections, handles);
        Arc::new(PageServer {
            pages,
            trusted_proxies: settings.trusted_proxies.iter().map(IpAddr::to_canonical).collect(),
            all: Arc::new(Semaphore::new(connections)),
            clients: ConnectionLimits::new(limits.connections_per_client),
            refusals: Arc::new(Semaphore::new(limits.refusals)),
            limits,
            tls: tls.map(|tls| (tls, settings.origin().to_owned())),
            front: settings.has_https_front().then(|| settings.origin().to_owned()),
        })
    }

    /// Serves until `stop`, and then for as long as open requests get to finish.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let _ends_the_others = stop.clone().drop_guard();
        let connections = TaskTracker::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => self.take(stream, from, &connections, &stop),
                    // Out of file handles, most likely: others will be closed.
                    Err(error) => {
                        tracing::warn!(%error, "the desk could not take a connection");
                        sleep(Duration::from_millis(50)).await;
                    }
                },
            }
        }
        drop(listener);
        connections.close();
        let _in_time = timeout(self.limits.finishing, connections.wait()).await;
        Ok(())
    }

    fn take(
        self: &Arc<Self>,
        stream: TcpStream,
        from: SocketAddr,
        connections: &TaskTracker,
        stop: &CancellationToken,
    ) {
        let Some(place) = self.place(from.ip().to_canonical()) else {
            if let Ok(telling) = self.refusals.clone().try_acquire_owned() {
                let limit = self.limits.refusal;
                connections.spawn(async move {
                    let _as_far_as_it_goes = timeout(limit, turn_away(stream)).await;
                    drop(telling);
                });
            }
            return;
        };
        let _slower_without = stream.set_nodelay(true);
        let (server, stop) = (self.clone(), stop.clone());
        connections.spawn(async move {
            server.attend(stream, from, stop).await;
            drop(place);
        });
    }

    fn place(&self, client: IpAddr) -> Option<ConnectionPermits> {
        let among_all = self.all.clone().try_acquire_owned().ok()?;
        if self.trusted_proxies.contains(&client) {
            return Some((among_all, None));
        }
        Some((among_all, Some(self.clients.take(client)?)))
    }

    /// Where a connection is led that comes past the server which speaks HTTPS in this one's place: what passes on it would
    /// go over the network in clear.
    pub(super) fn led_to(&self, from: IpAddr) -> Option<&String> {
        let by_front = from.is_loopback() || self.trusted_proxies.contains(&from);
        self.front.as_ref().filter(|_| !by_front)
    }

    /// Attends to one connection: over HTTPS where the desk speaks it, and then to whoever comes without it only to lead
    /// them there.
    async fn attend(self: Arc<Self>, stream: TcpStream, from: SocketAddr, stop: CancellationToken) {
        if let Some(origin) = self.led_to(from.ip().to_canonical()) {
            return self.answer_all(stream, stop, |request| ready(Ok(lead_to(origin, &request)))).await;
        }
        let Some((tls, origin)) = &self.tls else {
            return self.answer_all(stream, stop, |request| self.clone().answer(request, from)).await;
        };
        let mut first = [0];
        match timeout(self.limits.header_read, stream.peek(&mut first)).await {
            Ok(Ok(1)) if first[0] == TLS_HANDSHAKE => {}
            Ok(Ok(1)) => return self.answer_all(stream, stop, |request| ready(Ok(lead_to(origin, &request)))).await,
            _ => return,
        }
        let config = match tls.config() {
            Ok(config) => config,
            Err(error) => return tracing::error!("{error:#}"),
        };
        let accepting = TlsAcceptor::from(config).accept(stream);
        if let Ok(Ok(stream)) = timeout(self.limits.header_read, accepting).await {
            self.answer_all(stream, stop, |request| self.clone().answer(request, from)).await;
        }
    }

    /// Answers the requests of one connection, one after the other.
    async fn answer_all<Answering>(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        stop: CancellationToken,
        answer: impl Fn(Request<Incoming>) -> Answering,
    ) where
        Answering: Future<Output = Result<Response<Body>, Infallible>>,
    {
        let service = service_fn(answer);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_read)
            .max_buf_size(self.limits.header_bytes.max(8192))
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            // What a client does wrong is no news for the program's own log.
            _ = connection.as_mut() => return,
            () = stop.cancelled() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _in_time = timeout(self.limits.finishing, connection).await;
    }

    async fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
        from: SocketAddr,
    ) -> Result<Response<Body>, Infallible> {
        request.extensions_mut().insert(ConnectInfo(from));
        match timeout(self.limits.request, self.pages.clone().oneshot(request.map(Body::new))).await {
            Ok(answer) => answer,
            Err(_) => Ok((StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response()),
        }
    }
}

/// The same page over HTTPS.
fn lead_to(origin: &str, request: &Request<Incoming>) -> Response<Body> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    Redirect::permanent(&format!("{origin}{path}")).into_response()
}

/// Says so and waits until the client has gone: closing with something unread would take the answer back.
async fn turn_away(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(TURNED_AWAY).await?;
    stream.shutdown().await?;
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// A quarter of the handles at most: the gate and the files take the others.
fn fitted(connections: usize, handles: Option<u64>) -> usize {
    let room = handles.and_then(|handles| usize::try_from(handles / 4).ok()).unwrap_or(usize::MAX).max(1);
    if room < connections {
        tracing::warn!(
            connections = room,
            wanted = connections,
            "there are too few file handles for all the connections that the desk may take; raise the limit of open \
             files (LimitNOFILE) to have more"
        );
    }
    connections.min(room)
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};

    use super::*;

    async fn served(limits: web::DeskLimits) -> (SocketAddr, CancellationToken) {
        let pages = Router::new()
            .route("/", get(|ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() }))
            .route("/form", post(|form: String| async move { form }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let server = PageServer::new(pages, &web::DeskSettings { limits, ..web::DeskSettings::default() }, None, None);
        tokio::spawn(server.serve(listener, stop.clone()));
        (address, stop)
    }

    async fn send(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn read(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        let _until_it_closes =
            timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.expect("it ends");
        answer
    }

    /// Asks until the answer begins so: connections are taken, and let go of, a moment after they are made.
    async fn answers_in_time(address: SocketAddr, beginning: &str) {
        let asked = async { while !read(send(address, WHOLE).await).await.starts_with(beginning) {} };
        timeout(Duration::from_mins(1), asked).await.expect(beginning);
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n";
    const HALF: &str = "GET / HTTP/1.1\r\nhost: de";

    #[tokio::test]
    async fn hundreds_of_half_sent_heads_are_closed_in_time_and_others_are_answered_meanwhile() {
        let header_read = Duration::from_millis(500);
        let limits = web::DeskLimits { connections_per_client: 500, header_read, ..web::DeskLimits::default() };
        let (address, _stop) = served(limits).await;
        let mut half_open = Vec::new();
        for _ in 0..400 {
            half_open.push(send(address, HALF).await);
        }
        assert!(read(send(address, WHOLE).await).await.ends_with("127.0.0.1"));
        for stream in half_open {
            let _closed = read(stream).await;
        }
    }

    #[tokio::test]
    async fn one_client_has_so_many_connections_and_all_together_so_many() {
        for limits in [
            web::DeskLimits { connections_per_client: 3, ..web::DeskLimits::default() },
            web::DeskLimits { connections: 3, ..web::DeskLimits::default() },
        ] {
            let (address, _stop) = served(limits).await;
            let mut open = Vec::new();
            for _ in 0..3 {
                open.push(send(address, HALF).await);
            }
            answers_in_time(address, "HTTP/1.1 429").await;
            drop(open);
            answers_in_time(address, "HTTP/1.1 200").await;
        }
    }

    #[test]
    fn the_desk_takes_no_more_connections_than_a_quarter_of_the_handles() {
        assert_eq!([fitted(500, None), fitted(500, Some(1 << 20)), fitted(500, Some(1_024))], [500, 500, 256]);
        assert_eq!(fitted(500, Some(0)), 1);
    }

    #[tokio::test]
    async fn a_form_that_never_comes_whole_is_given_up() {
        let limits = web::DeskLimits { request: Duration::from_millis(300), ..web::DeskLimits::default() };
        let (address, _stop) = served(limits).await;
        let half = "POST /form HTTP/1.1\r\nhost: desk\r\ncontent-length: 100\r\n\r\nname=";
        assert!(read(send(address, half).await).await.starts_with("HTTP/1.1 408"));
    }
}
