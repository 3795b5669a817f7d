//! `schoolgate ledger verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::print_json;
use crate::output::say;

#[derive(Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    command: LedgerCommand,
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Walk the chain from the first entry, and name the first that does not fit
    Verify {
        #[arg(long)]
        config: Option<PathBuf>,
        /// The data folder; else the configuration's
        #[arg(long)]
        data: Option<PathBuf>,
    },
}

pub fn run(args: &LedgerArgs, json: bool) -> anyhow::Result<ExitCode> {
    let LedgerCommand::Verify { config, data } = &args.command;
    let configuration = super::configuration(config.as_deref())?;
    let data = data.as_ref().unwrap_or(&configuration.data);
    let report = super::runtime()?
        .block_on(actions::verify_ledger(&actions::Actor::operator(), data, &configuration.records))
        .context("name the data folder with --data, or the configuration with --config")?;
    if json {
        print_json(&report)?;
    } else {
        match &report.fault {
            None => say!("{} entries, each fits the one before it. The last is {}.", report.entries, report.hash)?,
            Some(fault) => say!("After {} entries that fit, {fault}.", report.entries)?,
        }
    }
    Ok(if report.fault.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
