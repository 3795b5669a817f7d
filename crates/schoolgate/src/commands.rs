//! One file, one command: its arguments, what it does, what it prints.

use std::path::Path;
use std::sync::Arc;

use ::activity::ActivityLog;
use actions::Desk;
use anyhow::Context;
use tokio::sync::watch;

use crate::configuration::Configuration;
use crate::output::say;
use crate::wiring;
use crate::wiring::site_index::SiteIndex;

pub mod activity;
pub mod decide;
pub mod demo;
pub mod init;
pub mod ledger;
pub mod lists;
pub mod people;
pub mod policy;
pub mod receipt;
pub mod roles;
pub mod serve;

/// A file's text, or an error that names the file.
pub fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Prints a value as JSON, indented.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    say!("{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}

fn configuration(path: Option<&Path>) -> anyhow::Result<Configuration> {
    path.map_or_else(|| Ok(Configuration::default()), Configuration::read)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// The school of a configuration, opened for one command that reads or writes no activity. It may be served meanwhile:
/// what the command changes is taken up within seconds.
async fn records(configuration: &Configuration) -> anyhow::Result<Desk> {
    let passing = tempfile::tempdir()?;
    let apart = Configuration { data: passing.path().to_owned(), ..configuration.clone() };
    school(configuration, wiring::open_log(&apart)?).await
}

/// The school of a configuration with its activity log.
async fn school(configuration: &Configuration, log: Arc<ActivityLog>) -> anyhow::Result<Desk> {
    let sites = watch::Sender::new(Arc::new(SiteIndex::new(configuration, sites::starter).open()?));
    let feed = watch::Sender::new(Arc::new(feed::Feed::empty()));
    wiring::open_school(configuration, sites.subscribe(), log, feed).await
}

/// The program's own log: what it does, never about whom. `SCHOOLGATE_LOG` sets how much.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SCHOOLGATE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
