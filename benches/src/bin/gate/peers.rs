//! Debian's proxies, started for the benchmark.

use std::fs::Permissions;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};
use benches::traffic::process::Peer;

/// Debian's tinyproxy, where it is installed.
pub fn tinyproxy(folder: &Path) -> Result<Option<Peer>> {
    let Some(program) = installed("tinyproxy") else { return Ok(None) };
    let address = free_address()?;
    let text = format!(
        "Port {}\nListen 127.0.0.1\nTimeout 60\nMaxClients 1000\nAllow 127.0.0.1\nLogFile \"{}\"\nLogLevel Connect\n",
        address.port(),
        folder.join("tinyproxy.log").display()
    );
    let configuration = folder.join("tinyproxy.conf");
    std::fs::write(&configuration, text)?;
    start(Command::new(program).arg("-d").arg("-c").arg(configuration), address).map(Some)
}

/// Debian's squid, where it is installed: one process, no cache, an access log.
pub fn squid(folder: &Path) -> Result<Option<Peer>> {
    let Some(program) = installed("squid") else { return Ok(None) };
    let address = free_address()?;
    // It changes to a user of its own, who must be able to write here.
    std::fs::set_permissions(folder, Permissions::from_mode(0o777))?;
    let at = |name: &str| folder.join(name).display().to_string();
    let text = format!(
        "http_port {address}\nhttp_access allow all\ncache deny all\ncache_mem 0 MB\n\
         access_log stdio:{}\ncache_log {}\npid_filename {}\ncoredump_dir {}\n\
         visible_hostname bench.invalid\nshutdown_lifetime 0 seconds\nmax_filedescriptors 4096\n",
        at("access.log"),
        at("cache.log"),
        at("squid.pid"),
        folder.display()
    );
    let configuration = folder.join("squid.conf");
    std::fs::write(&configuration, text)?;
    start(Command::new(program).arg("-N").arg("-f").arg(configuration), address).map(Some)
}

fn start(command: &mut Command, address: SocketAddr) -> Result<Peer> {
    let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut peer = Peer { address, process };
    for _ in 0..100 {
        if TcpStream::connect(address).is_ok() {
            return Ok(peer);
        }
        if let Some(status) = peer.process.try_wait()? {
            bail!("{command:?} ended at once: {status}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("{command:?} does not listen at {address}")
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Where a program is; says so where it is not.
fn installed(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&folders).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        println!("{name} is not installed, so it does not take part: apt-get install {name}");
    }
    found
}
