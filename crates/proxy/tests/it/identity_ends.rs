//! What somebody has open closes when what identified them no longer holds, however open the site is to anybody.

use std::time::Duration;

use domain::Standing;
use feed::Directory;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::closing::{closes_within, is_open, signed_in};
use crate::harness::{
    Plan, TestGate, ana, basic, directory, directory_with_password, pupil, read_head, read_request, site,
};
use crate::tunnels::{tls, tls_site};

const SECOND: Duration = Duration::from_secs(1);

async fn tunnel(gate: &TestGate, headers: &str, certificate: CertificateDer<'static>) -> TlsStream<TcpStream> {
    let (stream, answer) = gate.tunnel_with("open.test:443", headers).await;
    assert_eq!(answer.status, 200);
    let mut stream = tls(stream, "open.test", certificate).await.unwrap();
    assert!(is_open(&mut stream).await);
    stream
}

#[tokio::test]
async fn a_tunnel_closes_when_its_person_signs_out_at_the_desk() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut stream = tunnel(&gate, "", certificate.clone()).await;
    let mut by_password = tunnel(&gate, &basic("ana", "puss-in-boots"), certificate).await;
    gate.new_directory(directory(pupil()));
    assert!(closes_within(&mut stream, SECOND).await);
    assert!(is_open(&mut by_password).await, "a password does not sign out at the desk");
    assert_eq!(gate.metrics.connections_closed.get(), 1);
}

#[tokio::test]
async fn a_tunnel_closes_when_a_second_person_signs_in_at_the_same_address() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut stream = tunnel(&gate, "", certificate).await;
    let mut shared = signed_in(pupil());
    shared.sign_in("127.0.0.1".parse().unwrap(), domain::PersonId(uuid::Uuid::from_u128(0xBEA)));
    gate.new_directory(shared);
    assert!(closes_within(&mut stream, SECOND).await);
}

#[tokio::test]
async fn a_tunnel_closes_when_its_person_leaves_the_school() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut stream = tunnel(&gate, &basic("ana", "puss-in-boots"), certificate).await;
    gate.new_directory(Directory::default());
    assert!(closes_within(&mut stream, SECOND).await);
}

#[tokio::test]
async fn a_tunnel_closes_when_the_password_that_opened_it_is_changed() {
    let (address, certificate) = tls_site().await;
    let gate = Plan::new(address).start().await;
    let mut stream = tunnel(&gate, &basic("ana", "puss-in-boots"), certificate.clone()).await;
    let mut by_address = tunnel(&gate, "", certificate).await;
    let mut changed = directory_with_password(pupil(), "boots-in-puss");
    changed.sign_in("127.0.0.1".parse().unwrap(), ana());
    gate.new_directory(changed);
    assert!(closes_within(&mut stream, SECOND).await);
    assert!(is_open(&mut by_address).await, "who is known by the address did not use the password here");
}

#[tokio::test]
async fn who_leaves_by_date_is_nobody_to_the_gate_from_then_on_though_nothing_tells_it() {
    let (address, certificate) = tls_site().await;
    let leaves_at = Some("2026-05-12T10:00:00Z".parse().unwrap());
    let gate = Plan::new(address).standing(Standing { leaves_at, ..pupil() }).start().await;
    let mut by_address = tunnel(&gate, "", certificate.clone()).await;
    let mut by_password = tunnel(&gate, &basic("ana", "puss-in-boots"), certificate).await;
    gate.clock.turn(Duration::from_hours(1));
    assert!(closes_within(&mut by_address, SECOND).await && closes_within(&mut by_password, SECOND).await);
    assert_eq!(gate.tunnel_with("open.test:443", &basic("ana", "puss-in-boots")).await.1.status, 407);
    gate.get("http://open.test/").await;
    assert_eq!(gate.journal.lines().last().unwrap().person, None);
}

#[tokio::test]
async fn a_tunnel_of_nobody_stays_open_whoever_leaves() {
    let (address, certificate) = tls_site().await;
    let plan = Plan::new(address).nobody_signed_in();
    let gate = plan.settings(|settings| settings.sign_in = gate::SignInDemand::WhenBlocked).start().await;
    let mut stream = tunnel(&gate, "", certificate.clone()).await;
    let mut of_ana = tunnel(&gate, &basic("ana", "puss-in-boots"), certificate).await;
    gate.new_directory(Directory::default());
    assert!(closes_within(&mut of_ana, SECOND).await, "the gate has looked at what is open");
    assert!(is_open(&mut stream).await);
}

#[tokio::test]
async fn a_stream_of_events_ends_when_its_person_signs_out_at_the_desk() {
    let address = site(|mut stream| async move {
        read_request(&mut stream).await;
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
    for _ in 0..5 {
        stream.read_exact(&mut event).await.unwrap();
    }
    gate.new_directory(directory(pupil()));
    assert!(closes_within(&mut stream, SECOND).await);
}
