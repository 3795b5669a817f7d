//! Bodies: streamed both ways, however long, with their trailers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{Plan, mirror, read_answer, read_head, read_request, site};

#[tokio::test]
async fn an_answer_arrives_while_the_site_is_still_writing_it() {
    let address = site(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n").await;
        std::future::pending::<()>().await;
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(crate::harness::get("http://open.test/").as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await.unwrap();
    assert_eq!(head.status, 200);
    let mut chunk = [0; 10];
    tokio::time::timeout(Duration::from_secs(2), stream.read_exact(&mut chunk)).await.unwrap().unwrap();
    assert_eq!(&chunk, b"5\r\nfirst\r\n");
}

#[tokio::test]
async fn a_huge_answer_is_not_held_while_the_client_does_not_read() {
    const HUGE: usize = 256 * 1024 * 1024;
    let written = Arc::new(AtomicU64::new(0));
    let count = written.clone();
    let address = site(move |mut stream| {
        let count = count.clone();
        async move {
            read_request(&mut stream).await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {HUGE}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            let block = vec![b'x'; 1 << 20];
            for _ in 0..HUGE >> 20 {
                if stream.write_all(&block).await.is_err() {
                    return;
                }
                count.fetch_add(1 << 20, Ordering::SeqCst);
            }
        }
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(crate::harness::get("http://open.test/huge").as_bytes()).await.unwrap();
    read_head(&mut stream).await.unwrap();
    let held = settled(&written).await;
    assert!(held < 48 << 20, "{held} bytes have left the site while nobody read");
    let (mut length, mut buffer) = (0, vec![0; 1 << 16]);
    while length < HUGE {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0 && buffer[..read].iter().all(|byte| *byte == b'x'), "at {length}");
        length += read;
    }
    assert_eq!(gate.journal.done(1).await.received, HUGE as u64);
}

/// A number once it has been above zero and the same for a tenth of a second.
async fn settled(number: &AtomicU64) -> u64 {
    let (mut last, mut since) = (0, Instant::now());
    crate::harness::eventually(|| {
        let now = number.load(Ordering::SeqCst);
        if now != last {
            (last, since) = (now, Instant::now());
        }
        (now > 0 && since.elapsed() > Duration::from_millis(100)).then_some(now)
    })
    .await
}

#[tokio::test]
async fn a_large_body_with_a_length_arrives_whole() {
    let gate = Plan::new(mirror().await).start().await;
    let body = "0123456789abcdef".repeat(1 << 16);
    let request =
        format!("POST http://open.test/up HTTP/1.1\r\nHost: open.test\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let answer = gate.ask(&request).await;
    assert!(answer.text().ends_with(&body));
    assert_eq!(gate.journal.done(1).await.sent, body.len() as u64);
}

#[tokio::test]
async fn a_chunked_body_and_its_trailers_arrive() {
    let gate = Plan::new(mirror().await).start().await;
    let request = "POST http://open.test/up HTTP/1.1\r\nHost: open.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n\
                   4\r\nabcd\r\n3;note=x\r\nefg\r\n0\r\nX-Sum: 7\r\n\r\n";
    let text = gate.ask(request).await.text();
    assert!(text.to_lowercase().contains("transfer-encoding: chunked\r\n"), "{text}");
    assert!(text.contains("abcdefg"), "{text}");
    assert!(text.to_lowercase().ends_with("x-sum: 7\n"), "{text}");
}

#[tokio::test]
async fn the_trailers_of_an_answer_arrive_where_the_client_takes_them() {
    let address = site(|mut stream| async move {
        while let Some(request) = read_request(&mut stream).await {
            assert_eq!(request.header("te"), Some("trailers"), "{}", request.head);
            let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n\
                           3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n";
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
    })
    .await;
    let gate = Plan::new(address).start().await;
    for number in 1..=2 {
        let request = "GET http://open.test/ HTTP/1.1\r\nHost: open.test\r\nTE: trailers\r\nConnection: TE\r\n\r\n";
        let answer = gate.ask(request).await;
        assert_eq!(answer.text(), "abc");
        assert_eq!(answer.trailers.to_lowercase(), "x-sum: 3\n");
        assert_eq!(gate.journal.done(number).await.received, 3);
    }
}

#[tokio::test]
async fn a_body_that_waits_for_a_word_is_asked_for_when_the_site_asks_for_it() {
    let address = site(|mut stream| async move {
        let Some(head) = read_head_of_request(&mut stream).await else { return };
        assert!(head.to_lowercase().contains("expect: 100-continue\r\n"), "{head}");
        let mut byte = [0];
        let early = tokio::time::timeout(Duration::from_millis(300), stream.read_exact(&mut byte)).await;
        assert!(early.is_err(), "the body came before it was asked for");
        let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        let mut body = [0; 4];
        stream.read_exact(&mut body).await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n").await;
        let _ = stream.write_all(&body).await;
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(expecting("http://open.test/").as_bytes()).await.unwrap();
    assert_eq!(read_head(&mut stream).await.unwrap().status, 100);
    stream.write_all(b"body").await.unwrap();
    assert_eq!(read_answer(&mut stream, false).await.unwrap().text(), "body");
}

#[tokio::test]
async fn a_body_that_nobody_wants_is_never_asked_for() {
    let address = site(|mut stream| async move {
        read_head_of_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n").await;
        std::future::pending::<()>().await;
    })
    .await;
    let gate = Plan::new(address).start().await;
    for (address, status) in [("http://open.test/", 413), ("http://closed.test/", 403)] {
        let mut stream = gate.connect().await;
        stream.write_all(expecting(address).as_bytes()).await.unwrap();
        assert_eq!(read_head(&mut stream).await.unwrap().status, status, "without 100 before");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_for_the_client_too() {
    let address = site(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await;
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(crate::harness::get("http://open.test/").as_bytes()).await.unwrap();
    assert!(read_answer(&mut stream, false).await.is_none());
    assert_eq!(gate.journal.done(1).await.received, 4);
}

fn expecting(address: &str) -> String {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    format!("POST {address} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
}

async fn read_head_of_request(stream: &mut tokio::net::TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
