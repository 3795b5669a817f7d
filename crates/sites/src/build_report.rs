//! What a build did, said while it happens and at the end.

use std::path::PathBuf;

use serde::Serialize;

/// How far a build is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Bytes read of all there are to read, and the file that is being read.
    Reading { file: &'a std::path::Path, done: u64, of: u64 },
    /// All is read; so many names and paths are being put in order.
    Arranging { names: u64, paths: u64 },
    /// The index is being written.
    Writing { bytes: u64 },
}

/// What a build read, kept and could not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BuildReport {
    /// Files read.
    pub files: u64,
    /// Lines read, comments among them.
    pub lines: u64,
    /// Distinct hosts in the index.
    pub names: u64,
    /// Distinct entries with a path.
    pub paths: u64,
    /// The size of the index.
    pub bytes: u64,
    /// Lines that could not be read.
    pub skipped: u64,
    /// The first of them.
    pub first_skipped: Vec<Skipped>,
    /// Publisher's categories that no line of the mapping speaks of; they were left out.
    pub unmapped: Vec<String>,
    /// Publisher's categories that the mapping leaves out.
    pub left_out: Vec<String>,
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub file: PathBuf,
    /// From 1.
    pub line: u64,
    pub reason: String,
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}: {}", self.file.display(), self.line, self.reason)
    }
}

/// How many unreadable lines are shown; all are counted.
const SHOWN: usize = 50;

impl BuildReport {
    pub(crate) fn skip(&mut self, file: &std::path::Path, line: u64, problem: &crate::LineProblem) {
        self.skipped += 1;
        if self.first_skipped.len() < SHOWN {
            self.first_skipped.push(Skipped { file: file.to_owned(), line, reason: problem.to_string() });
        }
    }
}
