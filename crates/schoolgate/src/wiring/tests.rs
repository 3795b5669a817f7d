use actions::{Actor, ImportFile, ImportPeople, InstallPolicy};
use testkit::SmallDisk;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::demo::school::Ready;

/// A school in this folder, its desk and gate on free ports.
fn configuration(data: &std::path::Path) -> Configuration {
    let mut configuration = Configuration { data: data.join("data"), ..Configuration::default() };
    configuration.listen.desk = "127.0.0.1:0".parse().unwrap();
    configuration.listen.gate = "127.0.0.1:0".parse().unwrap();
    configuration
}

/// Starts the program, once the threads of one that was stopped in this process have let go of its activity log.
async fn start(configuration: Configuration) -> anyhow::Result<Running> {
    let lock = configuration.data.join("activity").join("lock");
    let let_go = move || std::fs::File::open(lock).and_then(|lock| lock.lock());
    let waited = tokio::task::spawn_blocking(let_go).await?;
    assert!(waited.is_ok() || !configuration.data.join("activity").exists());
    Running::start(configuration, Index::empty).await
}

async fn stop(running: Running) {
    running.stop.cancel();
    running.run().await.unwrap();
}

/// The status line and all that follows, of one request.
async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn gate_answers(running: &Running) -> String {
    ask(running.gate, "GET http://127.0.0.1:9/ HTTP/1.1\r\nhost: 127.0.0.1:9\r\nconnection: close\r\n\r\n").await
}

