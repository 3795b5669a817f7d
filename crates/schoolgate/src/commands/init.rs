//! `schoolgate init`: begins a school in an empty data folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::output::say;

#[derive(Args)]
pub struct InitArgs {
    /// The configuration; without one, everything has its default
    #[arg(long)]
    config: Option<PathBuf>,
}

pub fn run(args: &InitArgs) -> anyhow::Result<ExitCode> {
    let configuration = super::configuration(args.config.as_deref())?;
    super::runtime()?.block_on(crate::wiring::begin_school(&configuration))?;
    say!(
        "A school is begun in {}. Bring its people in with 'schoolgate people import', its policy with 'schoolgate policy \
         install', then start 'schoolgate serve'.",
        configuration.data.display()
    )?;
    Ok(ExitCode::SUCCESS)
}
