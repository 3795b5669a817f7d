//! The thread that brings appended lines to the disk.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::writer::Writer;

/// Syncs the writer at each interval until it is dropped, and once more then.
pub struct Syncing {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Syncing {
    pub fn start(writer: Arc<Writer>, every: Duration) -> io::Result<Syncing> {
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new().name("activity-sync".to_owned()).spawn(move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                writer.sync();
            }
            writer.sync();
        })?;
        Ok(Syncing { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Syncing {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}
