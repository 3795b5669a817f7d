//! A gate, the sites behind it and a client before it, each on a port of its own.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use credentials::{HashCost, PasswordChecker, ThrottleSettings, hash_password};
use domain::{Activity, Audience, Clock, Identifiers, PersonId, Phase, Standing};
use feed::{Directory, Feed, Member};
use gate::{Feeds, Gate, GateLimits, GateSettings, Journal, Metrics, NotRecorded, Parts};
use jiff::Timestamp;
use policy::{Published, Rules, SchoolFacts, Source};
use proxy::Authority;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub const POLICY: &str = include_str!("policy.md");

/// As `POLICY`, but `open.test` is closed too.
pub fn stricter_policy() -> String {
    POLICY.replace(r#"["closed.test"]"#, r#"["closed.test", "open.test"]"#)
}

pub fn rules(text: &str) -> Arc<Rules> {
    let (document, problems) =
        policy::parse(&Source { name: "pupil-use.md".to_owned(), text: text.to_owned() }, domain::Roles::ready());
    assert!(problems.is_empty(), "{problems:?}");
    let document = Arc::new(document.expect("a document"));
    let always_open = vec!["help.test".parse().expect("a site")];
    let school = SchoolFacts { always_open, ..SchoolFacts::default() };
    Arc::new(Rules::compile(&[Published { document, version: domain::Version(3) }], &school))
}

pub fn ana() -> PersonId {
    PersonId(Uuid::from_u128(0xA4A))
}

pub fn pupil() -> Standing {
    Standing { person: Some(ana()), ..Standing::of(Audience::Pupil) }
}

/// Ana, a pupil, with the password `puss-in-boots`.
pub fn directory(standing: Standing) -> Directory {
    directory_with_password(standing, "puss-in-boots")
}

pub fn directory_with_password(standing: Standing, password: &str) -> Directory {
    let mut directory = Directory::default();
    directory.insert(ana(), "ana", Member { standing, password: Some(hash(password)) });
    directory
}

pub fn hash(password: &str) -> String {
    hash_password(HashCost::CHEAP, password, *b"some salt of our")
}

/// A clock that goes on by itself and can be put forward.
pub struct TestClock {
    start: Instant,
    ahead: AtomicU64,
}

impl TestClock {
    pub fn turn(&self, by: Duration) {
        self.ahead.fetch_add(u64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let morning: Timestamp = "2026-05-12T09:00:00Z".parse().unwrap();
        let passed = self.start.elapsed() + Duration::from_millis(self.ahead.load(Ordering::SeqCst));
        morning + jiff::SignedDuration::try_from(passed).unwrap()
    }
}

#[derive(Default)]
struct Counter(AtomicU64);

impl Identifiers for Counter {
    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[2..]
            .copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        bytes
    }
}

#[derive(Default)]
pub struct Kept {
    lines: Mutex<Vec<Activity>>,
    pub broken: std::sync::atomic::AtomicBool,
}

impl Journal for Kept {
    fn record(&self, activity: &Activity) -> Result<(), NotRecorded> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(NotRecorded);
        }
        self.lines.lock().unwrap().push(activity.clone());
        Ok(())
    }
}

impl Kept {
    pub fn lines(&self) -> Vec<Activity> {
        self.lines.lock().unwrap().clone()
    }

    /// The last line, once there are `count` that are done.
    pub async fn done(&self, count: usize) -> Activity {
        let waited = eventually(|| {
            let lines: Vec<_> = self.lines().into_iter().filter(|line| line.phase == Phase::Done).collect();
            (lines.len() >= count).then(|| lines[count - 1].clone())
        });
        waited.await
    }
}

/// Waits until there is something, five seconds at the most.
pub async fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..500 {
        if let Some(found) = look() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to pass within five seconds");
}

/// A gate under test.
pub struct TestGate {
    pub address: SocketAddr,
    pub school: watch::Sender<Arc<Feed>>,
    pub journal: Arc<Kept>,
    pub clock: Arc<TestClock>,
    pub metrics: Arc<Metrics>,
    pub passwords: Arc<PasswordChecker>,
    pub authority: Arc<Authority>,
    pub stop: CancellationToken,
    serving: Option<JoinHandle<()>>,
    _sites: watch::Sender<Arc<sites::Index>>,
    _folder: tempfile::TempDir,
}

