//! `schoolgate roles list|import|export`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use actions::Actor;
use anyhow::Context;
use clap::{Args, Subcommand};
use domain::Roles;

use super::{print_json, read};
use crate::output::{print, say};

#[derive(Args)]
pub struct RolesArgs {
    /// The configuration; without one, everything has its default
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: RolesCommand,
}

/// The roles that a policy may name, for commands that open no school.
#[derive(Args)]
pub struct RolesFile {
    /// The school's own roles, as 'schoolgate roles export' writes them; the ready ones, where it is left out
    #[arg(long = "roles", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl RolesFile {
    pub fn read(&self) -> anyhow::Result<Arc<Roles>> {
        let Some(path) = &self.file else { return Ok(Roles::ready().clone()) };
        let roles = Roles::parse(&read(path)?).with_context(|| format!("cannot use {}", path.display()))?;
        Ok(Arc::new(roles))
    }
}

#[derive(Subcommand)]
enum RolesCommand {
    /// Every role: its name, its title, its duties
    List,
    /// Print the catalogue of roles as a file to change and import
    Export,
    /// Put a file's catalogue in the place of the one that holds
    Import { file: PathBuf },
}

pub fn run(args: &RolesArgs, json: bool) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        let configuration = super::configuration(args.config.as_deref())?;
        let school = super::records(&configuration).await?;
        let operator = Actor::operator();
        match &args.command {
            RolesCommand::List => show(&*school.role_catalogue(&operator).await?, json)?,
            RolesCommand::Export => print(format_args!("{}", school.role_catalogue(&operator).await?.to_toml()))?,
            RolesCommand::Import { file } => {
                let roles = school.import_roles(&operator, &read(file)?).await?;
                school.flush().await;
                show(&roles, json)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn show(roles: &Roles, json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(&roles.entries());
    }
    for entry in roles.entries() {
        let duties: Vec<&str> = entry.duties.iter().map(|duty| duty.name()).collect();
        say!("{}\t{}\t{}", entry.role, entry.title, duties.join(" "))?;
    }
    Ok(())
}
