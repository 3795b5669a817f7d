use std::net::SocketAddr;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::page_server::PageServer;
use super::*;

fn desk(url: &str) -> web::DeskSettings {
    web::DeskSettings { url: url.to_owned(), ..web::DeskSettings::default() }
}

fn authority(folder: &Path) -> Arc<Authority> {
    Arc::new(Authority::load_or_create(folder, "Meadow School", &MachineClock).unwrap())
}

/// A school's certificate for the desk in `folder`, in PEM.
fn certificate(folder: &Path) -> String {
    let key = KeyPair::generate().unwrap();
    let pem = CertificateParams::new(["desk.school.example".to_owned()]).unwrap().self_signed(&key).unwrap().pem();
    std::fs::write(folder.join("desk.key"), key.serialize_pem()).unwrap();
    std::fs::write(folder.join("desk.pem"), &pem).unwrap();
    pem
}

/// A desk of one page.
async fn served(tls: DeskTls, settings: &web::DeskSettings) -> SocketAddr {
    let pages = axum::Router::new().route("/hello", axum::routing::get(async || "good morning"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = PageServer::new(pages, settings, None, Some(tls));
    tokio::spawn(server.serve(listener, tokio_util::sync::CancellationToken::new()));
    address
}

const HELLO: &[u8] = b"GET /hello HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n";

async fn answer(mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin) -> String {
    stream.write_all(HELLO).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    read.expect("in time").unwrap();
    String::from_utf8(answer).unwrap()
}

/// What a browser that trusts this certificate alone is answered; an error where it does not trust the desk.
async fn over_tls(address: SocketAddr, trusted: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("desk.school.example").unwrap();
    let stream = TcpStream::connect(address).await?;
    Ok(answer(TlsConnector::from(Arc::new(config)).connect(name, stream).await?).await)
}

#[tokio::test]
async fn the_desk_speaks_https_under_the_schools_own_authority() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, settings) = (authority(folder.path()), desk("https://desk.school.example"));
    let tls = DeskTls::new(&settings, &authority).unwrap().expect("an https address");
    let address = served(tls, &settings).await;
    assert!(over_tls(address, authority.certificate_pem()).await.unwrap().ends_with("good morning"));
    let stranger = certificate(folder.path());
    assert!(over_tls(address, &stranger).await.is_err());
}

#[tokio::test]
async fn who_comes_to_the_desk_without_https_is_led_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = desk("https://desk.school.example");
    let tls = DeskTls::new(&settings, &authority(folder.path())).unwrap().unwrap();
    let plain = answer(TcpStream::connect(served(tls, &settings).await).await.unwrap()).await;
    assert!(plain.starts_with("HTTP/1.1 308"), "{plain}");
    assert!(plain.contains("location: https://desk.school.example/hello\r\n"), "{plain}");
    assert!(!plain.contains("good morning"), "{plain}");
}

#[tokio::test]
async fn the_schools_own_certificate_comes_first_and_a_renewed_one_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let (certificate_file, key) = (folder.path().join("desk.pem"), folder.path().join("desk.key"));
    let settings = web::DeskSettings {
        certificate: Some(certificate_file.clone()),
        key: Some(key),
        ..desk("https://desk.school.example")
    };
    let authority = authority(folder.path());
    let address = served(DeskTls::new(&settings, &authority).unwrap().unwrap(), &settings).await;
    assert!(over_tls(address, &first).await.unwrap().ends_with("good morning"));
    std::fs::write(&certificate_file, "half a certif").unwrap();
    assert!(over_tls(address, &first).await.unwrap().ends_with("good morning"), "the last good one serves on");
    let second = certificate(folder.path());
    assert!(over_tls(address, &second).await.unwrap().ends_with("good morning"));
}

#[test]
fn a_certificate_that_can_not_serve_is_refused_by_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (file, authority) = (folder.path().join("none.pem"), authority(folder.path()));
    let settings = web::DeskSettings {
        certificate: Some(file.clone()),
        key: Some(file.clone()),
        ..desk("https://desk.school.example")
    };
    let error = format!("{:#}", DeskTls::new(&settings, &authority).err().expect("no file"));
    assert!(error.contains("none.pem"), "{error}");
    let error = DeskTls::new(&desk("https://desk.police.uk"), &authority).err().expect("not ours to sign");
    assert!(error.to_string().contains("desk.certificate"), "{error}");
}

#[test]
fn where_a_front_speaks_https_or_nobody_does_the_desk_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    assert!(DeskTls::new(&desk("http://localhost:8080"), &authority).unwrap().is_none());
    let trusted_proxies = vec!["10.0.0.1".parse().unwrap()];
    let fronted = web::DeskSettings { trusted_proxies, ..desk("https://desk.school.example") };
    assert!(DeskTls::new(&fronted, &authority).unwrap().is_none());
    let server = PageServer::new(axum::Router::new(), &fronted, None, None);
    let led_to = |from: &str| server.led_to(from.parse().unwrap()).map(String::as_str);
    assert_eq!((led_to("10.0.0.1"), led_to("127.0.0.1")), (None, None));
    assert_eq!(led_to("10.0.0.2"), Some("https://desk.school.example"), "past the front nothing is shown in clear");
    let alone = PageServer::new(axum::Router::new(), &desk("http://localhost:8080"), None, None);
    assert_eq!(alone.led_to("10.0.0.2".parse().unwrap()), None);
}