impl Drop for TestGate {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What a test wants otherwise.
pub struct Plan {
    pub settings: GateSettings,
    pub throttle: ThrottleSettings,
    pub directory: Directory,
    pub signed_in_here: bool,
}

impl Plan {
    /// Ana is signed in at the desk from this machine; the sites' names lead to `site`.
    pub fn new(site: SocketAddr) -> Plan {
        let names =
            ["open.test", "closed.test", "social.test", "other.test", "help.test", "forcesafesearch.google.com"];
        let hosts = names.iter().map(|name| ((*name).to_owned(), site)).collect::<HashMap<_, _>>();
        let settings = GateSettings {
            school: "Meadow School".to_owned(),
            desk_url: "https://desk.test/".to_owned(),
            hosts,
            workers: 2,
            limits: GateLimits { shutdown: Duration::from_secs(1), ..GateLimits::default() },
            ..GateSettings::default()
        };
        Plan { settings, throttle: ThrottleSettings::default(), directory: directory(pupil()), signed_in_here: true }
    }

    pub fn limits(mut self, change: impl FnOnce(&mut GateLimits)) -> Plan {
        change(&mut self.settings.limits);
        self
    }

    pub fn settings(mut self, change: impl FnOnce(&mut GateSettings)) -> Plan {
        change(&mut self.settings);
        self
    }

    pub fn throttle(mut self, change: impl FnOnce(&mut ThrottleSettings)) -> Plan {
        change(&mut self.throttle);
        self
    }

    pub fn standing(mut self, standing: Standing) -> Plan {
        self.directory = directory(standing);
        self
    }

    pub fn nobody_signed_in(mut self) -> Plan {
        self.signed_in_here = false;
        self
    }

    pub async fn start(mut self) -> TestGate {
        if self.signed_in_here {
            self.directory.sign_in(IpAddr::V4(Ipv4Addr::LOCALHOST), ana());
        }
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock { start: Instant::now(), ahead: AtomicU64::new(0) });
        let authority = Arc::new(Authority::load_or_create(folder.path(), "Meadow School", &*clock).unwrap());
        let feed = Feed { rules: rules(POLICY), directory: Arc::new(self.directory) };
        let (school, school_feed) = watch::channel(Arc::new(feed));
        let (sites, sites_feed) = watch::channel(Arc::new(sites::Index::empty()));
        let (journal, metrics) = (Arc::new(Kept::default()), Arc::new(Metrics::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let passwords = Arc::new(PasswordChecker::new(self.throttle, HashCost::CHEAP, &Counter::default()));
        let parts = Parts {
            passwords: passwords.clone(),
            settings: self.settings,
            feeds: Feeds { school: school_feed, sites: sites_feed },
            journal: journal.clone(),
            clock: clock.clone(),
            identifiers: Arc::new(Counter::default()),
            metrics: metrics.clone(),
        };
        let made = Arc::new(Gate::new(parts));
        let served = proxy::serve(listener, made, authority.clone(), stop.clone());
        let serving = tokio::spawn(async { served.await.expect("it ends well") });
        TestGate {
            address,
            school,
            journal,
            clock,
            metrics,
            passwords,
            authority,
            stop,
            serving: Some(serving),
            _sites: sites,
            _folder: folder,
        }
    }
}

impl TestGate {
    /// Stops it and waits until it has ended, ten seconds at the most.
    pub async fn stopped(&mut self) {
        self.stop.cancel();
        if let Some(serving) = self.serving.take() {
            tokio::time::timeout(Duration::from_secs(10), serving).await.expect("in time").expect("no panic");
        }
    }

    pub fn new_rules(&self, rules: Arc<Rules>) {
        self.school.send_modify(|feed| *feed = Arc::new(Feed { rules, ..Feed::clone(feed) }));
    }

