//! When a verdict changes, what is open and concerned is closed within a second; what is not stays open.

use std::time::Duration;

use domain::{GrantId, GrantScope, Host, LiveGrant, PersonId, PolicyId, Standing, Withdrawal};
use feed::{Directory, Member};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use uuid::Uuid;

use crate::harness::{
    POLICY, Plan, TestGate, ana, basic, directory, hash, pupil, read_head, rules, site, stricter_policy,
};
use crate::tunnels::{tls, tls_site};

pub async fn is_open(stream: &mut TlsStream<TcpStream>) -> bool {
    let mut byte = [0];
    stream.write_all(b"x").await.is_ok() && stream.read_exact(&mut byte).await.is_ok()
}

/// Waits for the other side to close, at most this long.
pub async fn closes_within(stream: &mut (impl AsyncReadExt + Unpin), limit: Duration) -> bool {
    let mut rest = Vec::new();
    tokio::time::timeout(limit, stream.read_to_end(&mut rest)).await.is_ok()
}

pub fn signed_in(standing: Standing) -> Directory {
    let mut directory = directory(standing);
    directory.sign_in("127.0.0.1".parse().unwrap(), ana());
    directory
}

fn granted(gate: &TestGate, seconds: i64) -> Standing {
    let now = domain::Clock::now(&*gate.clock);
    let grant = LiveGrant {
        id: GrantId(Uuid::from_u128(9)),
        policy: PolicyId("pupil-use".into()),
        permission: "lesson-site".into(),
        scope: GrantScope::Site(Host::parse("social.test").unwrap()),
        from: now,
        until: Some(now + jiff::SignedDuration::from_secs(seconds)),
    };
    Standing { grants: vec![grant], ..pupil() }
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_tunnel_closes_by_itself_when_its_grant_ends() {
    let address = site(|mut stream| async move {
        let mut buffer = [0; 100];
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            let _ = stream.write_all(&buffer[..length]).await;
        }
    })
    .await;
    let gate = Plan::new(address).settings(|settings| settings.tunnels_must_speak_tls = false).start().await;
    // Bo has the same until a little sooner.
    let mut directory = signed_in(granted(&gate, 3600));
    let bo = PersonId(Uuid::from_u128(0xB0));
    let standing = Standing { person: Some(bo), ..granted(&gate, 3580) };
    directory.insert(bo, "bo", Member { standing, password: Some(hash("puss-in-boots")) });
    gate.new_directory(directory);
    let (mut sooner, answer) = gate.tunnel_with("social.test:443", &basic("bo", "puss-in-boots")).await;
    assert_eq!(answer.status, 200);
    sooner.write_all(b"first words").await.unwrap();
    sooner.read_exact(&mut [0; 11]).await.unwrap();
    let (mut stream, answer) = gate.tunnel("social.test:443").await;
    assert_eq!(answer.status, 200);
    stream.write_all(b"first words").await.unwrap();
    let mut echo = [0; 11];
    stream.read_exact(&mut echo).await.unwrap();
    gate.clock.turn(Duration::from_secs(3590));
    assert!(closes_within(&mut sooner, SECOND).await, "the gate has looked at what is open");
    stream.write_all(b"still there").await.unwrap();
    stream.read_exact(&mut echo).await.unwrap();
    gate.clock.turn(Duration::from_secs(10));
    assert!(closes_within(&mut stream, SECOND).await);
    assert_eq!(gate.metrics.connections_closed.get(), 2);
    assert_eq!(gate.tunnel("social.test:443").await.1.status, 200, "opens to the page");
    gate.journal.done(1).await;
}

#[tokio::test]
async fn new_rules_close_the_tunnels_that_they_concern_and_no_other() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut concerned = tls(gate.tunnel("open.test:443").await.0, "open.test", certificate.clone()).await.unwrap();
    let mut inside = tls(gate.tunnel("other.test:443").await.0, "open.test", certificate.clone()).await.unwrap();
    let mut other = tls(gate.tunnel("other.test:443").await.0, "other.test", certificate).await.unwrap();
    assert!(is_open(&mut concerned).await && is_open(&mut inside).await && is_open(&mut other).await);
    gate.new_rules(rules(&stricter_policy()));
    assert!(closes_within(&mut concerned, SECOND).await);
    assert!(closes_within(&mut inside, SECOND).await, "the site named inside counts as well");
    assert!(is_open(&mut other).await);
    gate.new_rules(rules(POLICY));
    assert!(is_open(&mut other).await);
}

#[tokio::test]
async fn a_sanction_closes_everything_that_the_person_has_open() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut stream = tls(gate.tunnel("open.test:443").await.0, "open.test", certificate).await.unwrap();
    assert!(is_open(&mut stream).await);
    let withdrawn = Some(Withdrawal {
        policy: PolicyId("pupil-use".into()),
        clause: "closed".into(),
        until: None,
        reason: "Given by the school".into(),
    });
    gate.new_directory(signed_in(Standing { withdrawn, ..pupil() }));
    assert!(closes_within(&mut stream, SECOND).await);
}

#[tokio::test]
async fn an_upgraded_connection_is_carried_and_closed_like_a_tunnel() {
    let address = site(|mut stream| async move {
        let Some(request) = crate::harness::read_request(&mut stream).await else { return };
        assert_eq!(request.header("upgrade"), Some("websocket"), "{}", request.head);
        let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nfirst frame";
        let _ = stream.write_all(answer.as_bytes()).await;
        let mut buffer = [0; 100];
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            let _ = stream.write_all(&buffer[..length]).await;
        }
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    let request = "GET http://open.test/chat HTTP/1.1\r\nHost: open.test\r\nConnection: keep-alive, Upgrade\r\n\
                   Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = read_head(&mut stream).await.unwrap();
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    let mut frame = [0; 11];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(&frame, b"first frame");
    stream.write_all(b"and another").await.unwrap();
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(&frame, b"and another");
    assert_eq!(gate.metrics.tunnels_open.get(), 1);
    gate.new_rules(rules(&stricter_policy()));
    assert!(closes_within(&mut stream, SECOND).await);
    let done = gate.journal.done(1).await;
    assert_eq!((done.status, done.sent, done.received, done.path.as_deref()), (Some(101), 11, 22, Some("/chat")));
}

#[tokio::test]
async fn when_the_gate_stops_its_tunnels_close_and_are_written_down() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut stream = tls(gate.tunnel("open.test:443").await.0, "open.test", certificate).await.unwrap();
    assert!(is_open(&mut stream).await);
    gate.stop.cancel();
    assert!(closes_within(&mut stream, SECOND).await);
    gate.journal.done(1).await;
}

#[tokio::test]
async fn a_plain_answer_that_takes_its_time_ends_when_its_verdict_changes() {
    let address = site(|mut stream| async move {
        crate::harness::read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        while stream.write_all(b"5\r\nevent\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(crate::harness::get("http://open.test/events").as_bytes()).await.unwrap();
    assert_eq!(read_head(&mut stream).await.unwrap().status, 200);
    let mut event = [0; 10];
    for _ in 0..10 {
        stream.read_exact(&mut event).await.unwrap();
    }
    gate.new_rules(rules(&stricter_policy()));
    assert!(closes_within(&mut stream, SECOND).await);
    assert!(gate.journal.done(1).await.received >= 50);
    assert_eq!(gate.metrics.tunnels_open.get(), 0);
}
