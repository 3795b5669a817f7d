//! Threads of the log's own, so that searching and sealing never take the gate's.

use std::future::Future;
use std::io;

use tokio::runtime::Runtime;
use tokio::task::{JoinError, JoinHandle};

/// Runs the log's long work.
pub struct LongWork {
    /// `Some` until it is dropped.
    runtime: Option<Runtime>,
}

impl LongWork {
    pub fn start(threads: usize) -> io::Result<LongWork> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("activity-search")
            .enable_all()
            .build()?;
        Ok(LongWork { runtime: Some(runtime) })
    }

    /// Runs the work to its end, even when nobody waits for it any longer.
    pub async fn finish<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        answer((&mut self.spawn(work)).await)
    }

    /// Runs the work for as long as somebody waits for it.
    pub async fn answer<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        answer((&mut Waited(self.spawn(work)).0).await)
    }

    fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.runtime.as_ref().expect("the runtime is there until this is dropped").spawn(work)
    }
}

impl Drop for LongWork {
    fn drop(&mut self) {
        // Dropping a runtime waits, which another runtime's thread must not do.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Waited<T>(JoinHandle<T>);

impl<T> Drop for Waited<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn answer<T>(outcome: Result<T, JoinError>) -> T {
    match outcome.map_err(JoinError::try_into_panic) {
        Ok(answer) => answer,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => unreachable!("work ends by itself or with these threads, which its caller holds"),
    }
}
