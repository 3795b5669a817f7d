//! Clients that are slow, huge or hostile.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Plan, TestGate, get, mirror, read_answer, read_head, read_request, site};

#[tokio::test]
async fn requests_that_could_be_smuggled_are_refused_and_never_reach_the_site() {
    let address = site(|mut stream| async move {
        if let Some(request) = read_request(&mut stream).await {
            panic!("this came through: {}", request.head);
        }
    })
    .await;
    let gate = Plan::new(address).start().await;
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: -5\r\n\r\nhello",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "X-Folded: a\r\n b\r\n\r\n",
        "X-Bare: a\rb\r\n\r\n",
        "X-Nul: a\0b\r\n\r\n",
        "Host: open.test\r\n\r\n",
    ] {
        let answer = gate.ask(&format!("POST http://open.test/ HTTP/1.1\r\nHost: open.test\r\n{headers}")).await;
        assert_eq!(answer.status, 400, "{headers:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{headers:?}");
    }
    for request in [
        "GET http://open.test/ HTTP/1.1\r\n\r\n",
        "GET http://open.test/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET ftp://open.test/ HTTP/1.1\r\nHost: open.test\r\n\r\n",
        "GET http:///nowhere HTTP/1.1\r\nHost: open.test\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        assert_eq!(gate.ask(request).await.status, 400, "{request:?}");
    }
}

#[tokio::test]
async fn a_small_limit_of_headers_leaves_no_head_unwatched() {
    let gate = Plan::new(mirror().await).limits(|limits| limits.header_bytes = 1_000).start().await;
    let mut stream = gate.connect().await;
    let begun = format!("POST http://open.test/ HTTP/1.1\r\nHost: open.test\r\nX-Long: {}\r\n", "y".repeat(3_000));
    stream.set_nodelay(true).unwrap();
    for piece in begun.as_bytes().chunks(10) {
        // The gate reads the head in many pieces, most of them beyond its limit.
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    let _ = stream.write_all(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").await;
    assert_eq!(read_head(&mut stream).await.unwrap().status, 400);
}

#[tokio::test]
async fn a_second_request_hidden_in_a_body_is_not_answered() {
    let gate = Plan::new(mirror().await).start().await;
    let hidden = get("http://closed.test/hidden");
    let request = format!(
        "POST http://open.test/ HTTP/1.1\r\nHost: open.test\r\nContent-Length: {}\r\n\r\n{hidden}",
        hidden.len()
    );
    let mut stream = gate.connect().await;
    stream.write_all((request + &get("http://open.test/next")).as_bytes()).await.unwrap();
    assert!(read_answer(&mut stream, false).await.unwrap().text().ends_with(&hidden));
    assert!(read_answer(&mut stream, false).await.unwrap().text().starts_with("GET /next"));
}

#[tokio::test]
async fn the_gate_goes_neither_to_this_machine_nor_to_its_closest_network() {
    let secret = mirror().await;
    let port = secret.port();
    let gate = Plan::new(secret).settings(|settings| settings.plain_ports = [port].into()).start().await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "[fe80::1]",
        "224.0.0.1",
    ] {
        let answer = gate.get(&format!("http://{host}:{port}/")).await;
        // A machine may have no IPv6 and know no such name.
        let unknown = host == "localhost" && answer.status == 502;
        assert!(answer.status == 403 || unknown, "{host}: {} {}", answer.status, answer.text());
    }
    let line = gate.journal.done(1).await;
    assert_eq!((line.reason.as_str(), line.outcome), ("local-address", domain::Outcome::Blocked));
    let plan = Plan::new(secret).settings(|settings| settings.tunnel_ports = [port].into());
    let (_stream, answer) = plan.start().await.tunnel(&format!("127.0.0.1:{port}")).await;
    assert_eq!(answer.status, 403);
    let plan = Plan::new(secret).settings(|settings| settings.plain_ports = [port].into());
    let gate = plan.settings(|settings| settings.allow_local = true).start().await;
    assert_eq!(gate.get(&format!("http://127.0.0.1:{port}/")).await.status, 200);
}

#[tokio::test]
async fn headers_that_are_too_many_or_too_long_are_refused() {
    let gate = Plan::new(mirror().await).limits(|limits| limits.header_bytes = 8192).start().await;
    let many: String = (0..101).map(|number| format!("X-{number}: y\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "y".repeat(20_000));
    for headers in [many, long] {
        let answer = gate.ask(&format!("GET http://open.test/ HTTP/1.1\r\nHost: open.test\r\n{headers}\r\n")).await;
        assert_eq!(answer.status, 431);
    }
}

/// Clients that send half a head, or nothing.
async fn slow_clients(gate: &TestGate) -> Vec<TcpStream> {
    let mut slow = Vec::new();
    for number in 0..200 {
        let mut stream = gate.connect().await;
        let begun = if number % 2 == 0 { "GET http://open.test/ HTTP/1.1\r\nHost: op" } else { "" };
        stream.write_all(begun.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    slow
}

#[tokio::test]
async fn slow_clients_hold_nobody_up() {
    let plan = Plan::new(mirror().await).limits(|limits| limits.header_read = Duration::from_mins(5));
    let gate = plan.settings(|settings| settings.workers = 1).start().await;
    let slow = slow_clients(&gate).await;
    for _ in 0..20 {
        assert_eq!(gate.get("http://open.test/").await.status, 200);
    }
    for stream in slow {
        let unread = stream.try_read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(unread, Err(ErrorKind::WouldBlock), "it was closed, so the others may have waited for that");
    }
}

#[tokio::test]
async fn slow_clients_are_closed_in_the_end() {
    let plan = Plan::new(mirror().await).limits(|limits| limits.header_read = Duration::from_millis(300));
    let gate = plan.settings(|settings| settings.workers = 1).start().await;
    for mut stream in slow_clients(&gate).await {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_mins(1), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "still open");
    }
}

#[tokio::test]
async fn a_client_that_stops_reading_is_closed() {
    let address = site(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n").await;
        let block = vec![0; 1 << 20];
        while stream.write_all(&block).await.is_ok() {}
    })
    .await;
    let plan = Plan::new(address).limits(|limits| limits.body_idle = Duration::from_millis(300));
    let gate = plan.start().await;
    let mut stream = gate.connect().await;
    stream.write_all(get("http://open.test/").as_bytes()).await.unwrap();
    read_head(&mut stream).await.unwrap();
    let line = gate.journal.done(1).await;
    assert!(line.received < 100_000_000, "{line:?}");
    crate::harness::eventually(|| (gate.metrics.connections_open.get() == 0).then_some(())).await;
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let address = site(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await;
        std::future::pending::<()>().await;
    })
    .await;
    let plan = Plan::new(address).limits(|limits| limits.body_idle = Duration::from_millis(300));
    let gate = plan.start().await;
    let mut stream = gate.connect().await;
    stream.write_all(get("http://open.test/").as_bytes()).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(3), read_answer(&mut stream, false)).await;
    assert!(answer.expect("in time").is_none());
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let plan = Plan::new(mirror().await).limits(|limits| limits.connections_per_client = 3);
    let gate = plan.start().await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut stream = gate.connect().await;
        stream.write_all(get("http://open.test/").as_bytes()).await.unwrap();
        assert_eq!(read_answer(&mut stream, false).await.unwrap().status, 200);
        open.push(stream);
    }
    let mut one_more = gate.connect().await;
    assert_eq!(read_head(&mut one_more).await.unwrap().status, 429);
    open.pop();
    crate::harness::eventually(|| (gate.metrics.connections_open.get() == 2).then_some(())).await;
    assert_eq!(gate.get("http://open.test/").await.status, 200);
}

