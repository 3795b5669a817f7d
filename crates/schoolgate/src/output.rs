//! What a command prints. Whoever reads it may stop early (`schoolgate … | head`), and then the command ends quietly, as
//! other programs do; `println!` would panic.

use std::fmt::Arguments;
use std::io::{self, Write};

/// Nobody reads any more what the command prints.
#[derive(Debug)]
pub struct ReaderGone;

impl std::fmt::Display for ReaderGone {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("nobody reads what is printed")
    }
}

impl std::error::Error for ReaderGone {}

/// Prints to standard output. The macro `say!` calls it with a line.
pub fn print(words: Arguments<'_>) -> anyhow::Result<()> {
    printed(io::stdout().lock().write_fmt(words))
}

/// What came of printing: [`ReaderGone`] stands for a closed pipe, so that no other connection that breaks is taken for
/// it.
pub fn printed(outcome: io::Result<()>) -> anyhow::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ReaderGone.into()),
        Err(error) => Err(anyhow::Error::new(error).context("standard output can't be written to")),
        Ok(()) => Ok(()),
    }
}

/// Prints a line to standard output: `println!` that gives an error where nobody reads.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::output::print(format_args!("{}\n", format_args!($($words)*)))
    };
}
pub(crate) use say;
