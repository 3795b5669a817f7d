//! `schoolgate serve`: one school's desk and gate.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use sites::Index;
use tokio::sync::watch;

use crate::configuration::Configuration;
use crate::wiring::Running;

#[derive(Args)]
pub struct ServeArgs {
    /// The configuration; without one, everything has its default
    #[arg(long)]
    config: Option<PathBuf>,
}

pub fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let configuration = super::configuration(args.config.as_deref())?;
    super::log_to_stderr();
    super::runtime()?.block_on(async {
        let sites = watch::Sender::new(Arc::new(index(&configuration)?));
        let running = Running::start(configuration, sites).await?;
        println!("The desk listens on {}, the gate on {}.", running.desk, running.gate);
        running.run().await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The index that the configuration names, or the starter list.
pub fn index(configuration: &Configuration) -> anyhow::Result<Index> {
    Ok(match &configuration.lists.index {
        Some(path) => Index::open(path)?,
        None => sites::starter(),
    })
}
