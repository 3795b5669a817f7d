//! Schoolgate: a school's acceptable-use policy as a running system.
//!
//! This crate is the program: its commands, its configuration, and the wiring that hands each room what it needs. It
//! decides nothing itself. To add a command: a file in `commands/` with its arguments and `run`, and a line in
//! [`Command`].
//!
//! Exit codes: 0 done; 1 the answer is no (a check failed, a verdict is 'blocked'); 2 wrong use, or it could not be done;
//! 141 whoever read the output stopped reading.

#![deny(clippy::print_stdout, reason = "it panics on a closed pipe: `say!` gives an error")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod clock;
mod commands;
mod configuration;
mod demo;
mod output;
mod wiring;

/// A school's acceptable-use policy as a running system.
#[derive(Parser)]
#[command(name = "schoolgate", version, about, max_term_width = 100)]
struct Arguments {
    /// Print JSON instead of words.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A sample school on this machine: the desk, the gate, a little web to browse, people to be
    Demo(commands::demo::DemoArgs),
    /// Begin a school in an empty data folder
    Init(commands::init::InitArgs),
    /// The real thing: the desk and the gate for one school
    Serve(commands::serve::ServeArgs),
    /// Check, explain and compare policies
    Policy(commands::policy::PolicyArgs),
    /// What the gate would say of an address, and on which clause
    Decide(commands::decide::DecideArgs),
    /// Build and look up lists of sites
    Lists(commands::lists::ListsArgs),
    /// Bring people in from a file
    People(commands::people::PeopleArgs),
    /// The school's roles, and the duties that they carry
    Roles(commands::roles::RolesArgs),
    /// Search what has passed the gate, for a stated purpose
    Activity(commands::activity::ActivityArgs),
    /// The chain of everything that was done
    Ledger(commands::ledger::LedgerArgs),
    /// Check a receipt of a signature, with no network and no database
    Receipt(commands::receipt::ReceiptArgs),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    let done = match &arguments.command {
        Command::Demo(args) => commands::demo::run(args, json),
        Command::Init(args) => commands::init::run(args),
        Command::Serve(args) => commands::serve::run(args),
        Command::Policy(args) => commands::policy::run(args, json),
        Command::Decide(args) => commands::decide::run(args, json),
        Command::Lists(args) => commands::lists::run(args, json),
        Command::People(args) => commands::people::run(args, json),
        Command::Roles(args) => commands::roles::run(args, json),
        Command::Activity(args) => commands::activity::run(args, json),
        Command::Ledger(args) => commands::ledger::run(args, json),
        Command::Receipt(args) => commands::receipt::run(args, json),
    };
    done.unwrap_or_else(|error| {
        if error.is::<output::ReaderGone>() {
            // What a shell reports of a program that a closed pipe ended: 128 and SIGPIPE.
            return ExitCode::from(141);
        }
        eprintln!("schoolgate: {error:#}");
        ExitCode::from(2)
    })
}
