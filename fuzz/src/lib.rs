//! Fuzz targets: what comes in from outside, by the place where it comes in.
//!
//! A target is a plain function of bytes that panics when something that must hold doesn't. Two things drive it: the
//! short run in `tests/`, part of every `make test`, which changes seeds blindly for a few seconds; and `guided/`, which
//! is led by what code an input reaches, for as long as one likes (`make fuzz TARGET=… SECONDS=…`).
//!
//! To add a target: a module with `pub const TARGET: Target`, its line in [`TARGETS`] and in the README, and its sentence
//! in `tests/short_run.rs`. What lies behind a crate's public names is opened by that crate's `fuzzing` module.

mod mutation;
mod run;
mod text;

pub mod address;
pub mod case_file;
pub mod client_hello;
pub mod hot_line;
pub mod index_bytes;
pub mod people_csv;
pub mod policy_text;
pub mod request_framing;
pub mod stories;
pub mod worked_examples;

pub use run::{Ran, replay, run};

/// One place where bytes come in from outside.
pub struct Target {
    /// As `make fuzz TARGET=…` takes it.
    pub name: &'static str,
    /// Inputs to begin from, each of them sound.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words that mean something to the reader, which blind changes would seldom hit on.
    pub words: &'static [&'static str],
    /// Panics when something that must hold doesn't.
    pub check: fn(&[u8]),
}

pub const TARGETS: &[&Target] = &[
    &address::TARGET,
    &case_file::TARGET,
    &client_hello::TARGET,
    &hot_line::TARGET,
    &index_bytes::TARGET,
    &people_csv::TARGET,
    &policy_text::TARGET,
    &request_framing::TARGET,
    &stories::TARGET,
    &worked_examples::TARGET,
];

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