#[tokio::test]
async fn an_upgrade_to_another_http_is_not_handed_on() {
    let gate = Plan::new(mirror().await).start().await;
    let request = "GET http://open.test/ HTTP/1.1\r\nHost: open.test\r\nConnection: Upgrade, HTTP2-Settings\r\n\
                   Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n";
    let answer = gate.ask(request).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text().to_lowercase().contains("h2c"), "{}", answer.text());
    assert!(!answer.text().to_lowercase().contains("http2-settings"), "{}", answer.text());
}

#[tokio::test]
async fn a_tunnel_counts_as_a_connection_of_its_client_and_of_its_person_until_it_closes() {
    let (address, certificate) = crate::tunnels::tls_site().await;
    let plan = Plan::new(address).limits(|limits| limits.connections_per_client = 2);
    let gate = plan.start().await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let (stream, answer) = gate.tunnel("open.test:443").await;
        assert_eq!(answer.status, 200);
        open.push(crate::tunnels::tls(stream, "open.test", certificate.clone()).await.unwrap());
    }
    assert_eq!(gate.tunnel("open.test:443").await.1.status, 429);
    assert_eq!(gate.metrics.connections_open.get(), 2);
    open.clear();
    crate::harness::eventually(|| (gate.metrics.connections_open.get() == 0).then_some(())).await;
    let plan = Plan::new(address).limits(|limits| limits.connections_per_person = 1);
    let gate = plan.start().await;
    let (stream, _) = gate.tunnel("open.test:443").await;
    let _open = crate::tunnels::tls(stream, "open.test", certificate).await.unwrap();
    assert_eq!(gate.tunnel("open.test:443").await.1.status, 429);
}
