//! Promise: the desk is as quick in a school of 60,000 people as in one of 600. A sign-in, a signature
//! and the headteacher's Home page among so many people, importing them, opening the desk again, and a morning on which pupils sign while the gate is busy.
//!
//! All of it is the desk that a school runs, with its records in SQLite; passwords alone are hashed at the cheapest
//! cost, since their cost is a setting and the same in any school. `desk 600 6000` measures schools of these sizes;
//! without arguments it takes 600, 6,000 and 60,000. No peer does this work, so the goals stand beside.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times become figures to print"
)]

mod busy_gate;
mod morning;
mod school;

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use benches::rounds::print_table;
use benches::traffic;
use tokio::runtime::Runtime;

use crate::busy_gate::BusyGate;
use crate::morning::PAGES;
use crate::school::{SMALLEST, School, WITH_PASSWORD};

const SIZES: [usize; 3] = [600, 6_000, 60_000];
/// The first rounds only warm up.
const WARMING: usize = 3;
const ROUNDS: usize = 60;
/// The school of the morning. All of it in ten minutes is two people a second.
const MORNING_SIZE: usize = 1_200;
const PACE: Duration = Duration::from_millis(500);
const MORNING: Duration = Duration::from_mins(1);

const RATIO_GOAL: f64 = 1.3;
const IMPORT_GOAL: Duration = Duration::from_secs(30);
const OPENING_GOAL: Duration = Duration::from_secs(3);
const PAGE_GOAL: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let mut sizes = Vec::new();
    for argument in std::env::args().skip(1) {
        if let Some(done) = traffic::run_as(&argument) {
            return done;
        }
        let size = argument.parse().with_context(|| format!("'{argument}' is no number of people"))?;
        ensure!(size >= SMALLEST, "a school of {size} is too small for this: give {SMALLEST} people or more");
        sizes.push(size);
    }
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    let build = if cfg!(debug_assertions) { "a build that is not optimised" } else { "an optimised build" };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    println!("The desk on SQLite, in {build}, on {processors} processors.");
    println!("Passwords are hashed at the cheapest cost; the cost that ships comes on top of each sign-in.\n");
    let runtime = Runtime::new()?;
    runtime.block_on(by_size(&sizes))?;
    println!();
    a_morning(&runtime)
}

async fn by_size(sizes: &[usize]) -> Result<()> {
    let mut schools = Vec::with_capacity(sizes.len());
    for size in sizes {
        eprintln!("a school of {size}");
        schools.push(School::of(*size).await.with_context(|| format!("a school of {size}"))?);
    }
    let mut sign_ins = vec![Vec::with_capacity(ROUNDS); schools.len()];
    let (mut signatures, mut homes) = (sign_ins.clone(), sign_ins.clone());
    for round in 0..WARMING + ROUNDS {
        for (place, school) in schools.iter().enumerate() {
            let (sign_in, signature) = (school.sign_in(round).await?, school.sign(round).await?);
            let home = school.home_of_the_head().await?;
            if round >= WARMING {
                sign_ins[place].push(sign_in);
                signatures[place].push(signature);
                homes[place].push(home);
            }
        }
    }
    let sign_ins: Vec<Duration> = sign_ins.iter().map(|times| percentile(times, 50)).collect();
    let signatures: Vec<Duration> = signatures.iter().map(|times| percentile(times, 50)).collect();
    let homes: Vec<Duration> = homes.iter().map(|times| percentile(times, 50)).collect();
    let mut rows: Vec<Vec<String>> = schools
        .iter()
        .enumerate()
        .map(|(place, school)| {
            vec![
                school.size.to_string(),
                seconds(school.import),
                seconds(school.opening),
                milliseconds(sign_ins[place]),
                milliseconds(signatures[place]),
                milliseconds(homes[place]),
            ]
        })
        .collect();
    if let [_, .., last] = schools.as_slice() {
        let ratio = |times: &[Duration]| format!("{:.2} times", times[schools.len() - 1].div_duration_f64(times[0]));
        let name = format!("{} to {}", last.size, schools[0].size);
        rows.push(vec![name, String::new(), String::new(), ratio(&sign_ins), ratio(&signatures), ratio(&homes)]);
    }
    let most = format!("{RATIO_GOAL} times");
    rows.push(vec!["goal".to_owned(), seconds(IMPORT_GOAL), seconds(OPENING_GOAL), most.clone(), most.clone(), most]);
    print_table(&["people", "import s", "opening s", "sign-in ms", "signature ms", "head's Home ms"], &rows);
    println!(
        "Sign-in, signature and the Home page of the headteacher: medians of {ROUNDS}, the sizes taking turns. The goals hold for 60,000 people; of them, \
         and beside 600."
    );
    Ok(())
}

/// The desk's pages while the gate carries [`busy_gate::SHARE`] of what it can.
fn a_morning(runtime: &Runtime) -> Result<()> {
    let school = runtime.block_on(School::of(MORNING_SIZE)).context("the school of the morning")?;
    let visits = MORNING.div_duration_f64(PACE) as usize;
    ensure!(visits <= WITH_PASSWORD, "{visits} pupils come, and {WITH_PASSWORD} have a password");
    let gate = BusyGate::start()?;
    let load = gate.keep_busy(MORNING);
    let times = runtime.block_on(morning::run(&school, visits, PACE))?;
    let carried = load.join().map_err(|_| anyhow!("the load's thread panicked"))??;
    let rows: Vec<Vec<String>> = PAGES
        .iter()
        .enumerate()
        .map(|(page, name)| {
            let times: Vec<Duration> = times.iter().map(|visit| visit[page]).collect();
            let (median, late) = (percentile(&times, 50), percentile(&times, 99));
            vec![(*name).to_owned(), milliseconds(median), milliseconds(late), milliseconds(PAGE_GOAL)]
        })
        .collect();
    println!(
        "A morning in a school of {MORNING_SIZE}: {visits} pupils in {} s, at the rate at which all {MORNING_SIZE} would \
         come in ten minutes. The pages come over sockets of this machine. Beside them the gate, in a process of its own, \
         was asked for {:.0} % of the {:.0} requests a second that it carried alone; it answered {:.0} a second and left \
         {} unanswered.",
        MORNING.as_secs(),
        busy_gate::SHARE * 100.0,
        gate.most_a_second,
        busy_gate::a_second(&carried),
        carried.failed,
    );
    print_table(&["page", "50% ms", "99% ms", "goal for 99% ms"], &rows);
    Ok(())
}

/// The time that so many hundredths of all are no longer than.
fn percentile(times: &[Duration], hundredths: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = (times.len() * hundredths).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}
