//! Debian's PostgreSQL, started by the first test that needs it and shared by all: by threads, and by the processes of a
//! test runner that gives each test its own. It listens on a socket in a folder of its own, keeps nothing, and is stopped
//! and removed when the last test has ended.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::AssertSqlSafe;

/// The server, for as long as this process lives.
struct Server {
    folder: PathBuf,
    /// Held shared: whoever holds it alone knows that no test needs the server.
    _in_use: File,
}

/// A new, empty database; its address.
pub async fn new_database() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(Server::start);
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(&server.address("postgres")).await.expect("the server answers");
    let create = format!("CREATE DATABASE {name} TEMPLATE template0");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&pool).await.expect("a database");
    pool.close().await;
    server.address(&name)
}

impl Server {
    fn start() -> Server {
        let folder = folder();
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        let in_use = File::create(folder.join("in-use")).expect("a lock");
        in_use.lock_shared().expect("the lock is shared");
        let starting = File::create(folder.join("starting")).expect("a lock");
        starting.lock().expect("one starts it");
        let server = Server { folder, _in_use: in_use };
        if !server.is_up() {
            server.begin();
            server.stop_when_nobody_needs_it();
        }
        server
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://schoolgate@localhost/{database}?host={}", self.folder.display())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn is_up(&self) -> bool {
        self.data().exists()
            && program("pg_ctl")
                .arg("status")
                .arg("-D")
                .arg(self.data())
                .output()
                .is_ok_and(|done| done.status.success())
    }

    fn begin(&self) {
        if is_root() {
            run(Command::new("chown").arg("postgres:").arg(&self.folder));
        }
        let _ = std::fs::remove_dir_all(self.data());
        run(program("initdb").arg("-D").arg(self.data()).args([
            "--username=schoolgate",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]));
        let options = format!(
            "-k {} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=300",
            self.folder.display()
        );
        run(program("pg_ctl")
            .args(["start", "-w", "-o", &options, "-l"])
            .arg(self.folder.join("log"))
            .arg("-D")
            .arg(self.data()));
    }

    /// Leaves a process behind that waits until no test holds the lock.
    fn stop_when_nobody_needs_it(&self) {
        let stop = program("pg_ctl");
        let words: Vec<String> = std::iter::once(stop.get_program())
            .chain(stop.get_args())
            .map(|word| format!("'{}'", word.to_string_lossy()))
            .collect();
        let folder = self.folder.display();
        let script = format!(
            "sleep 2; exec flock '{folder}/in-use' sh -c \"{} stop -m immediate -D '{folder}/data'; rm -rf '{folder}/data'\"",
            words.join(" ")
        );
        // It outlives this program on purpose: 'setsid --fork' ends at once and leaves it to the system.
        Command::new("setsid")
            .args(["--fork", "sh", "-c", &script])
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("somebody to stop the server");
    }
}

/// Short, for a socket's path may have some hundred letters; one for each build folder.
fn folder() -> PathBuf {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    env!("CARGO_TARGET_TMPDIR").hash(&mut hasher);
    std::env::temp_dir().join(format!("schoolgate-postgresql-{:08x}", hasher.finish() >> 32))
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// One of the server's programs. It refuses to run as root, so there it runs as the user that Debian made for it.
fn program(name: &str) -> Command {
    let path = programs().join(name);
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(path);
    command
}

/// Debian keeps each version's programs in a folder of their own; the newest serves.
fn programs() -> PathBuf {
    let versions = Path::new("/usr/lib/postgresql");
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(versions)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    let newest = found.pop().expect("PostgreSQL is not installed: run scripts/packages.sh postgresql");
    newest.1
}

fn run(command: &mut Command) {
    let done = command.current_dir("/").stdin(Stdio::null()).output().expect("the program starts");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}
