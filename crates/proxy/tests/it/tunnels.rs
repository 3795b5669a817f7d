//! HTTPS: what is allowed is carried and never decrypted; what is blocked shows its page under the school's authority.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::{Outcome, Phase};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::harness::{Plan, TestGate, read_answer, site};

/// A site over TLS with a certificate of its own, and that certificate.
pub async fn tls_site() -> (SocketAddr, CertificateDer<'static>) {
    let names = ["open.test", "other.test", "www.google.com"].map(str::to_owned).to_vec();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = site(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                if stream.write_all(&buffer[..length]).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    (address, certificate)
}

/// The client's calendar agrees with the gate's.
#[derive(Debug)]
struct ThatMorning;

impl rustls::time_provider::TimeProvider for ThatMorning {
    fn current_time(&self) -> Option<UnixTime> {
        let morning: jiff::Timestamp = "2026-05-12T09:00:00Z".parse().unwrap();
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(morning.as_second().try_into().unwrap())))
    }
}

/// A TLS client that trusts this one authority.
pub async fn tls(
    stream: TcpStream,
    name: &str,
    trusted: CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    tls_speaking(&[], stream, name, trusted).await
}

/// A TLS client that speaks these protocols alone (ALPN).
async fn tls_speaking(
    protocols: &[&[u8]],
    stream: TcpStream,
    name: &str,
    trusted: CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(ThatMorning))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

pub fn school(gate: &TestGate) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(gate.authority.certificate_pem().as_bytes()).unwrap()
}

#[tokio::test]
async fn an_allowed_tunnel_shows_the_sites_own_certificate() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let (stream, answer) = gate.tunnel("open.test:443").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-length").is_none() && answer.header("transfer-encoding").is_none());
    let mut stream = tls(stream, "open.test", certificate.clone()).await.unwrap();
    assert_eq!(stream.get_ref().1.peer_certificates().unwrap()[0], certificate);
    stream.write_all(b"ping").await.unwrap();
    let mut pong = [0; 4];
    stream.read_exact(&mut pong).await.unwrap();
    assert_eq!(&pong, b"ping");
    let opened = gate.journal.lines()[0].clone();
    assert_eq!((opened.phase, opened.method.as_str(), opened.host.as_str()), (Phase::Opened, "CONNECT", "open.test"));
    assert_eq!((opened.path, opened.port), (None, 443));
    drop(stream);
    let done = gate.journal.done(1).await;
    assert_eq!((done.id, done.status), (opened.id, Some(200)));
    assert!(done.sent > 200 && done.received > 200, "{done:?}");
}

#[tokio::test]
async fn a_blocked_tunnel_shows_the_page_to_who_trusts_the_schools_authority() {
    let gate = Plan::new(tls_site().await.0).start().await;
    let (stream, answer) = gate.tunnel("closed.test:443").await;
    assert_eq!(answer.status, 200);
    let mut stream = tls(stream, "closed.test", school(&gate)).await.unwrap();
    stream.write_all(b"GET /secret?q=1 HTTP/1.1\r\nHost: closed.test\r\n\r\n").await.unwrap();
    let page = read_answer(&mut stream, false).await.unwrap();
    assert_eq!(page.status, 403);
    assert_eq!(page.header("schoolgate-clause"), Some("pupil-use#closed; title=\"Closed sites\"; version=3"));
    assert_eq!(page.header("connection"), Some("close"));
    assert!(page.text().contains("This site is closed here"), "{}", page.text());
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.is_empty(), "the tunnel ends with the page");
    let done = gate.journal.done(1).await;
    assert_eq!((done.outcome, done.status, done.path.as_deref()), (Outcome::Blocked, Some(403), Some("/secret?q=1")));
    assert_eq!(done.id, gate.journal.lines()[0].id);
    assert!(page.text().contains(&gate::reference(done.id)));
}

#[tokio::test]
async fn who_does_not_trust_the_authority_sees_no_page_but_the_try_is_written_down() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let (stream, _) = gate.tunnel("closed.test:443").await;
    assert!(tls(stream, "closed.test", certificate).await.is_err());
    let done = gate.journal.done(1).await;
    assert_eq!((done.outcome, done.method.as_str(), done.path), (Outcome::Blocked, "CONNECT", None));
}

