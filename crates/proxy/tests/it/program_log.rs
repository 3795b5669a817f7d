//! The program's own log: why something failed, and nothing about anybody.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

use crate::harness::{Plan, basic};
use crate::tunnels::{school, tls, tls_site};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    /// Everything that any thread and any library logs from now on. Nextest gives each test a process of its own.
    fn everything() -> Written {
        let written = Written::default();
        let writer = written.clone();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        written
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn nothing_that_the_program_logs_names_a_site_a_person_or_an_address() {
    let written = Written::everything();
    let (address, certificate) = tls_site().await;
    let mut gate = Plan::new(address).start().await;
    gate.ask(&format!("GET http://open.test/ HTTP/1.1\r\nHost: open.test\r\n{}\r\n", basic("ana", "guess"))).await;
    gate.get("http://closed.test/secret").await;
    let (stream, _) = gate.tunnel("open.test:443").await;
    tls(stream, "open.test", certificate.clone()).await.unwrap();
    let (stream, _) = gate.tunnel("closed.test:443").await;
    let mut stream = tls(stream, "closed.test", school(&gate)).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: closed.test\r\n\r\n").await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
    let (stream, _) = gate.tunnel("closed.test:443").await;
    assert!(tls(stream, "closed.test", certificate).await.is_err(), "who does not trust the authority");
    gate.get("http://no-such-name.invalid/").await;
    gate.get("http://127.0.0.1/").await;
    gate.stopped().await;
    let text = written.text();
    assert!(text.contains("a site was not reached"), "something was logged at all: {text}");
    for word in ["open.test", "closed.test", "no-such-name", "127.0.0.1", "ana", "guess", "secret"] {
        let line = text.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{word}");
    }
}

#[tokio::test]
async fn why_a_site_was_not_reached_is_logged_with_its_cause_and_not_with_every_request() {
    let written = Written::everything();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let gate = Plan::new(nobody).start().await;
    for _ in 0..20 {
        assert_eq!(gate.get("http://open.test/").await.status, 502);
    }
    let text = written.text();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("a site was not reached")).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("Connection refused"), "{}", lines[0]);
}
