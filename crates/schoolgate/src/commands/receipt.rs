//! `schoolgate receipt verify`: a signature's receipt, checked with no network and no database.

use std::path::PathBuf;
use std::process::ExitCode;

use actions::VerifiedReceipt;
use clap::{Args, Subcommand};

use super::print_json;
use crate::output::say;

#[derive(Args)]
pub struct ReceiptArgs {
    #[command(subcommand)]
    command: ReceiptCommand,
}

#[derive(Subcommand)]
enum ReceiptCommand {
    /// Whether a receipt is whole and was made with the school's key
    Verify {
        file: PathBuf,
        /// The fingerprint of the school's key, as the desk shows it under 'Help' and beside each agreement. Anybody can
        /// make a receipt with a key of their own
        #[arg(long, value_name = "FINGERPRINT")]
        school: String,
    },
}

pub fn run(args: &ReceiptArgs, json: bool) -> anyhow::Result<ExitCode> {
    let ReceiptCommand::Verify { file, school } = &args.command;
    let text = super::read(file)?;
    match actions::verify_receipt(text.as_bytes(), school) {
        Ok(receipt) if json => print_json(&receipt)?,
        Ok(receipt) => show(&receipt)?,
        Err(fault) => {
            eprintln!("{}: {fault}", file.display());
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(receipt: &VerifiedReceipt) -> anyhow::Result<()> {
    let said = &receipt.content;
    say!("This receipt is whole, and the school's key signed it.")?;
    say!("  {} signed '{}', version {}, as '{}'", said.signed_by, said.title, said.version, said.printed_name)?;
    say!("  for {}, on {}, at {}", said.signed_for, said.signed_at, said.school)?;
    if let (Some(by), Some(at)) = (&said.countersigned_by, &said.countersigned_at) {
        say!("  accepted for the school by {by}, on {at}")?;
    }
    say!("  text {} ({} clauses)", said.text_sha256, said.clauses)?;
    say!("  key  {}", receipt.fingerprint)?;
    Ok(())
}
