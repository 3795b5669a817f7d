//! The index of sites that the gate goes by, taken up anew when its file is replaced.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sites::Index;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::TICK;

/// Hands the gate a new index when the file is replaced. A bad one is refused whole and the old one stays.
pub async fn follow(
    path: Option<PathBuf>,
    sites: watch::Sender<Arc<Index>>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let Some(path) = path else {
        stop.cancelled().await;
        return Ok(());
    };
    let mut seen = modified(&path);
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = tick.tick() => {}
        }
        let now = modified(&path);
        if now == seen {
            continue;
        }
        seen = now;
        match Index::open(&path) {
            Ok(index) => {
                tracing::info!(names = index.len(), "a new index of sites is in use");
                sites.send_replace(Arc::new(index));
            }
            Err(error) => {
                let error = &error as &dyn Error;
                tracing::warn!(error, "the new index of sites is refused; the old one stays in use");
            }
        }
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|found| found.modified()).ok()
}
