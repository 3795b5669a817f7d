//! Tunnels: `CONNECT`, and connections upgraded to WebSocket. Carried as they are, never decrypted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::{Host, Outcome};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use smallvec::smallvec;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::blocked_tunnel::{self, Blocked};
use crate::body::AnswerBody;
use crate::decision::{Decision, note};
use crate::forward::{NoAnswer, unanswered};
use crate::hello::{self, Hello, LONGEST_HELLO};
use crate::journal::Entry;
use crate::pages::{Occasion, Problem};
use crate::settings::Limits;
use crate::tunnels::{Footing, Open};
use crate::upstream::Upstream;
use crate::wire::Wire;
use crate::worker::{Asked, Client, Worker, done};

const BUFFER: usize = 16 * 1024;

/// Answers `CONNECT`.
pub(crate) async fn open(
    worker: Arc<Worker>,
    client: Arc<Client>,
    mut request: Request<Incoming>,
    mut asked: Asked,
    decision: Decision,
) -> Response<AnswerBody> {
    let gate = &worker.gate;
    if !gate.settings.tunnel_ports.contains(&asked.target.port) {
        return worker.hold_back(&closed_port(asked.target.port), asked.entry);
    }
    if !decision.is_allowed() {
        return open_to_the_page(worker, request, asked, decision);
    }
    let host = match decision.verdict.safe_search.and_then(|safe| Host::parse(safe).ok()) {
        Some(safe) => safe,
        None => asked.target.host.clone(),
    };
    let site = match gate.reach.connect(&host, asked.target.port).await {
        Ok(site) => site,
        Err(unreached) => return unanswered(&worker, NoAnswer::Unreached(unreached), asked),
    };
    asked.entry.activity().status = Some(StatusCode::OK.as_u16());
    asked.entry.opened();
    let upgraded = hyper::upgrade::on(&mut request);
    let task = worker.clone();
    worker.tasks.spawn(async move {
        let Some((stream, early)) = bare(upgraded).await else { return };
        carry(task, client, asked, decision, (stream, early), site).await;
    });
    Response::new(AnswerBody::Empty)
}

/// A blocked tunnel opens to the page that says so; where the authority may not sign for the site, it does not open.
fn open_to_the_page(
    worker: Arc<Worker>,
    mut request: Request<Incoming>,
    mut asked: Asked,
    decision: Decision,
) -> Response<AnswerBody> {
    let gate = &worker.gate;
    gate.metrics.blocked.one_more();
    let occasion = Occasion { at: asked.at, id: Some(asked.entry.activity().id) };
    let page = gate.pages.blocked(&decision, &asked.target.host, occasion);
    if !gate.authority.may_sign_for(&asked.target.host) {
        return done(asked.entry, page);
    }
    asked.entry.activity().status = Some(page.status().as_u16());
    asked.entry.opened();
    let upgraded = hyper::upgrade::on(&mut request);
    let task = worker.clone();
    worker.tasks.spawn(async move {
        let Some((stream, early)) = bare(upgraded).await else { return };
        let blocked = Blocked { host: asked.target.host, decision, entry: asked.entry };
        blocked_tunnel::show(task, stream, early.into(), blocked).await;
    });
    Response::new(AnswerBody::Empty)
}

/// Carries a connection that was upgraded to WebSocket.
pub(crate) fn upgrade(
    worker: Arc<Worker>,
    client: Arc<Client>,
    mut asked: Asked,
    decision: Decision,
    upstream: Upstream,
    upgraded: OnUpgrade,
) {
    asked.entry.opened();
    let task = worker.clone();
    worker.tasks.spawn(async move {
        let Some((stream, early)) = bare(upgraded).await else { return };
        let Ok((site, first)) = upstream.into_stream().await else { return };
        let place = (asked.target.host.clone(), asked.entry.activity().path.clone());
        let open = Open::new(
            &task.gate,
            Footing {
                who: asked.who.clone(),
                client: client.address,
                places: smallvec![place],
                safe_search: decision.verdict.safe_search,
            },
        );
        relay(&task, open, asked.entry, (stream, early), (site, first)).await;
    });
}

/// The client's bare connection, and what was read of it too far.
async fn bare(upgraded: OnUpgrade) -> Option<(TcpStream, Bytes)> {
    let parts = upgraded.await.ok()?.downcast::<TokioIo<Wire>>().ok()?;
    Some((parts.io.into_inner().into_stream(), parts.read_buf))
}

