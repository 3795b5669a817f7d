//! The site behind the proxies: the same kilobyte for every request, as cheaply as it can be had.

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const BODY: [u8; 1024] = [b'x'; 1024];

/// Serves until the process is ended; prints its address first.
///
/// # Errors
/// An address that can't be had.
pub fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(serve(stream));
        }
    })
}

async fn serve(mut stream: TcpStream) {
    let _slower_without = stream.set_nodelay(true);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", BODY.len());
    let answer = [head.as_bytes(), &BODY].concat();
    let mut buffer = [0; 4096];
    let mut filled = 0;
    while let Ok(length @ 1..) = stream.read(&mut buffer[filled..]).await {
        filled += length;
        if !buffer[..filled].ends_with(b"\r\n\r\n") {
            continue;
        }
        filled = 0;
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}