    pub fn new_directory(&self, directory: Directory) {
        let directory = Arc::new(directory);
        self.school.send_modify(|feed| *feed = Arc::new(Feed { directory, ..Feed::clone(feed) }));
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes as they are and reads one answer.
    pub async fn ask(&self, request: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut stream, request.starts_with("HEAD")).await.expect("an answer")
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.ask(&get(address)).await
    }

    /// A tunnel as far as the gate's answer.
    pub async fn tunnel(&self, authority: &str) -> (TcpStream, Answer) {
        self.tunnel_with(authority, "").await
    }

    /// A tunnel that is asked for with more headers.
    pub async fn tunnel_with(&self, authority: &str, headers: &str) -> (TcpStream, Answer) {
        let mut stream = self.connect().await;
        let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_head(&mut stream).await.expect("an answer");
        (stream, answer)
    }
}

pub fn get(address: &str) -> String {
    let host = address.trim_start_matches("http://").split('/').next().unwrap();
    format!("GET {address} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

pub fn basic(name: &str, password: &str) -> String {
    let token = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
    format!("Proxy-Authorization: Basic {token}\r\n")
}

/// An answer as it came.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    pub trailers: String,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

/// Reads up to the end of the headers, not a byte further.
pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = tokio::time::timeout(Duration::from_secs(10), stream.read_u8()).await.expect("in time");
        head.push(byte.ok()?);
    }
    let head = String::from_utf8(head).expect("a head is text");
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head, ..Answer::default() })
}

async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(line).ok()?.trim_end().to_owned())
}

/// Reads one answer with its body, however that is framed. `None`: the connection was closed instead.
pub async fn read_answer(stream: &mut (impl AsyncRead + Unpin), no_body: bool) -> Option<Answer> {
    let mut answer = read_head(stream).await?;
    if no_body || matches!(answer.status, 100..=199 | 204 | 304) {
        return Some(answer);
    }
    if let Some(length) = answer.header("content-length") {
        answer.body = vec![0; length.parse().expect("a length")];
        stream.read_exact(&mut answer.body).await.ok()?;
    } else if answer.header("transfer-encoding").is_some() {
        loop {
            let size = usize::from_str_radix(read_line(stream).await?.split(';').next()?, 16).ok()?;
            if size == 0 {
                break;
            }
            let mut chunk = vec![0; size];
            stream.read_exact(&mut chunk).await.ok()?;
            answer.body.append(&mut chunk);
            read_line(stream).await?;
        }
        loop {
            let line = read_line(stream).await?;
            if line.is_empty() {
                break;
            }
            answer.trailers += &format!("{line}\n");
        }
    } else {
        stream.read_to_end(&mut answer.body).await.ok()?;
    }
    Some(answer)
}

/// A site: `serve` is called with each connection.
pub async fn site<F, Served>(serve: F) -> SocketAddr
where
    F: Fn(TcpStream) -> Served + Send + Sync + 'static,
    Served: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// A site that answers each request with the request's own headers and body.
pub async fn mirror() -> SocketAddr {
    site(|mut stream| async move {
        while let Some(request) = read_request(&mut stream).await {
            let body = [request.head.as_bytes(), &request.body, request.trailers.as_bytes()].concat();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", body.len());
            if stream.write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
                return;
            }
        }
    })
    .await
}

/// Reads one request as a site does.
pub async fn read_request(stream: &mut TcpStream) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let mut request = Answer { head: String::from_utf8(head).ok()?, ..Answer::default() };
    if let Some(length) = request.header("content-length") {
        request.body = vec![0; length.parse().ok()?];
        stream.read_exact(&mut request.body).await.ok()?;
    } else if request.header("transfer-encoding").is_some() {
        loop {
            let size = usize::from_str_radix(&read_line(stream).await?, 16).ok()?;
            if size == 0 {
                break;
            }
            let mut chunk = vec![0; size];
            stream.read_exact(&mut chunk).await.ok()?;
            request.body.append(&mut chunk);
            read_line(stream).await?;
        }
        loop {
            let line = read_line(stream).await?;
            if line.is_empty() {
                break;
            }
            request.trailers += &format!("{line}\n");
        }
    }
    Some(request)
}
