//! Requests a second through the gate, and how long they take: beside a direct connection, tinyproxy and squid, in one
//! run, taking turns.
//!
//! The site, the gate and each peer are processes of their own; this one makes the load. All stay on loopback. The gate
//! does its whole work: it identifies a pupil, asks the rules of one of our policies and the starter list, and writes
//! every activity to a file before the answer goes out. The peers forward and log, with no cache.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times become figures to print"
)]

mod peers;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use benches::rounds::print_table;
use benches::traffic;
use benches::traffic::load::{Load, Measured};
use benches::traffic::process::{AS_GATE, AS_SITE, ourselves};

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 64;

/// One way to the site.
struct Way {
    name: &'static str,
    /// `None`: straight to the site.
    through: Option<SocketAddr>,
    rounds: Vec<Measured>,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        None => compare(),
        Some(argument) => traffic::run_as(argument)
            .with_context(|| format!("'{argument}' is nothing that this takes; it runs without arguments"))?,
    }
}

fn compare() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let site = ourselves(AS_SITE).context("the site does not start")?;
    let gate = ourselves(AS_GATE).context("the gate does not start")?;
    let tinyproxy = peers::tinyproxy(folder.path())?;
    let squid = peers::squid(folder.path())?;
    let way = |name, through| Way { name, through, rounds: Vec::new() };
    let mut ways = vec![way("direct", None), way("our gate", Some(gate.address))];
    ways.extend(tinyproxy.as_ref().map(|peer| way("tinyproxy", Some(peer.address))));
    ways.extend(squid.as_ref().map(|peer| way("squid", Some(peer.address))));

    for round in 0..=ROUNDS {
        for way in &mut ways {
            let load = Load { site: site.address, through: way.through, connections: CONNECTIONS, a_second: None };
            // The first round only warms up.
            let length = if round == 0 { Duration::from_millis(500) } else { ROUND };
            let measured = load.run(length).with_context(|| way.name.to_owned())?;
            eprintln!(
                "round {round}: {}: {} answers in {:.1} s",
                way.name,
                measured.count,
                measured.took.as_secs_f64()
            );
            ensure!(measured.count > 0, "{} answered nothing", way.name);
            let may_fail = way.through.is_some() && way.name != "our gate";
            ensure!(may_fail || measured.failed == 0, "{} left {} requests unanswered", way.name, measured.failed);
            if round > 0 {
                way.rounds.push(measured);
            }
        }
    }

    let of_squid = ways.iter().find(|way| way.name == "squid").map(Way::a_second);
    let of_direct = ways[0].a_second();
    let rows: Vec<Vec<String>> = ways
        .iter()
        .map(|way| {
            vec![
                way.name.to_owned(),
                format!("{:.0}", way.a_second()),
                format!("{:.2}", way.milliseconds(|round| round.median)),
                format!("{:.2}", way.milliseconds(|round| round.late)),
                format!("{:.2}", way.a_second() / of_direct),
                way.rounds.iter().map(|round| round.failed).sum::<usize>().to_string(),
                of_squid.map_or("-".to_owned(), |squid| format!("{:.2}", way.a_second() / squid)),
            ]
        })
        .collect();
    println!(
        "GET of 1,024 bytes, {CONNECTIONS} connections kept alive, {} processors for load, proxy and site together; \
         medians of {ROUNDS} rounds of {} s taken in turns.",
        std::thread::available_parallelism().map_or(1, usize::from),
        ROUND.as_secs()
    );
    print_table(&["", "requests/s", "median ms", "99% ms", "of direct", "unanswered", "of squid"], &rows);
    println!("Goal: three times squid's requests a second.");
    Ok(())
}

impl Way {
    fn a_second(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.count as f64 / round.took.as_secs_f64()))
    }

    fn milliseconds(&self, of: impl Fn(&Measured) -> Duration) -> f64 {
        median(self.rounds.iter().map(|round| of(round).as_secs_f64() * 1e3))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
