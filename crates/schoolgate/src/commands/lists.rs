//! `schoolgate lists`: make an index of site lists, and ask one.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use domain::{Address, CategorySet};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sites::{BuildReport, Index, Mapping, Match, Progress};

use super::print_json;
use crate::output::{printed, say};

/// Make an index of site lists, or ask one.
#[derive(Debug, Args)]
pub struct ListsArgs {
    #[command(subcommand)]
    command: ListsCommand,
}

#[derive(Debug, Subcommand)]
enum ListsCommand {
    /// Read lists and write one index of them, for the gate to use
    Build(BuildArgs),
    /// Say which categories a site is in
    Lookup(LookupArgs),
}

#[derive(Debug, Args)]
struct BuildArgs {
    /// Folders as UT1 or squidGuard lay them out, folders of .txt, .hosts or .list files, or such files
    #[arg(required = true, value_name = "DIR|FILE")]
    paths: Vec<PathBuf>,
    /// Where the index goes; one that is there is replaced at once and whole
    #[arg(short, long, value_name = "INDEX")]
    output: PathBuf,
    /// How the publisher's categories become ours, such as lists/ut1.toml; without it, those of the same name
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct LookupArgs {
    /// An index that `lists build` wrote; without it, the starter list built into this program
    #[arg(long, value_name = "INDEX")]
    index: Option<PathBuf>,
    /// Read names and addresses from standard input, one a line
    #[arg(long, conflicts_with = "addresses")]
    stdin: bool,
    /// Names of hosts, or addresses with a path
    #[arg(required_unless_present = "stdin", value_name = "NAME|URL")]
    addresses: Vec<String>,
}

/// Runs the command. `lookup` ends with 1 where an address is in no category or is none.
pub fn run(args: &ListsArgs, json: bool) -> Result<ExitCode> {
    match &args.command {
        ListsCommand::Build(args) => build(args, json),
        ListsCommand::Lookup(args) => lookup(args, json),
    }
}

fn build(args: &BuildArgs, json: bool) -> Result<ExitCode> {
    let mapping = args.mapping.as_deref().map(Mapping::load).transpose()?.unwrap_or_default();
    let bar = if json { ProgressBar::hidden() } else { progress_bar()? };
    let outcome = sites::build_from_paths(&args.paths, &mapping, &args.output, &mut |step| show(&bar, step));
    bar.finish_and_clear();
    let report = outcome?;
    if json {
        print_json(&report)?;
    } else {
        print(&report, &args.output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn progress_bar() -> Result<ProgressBar> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {wide_msg}")?);
    bar.enable_steady_tick(Duration::from_millis(100));
    Ok(bar)
}

fn show(bar: &ProgressBar, step: Progress<'_>) {
    match step {
        Progress::Reading { file, done, of } => {
            bar.set_length(of);
            bar.set_position(done);
            bar.set_message(file.display().to_string());
        }
        Progress::Arranging { names, paths } => bar.set_message(format!("putting {} entries in order", names + paths)),
        Progress::Writing { bytes } => bar.set_message(format!("writing {bytes} bytes")),
    }
}

fn print(report: &BuildReport, output: &Path) -> Result<()> {
    say!("{} lines of {} files were read.", report.lines, report.files)?;
    say!("{} holds {} names and {} paths in {} bytes.", output.display(), report.names, report.paths, report.bytes)?;
    if !report.left_out.is_empty() {
        say!("Left out, as the mapping says: {}.", report.left_out.join(", "))?;
    }
    if !report.unmapped.is_empty() {
        say!("Left out, as the mapping does not speak of them: {}. Add a line for each.", report.unmapped.join(", "))?;
    }
    if report.skipped > 0 {
        say!("{} lines could not be read:", report.skipped)?;
        report.first_skipped.iter().try_for_each(|skipped| say!("  {skipped}"))?;
        let more = report.skipped - report.first_skipped.len() as u64;
        if more > 0 {
            say!("  … and {more} more.")?;
        }
    }
    Ok(())
}

fn lookup(args: &LookupArgs, json: bool) -> Result<ExitCode> {
    let index = match &args.index {
        Some(path) => Index::open(path)?,
        None => sites::starter(),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut all_found = true;
    let mut answer = |written: &str| -> Result<()> {
        let (line, found) = answer_to(&index, written, json);
        all_found &= found;
        printed(writeln!(out, "{line}"))
    };
    if args.stdin {
        for line in std::io::stdin().lock().lines() {
            let line = line.context("standard input could not be read")?;
            if !line.trim().is_empty() {
                answer(line.trim())?;
            }
        }
    } else {
        args.addresses.iter().try_for_each(|address| answer(address))?;
    }
    printed(out.flush())?;
    Ok(if all_found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One line of answer: the address as it was written, and its categories. Whether there is any.
fn answer_to(index: &Index, written: &str, json: bool) -> (String, bool) {
    let address = match Address::parse(written) {
        Ok(address) => address,
        Err(error) if json => return (json!({ "address": written, "error": error.to_string() }).to_string(), false),
        Err(error) => {
            eprintln!("{error}");
            return (format!("{written}\t"), false);
        }
    };
    let matches = index.matches(&address.host, address.path.as_deref());
    let categories = matches.iter().fold(CategorySet::EMPTY, |union, one| union.union(one.categories));
    let line = if json {
        let matches: Vec<_> = matches
            .iter()
            .map(|Match { name, categories }| json!({ "name": name, "categories": categories }))
            .collect();
        json!({ "address": written, "categories": categories, "matches": matches }).to_string()
    } else {
        let names: Vec<&str> = categories.iter().map(domain::Category::name).collect();
        format!("{written}\t{}", names.join(","))
    };
    (line, !categories.is_empty())
}
