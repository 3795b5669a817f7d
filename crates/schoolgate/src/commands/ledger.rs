//! `schoolgate ledger verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::print_json;

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
    let data = match data {
        Some(data) => data.clone(),
        None => super::configuration(config.as_deref())?.data,
    };
    let records = data.join("records.sqlite");
    anyhow::ensure!(
        records.exists(),
        "there are no records at {}; name the data folder with --data",
        records.display()
    );
    let report = super::runtime()?.block_on(actions::verify_ledger(&records))?;
    if json {
        print_json(&report)?;
    } else {
        match &report.fault {
            None => println!("{} entries, each fits the one before it. The last is {}.", report.entries, report.hash),
            Some(fault) => println!("After {} entries that fit, {fault}.", report.entries),
        }
    }
    Ok(if report.fault.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