/// Looks at the site that is named inside the tunnel, and carries what is allowed.
async fn carry(
    worker: Arc<Worker>,
    client: Arc<Client>,
    mut asked: Asked,
    decision: Decision,
    (mut stream, early): (TcpStream, Bytes),
    site: TcpStream,
) {
    let gate = worker.gate.clone();
    let mut footing = Footing {
        who: asked.who.clone(),
        client: client.address,
        places: smallvec![(asked.target.host.clone(), None)],
        safe_search: decision.verdict.safe_search,
    };
    let mut first = BytesMut::from(&early[..]);
    let plain_is_fine = !gate.settings.tunnels_must_speak_tls;
    let hello = tokio::select! {
        hello = peek(&mut stream, &mut first, gate.settings.limits.header_read) => hello,
        // Where the site speaks first it is no TLS.
        _ = site.readable(), if plain_is_fine => Ok(Hello::NotTls),
        () = worker.stop.cancelled() => return,
    };
    let named = match hello {
        Err(_) | Ok(Hello::Incomplete) => return,
        Ok(Hello::NotTls) if plain_is_fine => None,
        Ok(Hello::Tls { server_name: None }) => None,
        Ok(Hello::Tls { server_name: Some(name) }) => match Host::parse(&name) {
            Ok(named) => Some(named),
            Err(_) => return refuse(&worker, stream, asked.entry, &not_tls()).await,
        },
        Ok(Hello::NotTls) => return refuse(&worker, stream, asked.entry, &not_tls()).await,
    };
    if let Some(named) = named.filter(|named| *named != asked.target.host) {
        let directory = gate.directory();
        let standing = asked.who.standing(client.address, &directory);
        let inside = worker.decide(standing, &named, None, gate.clock.now());
        if asked.target.host.ip().is_some() || !inside.is_allowed() {
            asked.entry.activity().host = named.as_str().to_owned();
            note(asked.entry.activity(), &inside);
        }
        if !inside.is_allowed() {
            gate.metrics.blocked.one_more();
            let blocked = Blocked { host: named, decision: inside, entry: asked.entry };
            return blocked_tunnel::show(worker, stream, first, blocked).await;
        }
        // The site that was connected to is not the one whose safe results the rules ask for.
        if inside.verdict.safe_search != decision.verdict.safe_search {
            return refuse(&worker, stream, asked.entry, &another_name()).await;
        }
        footing.places.push((named, None));
    }
    let open = Open::new(&gate, footing);
    relay(&worker, open, asked.entry, (stream, first.freeze()), (site, Bytes::new())).await;
}

/// Reads until it is known what is spoken.
pub(crate) async fn peek(stream: &mut TcpStream, first: &mut BytesMut, limit: Duration) -> io::Result<Hello> {
    let read = async {
        loop {
            let hello = hello::read(first);
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

/// The gate's own no, in plain HTTP: nothing else can be said to what speaks no TLS.
async fn refuse(worker: &Worker, stream: TcpStream, mut entry: Entry, problem: &Problem) {
    let activity = entry.activity();
    activity.outcome = Outcome::Blocked;
    activity.reason = problem.word.to_owned();
    activity.status = Some(problem.status.as_u16());
    let occasion = Occasion { at: activity.at, id: Some(activity.id) };
    let page = worker.gate.pages.problem(problem, occasion);
    entry.finish();
    blocked_tunnel::write_plainly(stream, page, &worker.gate.settings.limits).await;
}

/// Carries bytes both ways until one side has gone, nothing has moved for too long, the tunnel is to be closed, or the
/// gate stops.
async fn relay(
    worker: &Worker,
    open: Open,
    mut entry: Entry,
    (mut client, from_client): (TcpStream, Bytes),
    (mut site, from_site): (TcpStream, Bytes),
) {
    let (sent, received) = (AtomicU64::new(0), AtomicU64::new(0));
    let limits = &worker.gate.settings.limits;
    let _slower_without = client.set_nodelay(true);
    {
        let (client_reads, client_writes) = client.split();
        let (site_reads, site_writes) = site.split();
        let both = async {
            tokio::try_join!(
                pump(client_reads, site_writes, from_client, &sent),
                pump(site_reads, client_writes, from_site, &received)
            )
        };
        tokio::select! {
            _ = both => {}
            () = open.close.cancelled() => {}
            () = worker.stop.cancelled() => {}
            () = stands_still(limits, || sent.load(Ordering::Relaxed) + received.load(Ordering::Relaxed)) => {}
            () = sleep(limits.tunnel_total) => {}
        }
    }
    let activity = entry.activity();
    activity.sent = sent.into_inner();
    activity.received = received.into_inner();
    entry.finish();
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    first: Bytes,
    count: &AtomicU64,
) -> io::Result<()> {
    to.write_all(&first).await?;
    count.fetch_add(first.len() as u64, Ordering::Relaxed);
    drop(first);
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
        count.fetch_add(length as u64, Ordering::Relaxed);
    }
}

/// Ready when nothing has moved for `tunnel_idle`, a quarter of it more at the most.
async fn stands_still(limits: &Limits, moved: impl Fn() -> u64) {
    let mut seen = moved();
    let mut still = 0;
    while still < 4 {
        sleep(limits.tunnel_idle / 4).await;
        let now = moved();
        still = if now == seen { still + 1 } else { 0 };
        seen = now;
    }
}

fn closed_port(port: u16) -> Problem {
    Problem {
        status: StatusCode::FORBIDDEN,
        word: "closed-port",
        heading: "The gate does not go there",
        sentence: format!("No tunnel leads to port {port} here."),
        mend: "If a program of yours needs it, ask the people who look after computers here.",
    }
}

fn not_tls() -> Problem {
    Problem {
        status: StatusCode::FORBIDDEN,
        word: "tunnel-without-tls",
        heading: "This is not a web page",
        sentence: "Only secure web pages (TLS) pass through tunnels here.".to_owned(),
        mend: "If a program of yours needs something else, ask the people who look after computers here.",
    }
}

fn another_name() -> Problem {
    Problem {
        status: StatusCode::FORBIDDEN,
        word: "another-name-inside",
        heading: "This tunnel leads elsewhere than it says",
        sentence: "The site asked for inside the tunnel is not the one that it was opened for.".to_owned(),
        mend: "Open the site by its own name.",
    }
}
