//! `schoolgate activity search`: what passed the gate, for a stated purpose that goes into the ledger first.

use std::path::PathBuf;
use std::process::ExitCode;

use actions::{ActivityRow, Actor, AllActivity, Desk, Subject, TellLater, ViewActivity, ViewClause};
use anyhow::Context;
use clap::{Args, Subcommand};
use domain::{Clock, Host};
use jiff::{SignedDuration, Timestamp};

use super::print_json;
use crate::clock::MachineClock;
use crate::output::say;

#[derive(Args)]
pub struct ActivityArgs {
    #[command(subcommand)]
    command: ActivityCommand,
}

#[derive(Subcommand)]
enum ActivityCommand {
    /// Search the log. The purpose, the subject and the span are in the ledger before anything is shown
    Search(SearchArgs),
}

#[derive(Args)]
struct SearchArgs {
    #[arg(long)]
    config: Option<PathBuf>,
    /// Who looks: a username whose roles a view clause names
    #[arg(long = "as", value_name = "USERNAME")]
    viewer: String,
    /// Why: what happened that makes you look
    #[arg(long)]
    purpose: String,
    /// The clause that lets them look, where more than one does: policy#clause
    #[arg(long)]
    clause: Option<String>,
    /// Whose activity, by username
    #[arg(long, conflicts_with = "host")]
    person: Option<String>,
    /// Everybody's visits to one host and the names below it
    #[arg(long)]
    host: Option<Host>,
    /// From when; a day ago, where it is left out
    #[arg(long)]
    from: Option<Timestamp>,
    /// Until when; now, where it is left out
    #[arg(long)]
    until: Option<Timestamp>,
    /// The person is told only from then on, where the clause leaves that to whoever looks
    #[arg(long, requires = "tell_later_because")]
    tell_later: Option<Timestamp>,
    /// Why telling them at once would do harm; it stays in the record of this look
    #[arg(long, requires = "tell_later")]
    tell_later_because: Option<String>,
}

pub fn run(args: &ActivityArgs, json: bool) -> anyhow::Result<ExitCode> {
    let ActivityCommand::Search(args) = &args.command;
    let AllActivity { rows, unreadable } = super::runtime()?.block_on(async {
        let configuration = super::configuration(args.config.as_deref())?;
        let log = crate::wiring::open_log(&configuration).context("stop the program first, or search at the desk")?;
        let school = super::school(&configuration, log).await?;
        search(&school, args).await
    })?;
    for day in &unreadable {
        eprintln!("missing: what was sealed of {day} (in UTC) can't be read; put its file back from a backup");
    }
    if json {
        print_json(&rows.iter().map(|row| &row.activity).collect::<Vec<_>>())?;
    } else {
        rows.iter().try_for_each(show)?;
        say!("{} found", rows.len())?;
    }
    Ok(if rows.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn search(school: &Desk, args: &SearchArgs) -> anyhow::Result<AllActivity> {
    let viewer = school.actor_named(&Actor::operator(), &args.viewer).await?;
    let clause = clause(school, &viewer, args.clause.as_deref())?;
    let subject = match (&args.person, &args.host) {
        (Some(person), _) => Subject::Person(school.actor_named(&Actor::operator(), person).await?.person()),
        (None, Some(host)) => Subject::Host(host.clone()),
        (None, None) => Subject::Everyone,
    };
    let until = args.until.unwrap_or_else(|| MachineClock.now());
    let from = args.from.unwrap_or(until - SignedDuration::from_hours(24));
    let wish = ViewActivity {
        subject,
        policy: clause.policy,
        clause: clause.clause,
        purpose: args.purpose.clone(),
        from,
        to: until,
        tell_later: args
            .tell_later
            .zip(args.tell_later_because.clone())
            .map(|(until, reason)| TellLater { until, reason }),
    };
    let viewing = school.view_activity(&viewer, wish).await?;
    Ok(school.read_all_activity(&viewer, viewing.id).await?)
}

/// The view clause that was named, or the only one there is.
fn clause(school: &Desk, viewer: &Actor, named: Option<&str>) -> anyhow::Result<ViewClause> {
    let rights = school.viewing_rights(viewer);
    let name = |clause: &ViewClause| format!("{}#{}", clause.policy, clause.clause);
    let known = rights.iter().map(name).collect::<Vec<_>>().join(", ");
    match named {
        Some(wanted) => rights
            .into_iter()
            .find(|clause| name(clause) == wanted)
            .with_context(|| format!("no clause '{wanted}' lets '{}' look; these do: {known}", viewer.username())),
        None if rights.len() > 1 => anyhow::bail!("name the clause with --clause; these let you look: {known}"),
        None => rights.into_iter().next().with_context(|| format!("no clause lets '{}' look", viewer.username())),
    }
}

fn show(row: &ActivityRow) -> anyhow::Result<()> {
    let activity = &row.activity;
    let who = row.person.as_ref().map_or("nobody known", |person| person.username.as_str());
    let clause = activity.clause.as_deref().map(|clause| format!(" #{clause}")).unwrap_or_default();
    say!(
        "{}  {who}  {}  {} {}://{}{}  {}{clause}",
        activity.at,
        activity.client,
        activity.method,
        activity.scheme,
        activity.host,
        activity.path.as_deref().unwrap_or(""),
        activity.reason,
    )?;
    if row.sought_help {
        say!("    (looked for help)")?;
    }
    Ok(())
}