async fn desk_answers(running: &Running, path: &str) -> String {
    ask(running.desk, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await
}

fn in_runtime(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(test);
}

#[test]
fn on_a_full_disk_the_program_starts_with_the_gate_up_and_goes_on_when_there_is_room() {
    let name = "wiring::tests::on_a_full_disk_the_program_starts_with_the_gate_up_and_goes_on_when_there_is_room";
    SmallDisk::with(name, 8, |disk| in_runtime(starts_with_the_gate_up(disk)));
}

async fn starts_with_the_gate_up(disk: &SmallDisk) {
    begin_school(&configuration(disk.path())).await.unwrap();
    stop(start(configuration(disk.path())).await.unwrap()).await;
    disk.fill();

    let running = start(configuration(disk.path())).await.expect("the program starts");
    let gate = gate_answers(&running).await;
    assert!(gate.starts_with("HTTP/1.1 407"), "{gate}");
    let desk = desk_answers(&running, "/sign-in").await;
    assert!(desk.starts_with("HTTP/1.1 200") || desk.contains("The desk is away for now"), "{desk}");
    stop(running).await;

    disk.empty();
    let running = start(configuration(disk.path())).await.unwrap();
    assert!(desk_answers(&running, "/sign-in").await.starts_with("HTTP/1.1 200"));
    stop(running).await;
}

/// Brings in a policy, and a pupil who has a password and has signed nothing.
async fn move_in(school: &Desk) {
    let policy = Ready::PrimaryWholeSchool;
    let install = InstallPolicy { file_name: format!("{}.md", policy.name()), text: policy.text().to_owned() };
    school.install_policy(&Actor::operator(), install).await.unwrap();
    let list = "username,name,audience,groups,roles,mail,children,password\n\
                ada,Ada Fernhaven,pupil,9B,,,,lantern-harbour-teapot\n";
    let files = vec![ImportFile { name: "people.csv".to_owned(), bytes: list.into() }];
    let import = ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    school.import_people(&Actor::operator(), import).await.unwrap();
}

/// What the pupil is shown who signs in at the gate.
async fn gate_answers_the_pupil(running: &Running) -> String {
    let credentials = "YWRhOmxhbnRlcm4taGFyYm91ci10ZWFwb3Q=";
    let head = "GET http://127.0.0.1:9/ HTTP/1.1\r\nhost: 127.0.0.1:9\r\nconnection: close\r\n";
    ask(running.gate, &format!("{head}proxy-authorization: Basic {credentials}\r\n\r\n")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_records_away_the_gate_starts_with_what_it_knew_last_and_the_desk_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = configuration(folder.path());
    begin_school(&configuration).await.unwrap();
    let running = start(configuration.clone()).await.unwrap();
    move_in(running.school.as_ref().expect("the records are there")).await;
    let before = gate_answers_the_pupil(&running).await;
    assert!(before.starts_with("HTTP/1.1 511"), "{before}");
    stop(running).await;

    let records = configuration.data.join("records.sqlite");
    std::fs::rename(&records, folder.path().join("elsewhere")).unwrap();
    let running = start(configuration).await.expect("the gate starts");
    assert!(running.school.is_none() && !records.exists(), "an empty school was begun");
    let after = gate_answers_the_pupil(&running).await;
    assert!(after.starts_with("HTTP/1.1 511"), "{after}");
    assert!(after.contains("schoolgate-clause: primary-whole-school#signing;"), "{after}");
    let desk = desk_answers(&running, "/sign-in").await;
    assert!(desk.starts_with("HTTP/1.1 503") && desk.contains("The desk is away for now"), "{desk}");
    stop(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_beyond_this_machine_speaks_https_or_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = configuration(folder.path());
    begin_school(&configuration).await.unwrap();
    configuration.listen.desk = "0.0.0.0:0".parse().unwrap();
    let refused = start(configuration.clone()).await.err().expect("refused");
    assert!(refused.to_string().contains("desk.url"), "{refused:#}");
    configuration.desk.trusted_proxies = vec!["10.0.0.1".parse().unwrap()];
    let fronted = start(configuration.clone()).await.err().expect("refused");
    assert!(fronted.to_string().contains("desk.url"), "a front that speaks HTTPS is told by the address: {fronted:#}");
    configuration.desk.trusted_proxies.clear();
    configuration.desk.url = "https://localhost".to_owned();
    let running = start(configuration).await.unwrap();
    assert!(running.desk_url.starts_with("https://localhost:"));
    let plain = desk_answers(&running, "/sign-in").await;
    assert!(plain.starts_with("HTTP/1.1 308") && plain.contains("location: https://localhost:"), "{plain}");
    stop(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_half_open_connections_at_the_desk_hold_up_neither_desk_nor_gate() {
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = configuration(folder.path());
    configuration.desk.limits.header_read = Duration::from_secs(2);
    configuration.desk.limits.connections_per_client = 450;
    begin_school(&configuration).await.unwrap();
    let running = start(configuration).await.unwrap();
    let mut half_open = Vec::new();
    for _ in 0..400 {
        let mut stream = TcpStream::connect(running.desk).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").await.unwrap();
        half_open.push(stream);
    }
    assert!(gate_answers(&running).await.starts_with("HTTP/1.1 407"));
    assert!(desk_answers(&running, "/sign-in").await.starts_with("HTTP/1.1 200"));
    for mut stream in half_open {
        let closed = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut Vec::new())).await;
        closed.expect("a head that never comes is not waited for").ok();
    }
    stop(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_read_where_the_configuration_says_and_follow_what_the_gate_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = configuration(folder.path());
    begin_school(&configuration).await.unwrap();
    let running = start(configuration.clone()).await.unwrap();
    assert_eq!(running.metrics, None, "it listens without being told to");
    stop(running).await;

    configuration.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    let running = start(configuration).await.unwrap();
    let metrics = running.metrics.unwrap();
    gate_answers(&running).await;
    gate_answers(&running).await;
    let read = ask(metrics, "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(read.starts_with("HTTP/1.1 200") && read.contains("text/plain; version=0.0.4"), "{read}");
    let figures: Vec<&str> = read.lines().filter(|line| line.starts_with("schoolgate_")).collect();
    for figure in
        ["schoolgate_gate_requests_total 2", "schoolgate_activity_dropped_total 0", "schoolgate_activity_kept 1"]
    {
        assert!(figures.contains(&figure), "{figure} is not among {figures:?}");
    }
    let described = |what: &str| read.lines().filter(|line| line.starts_with(what)).count();
    assert_eq!((described("# HELP "), described("# TYPE ")), (figures.len(), figures.len()));

    let mut half_sent = TcpStream::connect(metrics).await.unwrap();
    half_sent.write_all(b"GET /metrics HTTP/1.1\r\nhost: loc").await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), stop(running)).await.expect("nobody holds up the end");
}

/// The value of one figure.
async fn figure(running: &Running, name: &str) -> u64 {
    let metrics = running.metrics.expect("figures are served");
    let read = ask(metrics, "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let value = read.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {read}"))
}

#[test]
fn activity_that_can_not_be_written_down_is_counted_among_the_figures() {
    let name = "wiring::tests::activity_that_can_not_be_written_down_is_counted_among_the_figures";
    SmallDisk::with(name, 8, |disk| in_runtime(counts_what_is_not_written_down(disk)));
}

async fn counts_what_is_not_written_down(disk: &SmallDisk) {
    let mut configuration = configuration(disk.path());
    configuration.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    begin_school(&configuration).await.unwrap();
    let running = start(configuration).await.unwrap();
    gate_answers(&running).await;
    assert_eq!(figure(&running, "schoolgate_activity_dropped_total").await, 0);
    disk.fill();
    // The last page of the log's file has room for some more.
    for _ in 0..100 {
        gate_answers(&running).await;
    }
    let dropped = figure(&running, "schoolgate_activity_dropped_total").await;
    assert!((1..=100).contains(&dropped), "{dropped}");
    assert_eq!(figure(&running, "schoolgate_activity_kept").await, 0);
    assert_eq!(figure(&running, "schoolgate_gate_requests_total").await, 101);
    stop(running).await;
}
