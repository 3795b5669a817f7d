//! The ledger's last entry, noted in a file beside the records. Whoever puts other records in their place, or cuts the
//! ledger short, head and all, leaves a chain that fits; the note says that it went further.
//!
//! It is written after the commit, in place, and not flushed: after a power cut it may name an earlier entry, which the
//! ledger still holds. It never names an entry that was not kept.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

#[derive(Debug)]
pub(crate) struct Head {
    path: PathBuf,
}

/// An entry as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) sequence: i64,
    pub(crate) hash: String,
}

impl Head {
    pub(crate) fn at(path: &Path) -> Head {
        Head { path: path.to_owned() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// `None` where nothing was noted yet.
    ///
    /// # Errors
    /// A file that can't be read, or holds no note.
    pub(crate) fn read(&self) -> Result<Option<Noted>, Error> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => match parse(&text) {
                Some(noted) => Ok(Some(noted)),
                None => Err(Error::Head { path: self.path.display().to_string() }),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Error::File { path: self.path.display().to_string(), cause }),
        }
    }

    /// Notes what was just kept. The entry is on the disk already, so that a failure here is told, and nothing else.
    pub(crate) fn note(&self, noted: &Noted) {
        // As long each time, so that a newer note covers an older one whole and needs no room on the disk.
        let line = format!("{:020} {:64}\n", noted.sequence, noted.hash);
        let written = files::private_options()
            .write(true)
            .create(true)
            .open(&self.path)
            .and_then(|mut file| file.write_all(line.as_bytes()));
        if let Err(error) = written {
            tracing::error!(error = &error as &dyn std::error::Error, "the ledger's last entry could not be noted");
        }
    }
}

fn parse(text: &str) -> Option<Noted> {
    let (sequence, hash) = text.split_once(' ')?;
    Some(Noted { sequence: sequence.parse().ok()?, hash: hash.trim_end().to_owned() })
}
