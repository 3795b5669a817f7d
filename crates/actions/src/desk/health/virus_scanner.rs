//! What looks for viruses in a file before it is kept. The program hands it over, since nothing here knows a network.

use std::pin::Pin;

use jiff::Timestamp;

use crate::desk::desk_state::Desk;

/// A look at a file that goes on.
pub type Scanning<'c> = Pin<Box<dyn Future<Output = Result<Scanned, NotScanned>> + Send + 'c>>;

/// A scanner that can be asked.
pub trait VirusScanner: Send + Sync + 'static {
    fn scan<'c>(&'c self, content: &'c [u8]) -> Scanning<'c>;
}

/// What a scanner said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    Clean,
    /// `found` is what the scanner calls it.
    Infected {
        found: String,
    },
}

/// The scanner could not look at a file. The cause is for the program's log; it says nothing of the file but its length.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotScanned(pub String);

/// How the scanner was when it was last needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScannerState {
    /// The configuration names none: files are kept unscanned.
    #[default]
    None,
    Answers,
    /// It has not been of use since, and no file was kept.
    Away {
        since: Timestamp,
    },
}

impl Desk {
    /// How the virus scanner was when it was last needed.
    pub fn scanner_state(&self) -> ScannerState {
        match (self.scanner(), *self.scanner_away()) {
            (None, _) => ScannerState::None,
            (Some(_), None) => ScannerState::Answers,
            (Some(_), Some(since)) => ScannerState::Away { since },
        }
    }

    /// Has the scanner look at a file; where there is none, nobody looks.
    pub(crate) async fn scan(&self, content: &[u8]) -> Result<Scanned, NotScanned> {
        let Some(scanner) = self.scanner() else { return Ok(Scanned::Clean) };
        let scanned = scanner.scan(content).await;
        let mut away = self.scanner_away();
        match &scanned {
            Ok(_) => *away = None,
            Err(cause) => {
                tracing::error!(%cause, "a file could not be scanned for viruses, and was not kept");
                away.get_or_insert(self.now());
            }
        }
        drop(away);
        scanned
    }
}
