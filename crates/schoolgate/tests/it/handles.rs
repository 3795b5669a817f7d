//! The program asks at its start for all the file handles that the system lets it have.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::commands::{configured, schoolgate};

/// Started with few handles, of which it may have more.
const FEW: usize = 256;
const MAY_HAVE: usize = 4_096;

struct Served {
    child: Child,
    desk: SocketAddr,
    gate: SocketAddr,
}

impl Served {
    fn start(config: &str) -> Served {
        let limited = format!("ulimit -S -n {FEW} && ulimit -H -n {MAY_HAVE} && exec \"$0\" \"$@\"");
        let mut child = Command::new("/bin/sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_schoolgate"), "serve", "--config", config])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = |before: &str| {
            let rest = line.split_once(before).unwrap_or_else(|| panic!("where it listens: {line}")).1;
            let address = rest.split([',', ' ']).next().expect("an address").trim().trim_end_matches('.');
            address.parse().unwrap_or_else(|error| panic!("{address}: {error}"))
        };
        Served { desk: address("desk listens on "), gate: address("gate on "), child }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Connections that say nothing and stay open.
fn silent(to: SocketAddr, count: usize) -> Vec<TcpStream> {
    (0..count).map(|_| TcpStream::connect(to).expect("a connection")).collect()
}

/// The status of the answer to one more.
fn status(to: SocketAddr, target: &str) -> String {
    let mut stream = TcpStream::connect(to).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit of time");
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n").expect("it is sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_low_limit_of_file_handles_is_raised_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configured(folder.path());
    assert_eq!(schoolgate(&["init", "--config", &config]).status.code(), Some(0));
    let served = Served::start(&config);
    // With as few as it was started with, the gate would take 24 connections and the desk 64.
    let at_gate = silent(served.gate, FEW + 20);
    let at_desk = silent(served.desk, 90);
    for (to, target) in [(served.gate, "http://example.org/"), (served.desk, "/sign-in")] {
        let status = status(to, target);
        assert!(status.starts_with("HTTP/1.1 ") && !["429", "503"].contains(&&status[9..]), "{to}: {status}");
    }
    drop((at_gate, at_desk));
}
