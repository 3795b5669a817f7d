//! `schoolgate people import|invite`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use actions::{Actor, ImportFile, ImportLine, ImportPeople, ImportPlan, Invite, LeftBy};
use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::print_json;
use crate::output::say;

#[derive(Args)]
pub struct PeopleArgs {
    /// The configuration; without one, everything has its default
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(Subcommand)]
enum PeopleCommand {
    /// Bring people in from OneRoster CSV (users.csv and what goes with it) or one plain CSV
    Import {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Show what would be done, and every problem, and do nothing
        #[arg(long)]
        dry_run: bool,
        /// Whoever is here and not in the files has left
        #[arg(long)]
        mark_missing_as_leavers: bool,
        /// How many leave, where they are more than the configuration's 'leavers-at-once'
        #[arg(long, value_name = "NUMBER")]
        leavers: Option<u64>,
    },
    /// Bring back everybody whom the last import marked as leavers
    UndoLeavers {
        /// Everybody instead who left on the last leaving date
        #[arg(long)]
        by_date: bool,
    },
    /// A one-time link for somebody to set their password
    Invite { username: String },
}

pub fn run(args: &PeopleArgs, json: bool) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        let configuration = super::configuration(args.config.as_deref())?;
        let school = super::records(&configuration).await?;
        let operator = Actor::operator();
        match &args.command {
            PeopleCommand::Import { files, dry_run, mark_missing_as_leavers, leavers } => {
                let files = files.iter().map(|path| file(path)).collect::<anyhow::Result<Vec<_>>>()?;
                let plan = school.import_dry_run(&operator, &files).await?;
                if *dry_run || !plan.problems.is_empty() {
                    if json {
                        print_json(&plan_as_json(&plan))?;
                    } else {
                        show(&plan)?;
                    }
                    return Ok(if plan.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
                }
                let import = ImportPeople {
                    files,
                    digest: Some(plan.digest),
                    mark_missing_as_leavers: *mark_missing_as_leavers,
                    leavers_confirmed: *leavers,
                };
                let done = school.import_people(&operator, import).await?;
                school.flush().await;
                if json {
                    print_json(&done)?;
                } else {
                    say!(
                        "{} new, {} changed, {} as before, {} left",
                        done.new,
                        done.changed,
                        done.unchanged,
                        done.left
                    )?;
                }
            }
            PeopleCommand::UndoLeavers { by_date } => {
                let left_by = if *by_date { LeftBy::LeavingDate } else { LeftBy::LastImport };
                let back = school.undo_leavers(&operator, left_by).await?;
                school.flush().await;
                if json {
                    print_json(&json!({ "back": back }))?;
                } else {
                    say!("{back} brought back")?;
                }
            }
            PeopleCommand::Invite { username } => {
                let person = school.actor_named(&operator, username).await?.person();
                let invitation = school.invite(&operator, Invite { person }).await?;
                if json {
                    let (token, code) = (&invitation.token, &invitation.code);
                    print_json(&json!({ "token": token, "code": code, "expires-at": invitation.expires_at }))?;
                } else {
                    let url = configuration.desk.origin();
                    say!("{url}/welcome/{}\nor the code {} at {url}/welcome", invitation.token, invitation.code)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn file(path: &Path) -> anyhow::Result<ImportFile> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(ImportFile { name, bytes })
}

fn show(plan: &ImportPlan) -> anyhow::Result<()> {
    for problem in &plan.problems {
        say!("{}:{}: {}: {}", problem.file, problem.line, problem.column, problem.message)?;
        say!("    {}", problem.mend)?;
    }
    say!(
        "{} new, {} changed, {} as before, {} here and not in the files; {} problems",
        plan.new.len(),
        plan.changed.len(),
        plan.unchanged,
        plan.missing.len(),
        plan.problems.len()
    )?;
    Ok(())
}

fn plan_as_json(plan: &ImportPlan) -> serde_json::Value {
    let lines = |lines: &[ImportLine]| -> Vec<_> {
        let fields = |line: &ImportLine| line.changes.iter().map(|change| change.field).collect::<Vec<_>>();
        lines
            .iter()
            .map(|line| json!({ "username": line.username, "fields": fields(line), "changes": line.changes }))
            .collect()
    };
    json!({
        "problems": plan.problems.iter().map(|problem| json!({
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "message": problem.message,
            "mend": problem.mend,
        })).collect::<Vec<_>>(),
        "new": lines(&plan.new),
        "changed": lines(&plan.changed),
        "unchanged": plan.unchanged,
        "missing": plan.missing.iter().map(|line| &line.username).collect::<Vec<_>>(),
    })
}