#[tokio::test]
async fn a_client_of_http_2_alone_is_told_that_the_page_of_a_blocked_site_is_http_1_1() {
    let gate = Plan::new(tls_site().await.0).start().await;
    let (stream, _) = gate.tunnel("closed.test:443").await;
    let both = tls_speaking(&[b"h2", b"http/1.1"], stream, "closed.test", school(&gate)).await.unwrap();
    assert_eq!(both.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let (stream, _) = gate.tunnel("closed.test:443").await;
    let refused = tls_speaking(&[b"h2"], stream, "closed.test", school(&gate)).await.unwrap_err();
    assert!(refused.to_string().contains("NoApplicationProtocol"), "a clean refusal: {refused}");
    drop(both);
    let done = gate.journal.done(2).await;
    assert_eq!((done.outcome, done.method.as_str()), (Outcome::Blocked, "CONNECT"));
}

#[tokio::test]
async fn a_blocked_site_named_inside_a_tunnel_to_an_allowed_one_is_blocked() {
    let gate = Plan::new(tls_site().await.0).start().await;
    let (stream, answer) = gate.tunnel("open.test:443").await;
    assert_eq!(answer.status, 200);
    let mut stream = tls(stream, "closed.test", school(&gate)).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: closed.test\r\n\r\n").await.unwrap();
    let page = read_answer(&mut stream, false).await.unwrap();
    assert_eq!(page.status, 403);
    assert!(page.text().contains("closed.test"));
    let done = gate.journal.done(1).await;
    assert_eq!(
        (done.outcome, done.host.as_str(), done.clause.as_deref()),
        (Outcome::Blocked, "closed.test", Some("closed"))
    );
    let (stream, _) = gate.tunnel("closed.test:443").await;
    assert!(tls(stream, "open.test", tls_site().await.1).await.is_err(), "nor the other way round");
}

#[tokio::test]
async fn an_allowed_site_named_inside_a_tunnel_to_another_allowed_one_passes() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let (stream, _) = gate.tunnel("open.test:443").await;
    assert!(tls(stream, "other.test", certificate).await.is_ok());
}

#[tokio::test]
async fn safe_search_changes_where_a_tunnel_leads_and_not_what_is_asked_for() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let (stream, answer) = gate.tunnel("www.google.com:443").await;
    assert_eq!(answer.status, 200, "only forcesafesearch.google.com is known to this gate");
    assert!(tls(stream, "www.google.com", certificate).await.is_ok());
}

#[tokio::test]
async fn a_search_engine_named_inside_a_tunnel_to_another_site_is_not_reached_past_its_safe_results() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let (stream, _) = gate.tunnel("open.test:443").await;
    assert!(tls(stream, "www.google.com", certificate).await.is_err());
    assert_eq!(gate.journal.done(1).await.reason, "another-name-inside");
}

#[tokio::test]
async fn what_speaks_no_tls_gets_the_page_in_plain_words() {
    let gate = Plan::new(tls_site().await.0).start().await;
    for (authority, words) in
        [("closed.test:443", "This site is closed here"), ("open.test:443", "This is not a web page")]
    {
        let (mut stream, _) = gate.tunnel(authority).await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: closed.test\r\n\r\n").await.unwrap();
        let answer = read_answer(&mut stream, false).await.unwrap();
        assert_eq!(answer.status, 403);
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    assert_eq!(gate.journal.done(2).await.reason, "tunnel-without-tls");
}

#[tokio::test]
async fn a_school_may_let_other_protocols_through_its_tunnels_whoever_speaks_first() {
    let address = site(|mut stream| async move {
        let _ = stream.write_all(b"hello, I speak first\r\n").await;
        let mut buffer = [0; 100];
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            let _ = stream.write_all(&buffer[..length]).await;
        }
    })
    .await;
    let gate = Plan::new(address).settings(|settings| settings.tunnels_must_speak_tls = false).start().await;
    let (mut stream, _) = gate.tunnel("open.test:443").await;
    let mut greeting = [0; 22];
    stream.read_exact(&mut greeting).await.unwrap();
    stream.write_all(b"echo").await.unwrap();
    let mut echo = [0; 4];
    stream.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"echo");
}

#[tokio::test]
async fn a_tunnel_leads_to_allowed_ports_alone() {
    let gate = Plan::new(tls_site().await.0).start().await;
    let (_stream, answer) = gate.tunnel("open.test:22").await;
    assert_eq!(answer.status, 403);
    assert_eq!(gate.journal.done(1).await.reason, "closed-port");
}

#[tokio::test]
async fn a_blocked_tunnel_to_what_is_never_impersonated_is_refused_without_a_certificate() {
    let gate = Plan::new(tls_site().await.0).start().await;
    let text = crate::harness::POLICY.replace(r#"["closed.test"]"#, r#"["www.nhs.uk"]"#);
    gate.new_rules(crate::harness::rules(&text));
    let (_stream, answer) = gate.tunnel("www.nhs.uk:443").await;
    assert_eq!(answer.status, 403);
    assert!(answer.header("schoolgate-clause").is_some());
}

#[tokio::test]
async fn an_idle_tunnel_is_closed() {
    let (address, certificate) = tls_site().await;
    let plan = Plan::new(address).limits(|limits| limits.tunnel_idle = std::time::Duration::from_millis(200));
    let gate = plan.start().await;
    let started = std::time::Instant::now();
    let (stream, _) = gate.tunnel("open.test:443").await;
    let mut stream = tls(stream, "open.test", certificate).await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(std::time::Duration::from_mins(1), stream.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "still open");
    assert!(started.elapsed() >= std::time::Duration::from_millis(200), "{:?}", started.elapsed());
}
