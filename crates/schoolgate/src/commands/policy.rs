//! `schoolgate policy check|explain|diff`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use actions::{Actor, InstallPolicy};
use clap::{Args, Subcommand};
use domain::{Address, CategorySet, Roles, Version};
use policy::{Document, ExampleOutcome, Problem, Published, Rules, Source};

use super::roles::RolesFile;
use super::{print_json, read};
use crate::output::say;

#[derive(Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Subcommand)]
enum PolicyCommand {
    /// Every problem, and every worked example
    Check {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        roles: RolesFile,
    },
    /// Each clause in words: what the software does for it, or 'on each person's word'
    Explain {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        roles: RolesFile,
    },
    /// Publish a policy whose approvals were given on paper, as for a school's first; the ledger says so
    Install {
        file: PathBuf,
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// What changes for whom
    Diff {
        old: PathBuf,
        new: PathBuf,
        #[command(flatten)]
        roles: RolesFile,
    },
}

pub fn run(args: &PolicyArgs, json: bool) -> anyhow::Result<ExitCode> {
    match &args.command {
        PolicyCommand::Check { files, roles } => check(files, &roles.read()?, json),
        PolicyCommand::Explain { files, roles } => explain(files, &roles.read()?, json),
        PolicyCommand::Diff { old, new, roles } => diff(old, new, &roles.read()?, json),
        PolicyCommand::Install { file, config } => install(file, config.as_deref(), json),
    }
}

/// What checking one file found.
#[derive(serde::Serialize)]
struct Checked {
    file: String,
    problems: Vec<Problem>,
    examples: usize,
    failed: Vec<ExampleOutcome>,
}

impl Checked {
    fn is_clean(&self) -> bool {
        self.problems.is_empty() && self.failed.is_empty()
    }
}

fn check(files: &[PathBuf], roles: &Arc<Roles>, json: bool) -> anyhow::Result<ExitCode> {
    let checked = files.iter().map(|file| check_one(file, roles)).collect::<anyhow::Result<Vec<_>>>()?;
    let clean = checked.iter().all(Checked::is_clean);
    if json {
        print_json(&checked)?;
    } else {
        checked.iter().try_for_each(show)?;
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks one policy as a school that has it alone would run it.
fn check_one(path: &Path, roles: &Arc<Roles>) -> anyhow::Result<Checked> {
    let source = Source::new(path.display().to_string(), read(path)?);
    let (document, mut problems) = policy::parse(&source, roles);
    let mut outcomes = Vec::new();
    if let Some(document) = document {
        problems.extend(policy::check(std::slice::from_ref(&document)));
        if problems.is_empty() {
            outcomes = run_examples(document);
        }
    }
    let examples = outcomes.len();
    let failed = outcomes.into_iter().filter(|outcome| !outcome.passed).collect();
    Ok(Checked { file: source.name, problems, examples, failed })
}

/// Runs a policy's worked examples against the starter list.
fn run_examples(document: Document) -> Vec<ExampleOutcome> {
    let sites = sites::starter();
    let categories = |address: &Address| -> CategorySet { sites.categories(&address.host, address.path.as_deref()) };
    let published = Published { document: document.clone().into(), version: Version(1) };
    let rules = Rules::compile(&[published], &policy::SchoolFacts::default());
    policy::run_examples(&[document], &rules, &categories)
}

fn show(checked: &Checked) -> anyhow::Result<()> {
    for problem in &checked.problems {
        eprintln!("{:?}", miette::Report::new(problem.clone()));
    }
    for example in &checked.failed {
        eprintln!("{}:{}: this worked example does not hold", example.file, example.line);
        eprintln!("  {}", example.text);
        eprintln!("  it says {}; the policy says {}", example.expected, example.got);
    }
    let (problems, failed) = (checked.problems.len(), checked.failed.len());
    if checked.is_clean() {
        say!("{}: clean; {} worked examples hold", checked.file, checked.examples)?;
    } else if problems > 0 {
        say!("{}: {}; the worked examples were not run", checked.file, counted(problems, "problem"))?;
    } else {
        say!("{}: {} of {} worked examples do not hold", checked.file, failed, checked.examples)?;
    }
    Ok(())
}

fn explain(paths: &[PathBuf], roles: &Arc<Roles>, json: bool) -> anyhow::Result<ExitCode> {
    let documents = paths.iter().map(|path| sound(path, roles)).collect::<anyhow::Result<Vec<_>>>()?;
    if json {
        print_json(&documents.iter().flat_map(policy::explain).collect::<Vec<_>>())?;
    } else {
        documents.iter().try_for_each(show_explained)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show_explained(document: &Document) -> anyhow::Result<()> {
    let explanations = policy::explain(document);
    say!("{}\n", document.title)?;
    for clause in &explanations {
        say!("{} {} (#{})", clause.number, clause.title, clause.clause)?;
        clause.sentences.iter().try_for_each(|sentence| say!("    {sentence}"))?;
    }
    let counts = policy::ClauseCounts::of(&explanations);
    say!(
        "\n{} clauses are enforced, {} are recorded, {} rest on each person's word at least in part, {} are prose.\n",
        counts.enforced,
        counts.recorded,
        counts.word,
        counts.prose
    )?;
    Ok(())
}

fn install(path: &Path, config: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let published = super::runtime()?.block_on(async {
        let school = super::records(&super::configuration(config)?).await?;
        let document = sound(path, &school.role_catalogue(&Actor::operator()).await?)?;
        let install = InstallPolicy { file_name: document.file.clone(), text: document.text.clone() };
        let published = school.install_policy(&Actor::operator(), install).await?;
        school.flush().await;
        anyhow::Ok(published)
    })?;
    if json {
        print_json(&serde_json::json!({ "policy": published.policy, "version": published.version }))?;
    } else {
        say!("{} is in force as version {}.", published.policy, published.version)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn diff(old: &Path, new: &Path, roles: &Arc<Roles>, json: bool) -> anyhow::Result<ExitCode> {
    let changes = policy::diff(&sound(old, roles)?, &sound(new, roles)?);
    if json {
        print_json(&changes)?;
    } else if changes.is_empty() {
        say!("Nothing changes for anybody.")?;
    } else {
        changes.iter().try_for_each(|change| say!("#{}: {}", change.clause, change.sentence))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A policy without problems; with some, they are shown and that is the error.
pub(super) fn sound(path: &Path, roles: &Arc<Roles>) -> anyhow::Result<Document> {
    let source = Source::new(path.display().to_string(), read(path)?);
    let (document, mut problems) = policy::parse(&source, roles);
    if let Some(document) = &document {
        problems.extend(policy::check(std::slice::from_ref(document)));
    }
    match document {
        Some(document) if problems.is_empty() => Ok(document),
        _ => {
            for problem in &problems {
                eprintln!("{:?}", miette::Report::new(problem.clone()));
            }
            anyhow::bail!("{} has {}; mend them first", path.display(), counted(problems.len(), "problem"))
        }
    }
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
