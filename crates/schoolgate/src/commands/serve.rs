//! `schoolgate serve`: one school's desk and gate.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::output::say;
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
        let running = Running::start(configuration, sites::starter).await?;
        // The school is served whether or not anybody reads this.
        let _ = show(&running);
        running.run().await
    })?;
    Ok(ExitCode::SUCCESS)
}

fn show(running: &Running) -> anyhow::Result<()> {
    say!("The desk listens on {}, the gate on {}.", running.desk, running.gate)?;
    if let Some(metrics) = running.metrics {
        say!("Figures for a monitoring system are at http://{metrics}/metrics.")?;
    }
    Ok(())
}
