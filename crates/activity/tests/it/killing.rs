//! Tests that run this binary again as a process of its own: one to be killed, one to run out of disk.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use domain::Activity;

use crate::sample::{FRIDAY, activity, all, open, wait};

const FOLDER: &str = "ACTIVITY_TEST_FOLDER";
const FIRST: &str = "ACTIVITY_TEST_FIRST";
/// In each of them at least one activity is appended.
const ROUNDS: u64 = 12;

#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    if let Some(folder) = env::var_os(FOLDER) {
        return append_and_seal_until_killed(&PathBuf::from(folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let first = acknowledged.last().map_or(0, |last| last + 10);
        let mut command = Command::new(env::current_exe().unwrap());
        this_test(&mut command, "killing::a_killed_process_loses_nothing_that_was_acknowledged");
        command.env(FOLDER, folder.path()).env(FIRST, format!("{first}"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        wait_for_a_number(&mut lines, &mut acknowledged);
        let reading = std::thread::spawn(move || numbers(lines).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(10 + 37 * round % 150));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(reading.join().unwrap());

        let kept = all(&open(folder.path()));
        let ids: BTreeSet<_> = kept.iter().map(number_of).collect();
        assert_eq!(ids.len(), kept.len(), "none is double in round {round}");
        let missing: Vec<_> = acknowledged.difference(&ids).collect();
        assert!(missing.is_empty(), "acknowledged and missing in round {round}: {missing:?}");
        assert!(kept.iter().all(|kept| *kept == activity(number_of(kept))), "each is whole in round {round}");
        acknowledged = ids;
    }
    assert!(acknowledged.len() as u64 >= ROUNDS, "only {} were appended", acknowledged.len());
}

fn append_and_seal_until_killed(folder: &Path) {
    let first: u64 = env::var(FIRST).unwrap().parse().unwrap();
    let log = open(folder);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            loop {
                wait(log.seal(FRIDAY)).unwrap();
            }
        });
        // The day has room for this many seconds.
        for number in first..40_000 {
            log.append(&activity(number)).unwrap();
            say(&number.to_string());
        }
    });
}

#[test]
fn on_a_full_disk_what_is_refused_is_counted_and_what_is_acknowledged_is_kept() {
    if let Some(folder) = env::var_os(FOLDER) {
        return append_past_the_limit(&PathBuf::from(folder));
    }
    let folder = tempfile::tempdir().unwrap();
    // No file may grow beyond a few kilobytes: a write across that is cut short, and the next one fails.
    let mut command = Command::new("sh");
    command.args(["-c", r#"trap "" XFSZ; ulimit -f 10; exec "$0" "$@""#]).arg(env::current_exe().unwrap());
    this_test(&mut command, "killing::on_a_full_disk_what_is_refused_is_counted_and_what_is_acknowledged_is_kept");
    let output = command.env(FOLDER, folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let acknowledged: Vec<_> = numbers(&output.stdout[..]).collect();
    assert!(acknowledged.len() >= 4, "{acknowledged:?}");

    let kept: Vec<_> = all(&open(folder.path())).iter().map(number_of).collect();
    assert_eq!(kept, acknowledged);
}

fn append_past_the_limit(folder: &Path) {
    let log = open(folder);
    let long = |number| Activity { path: Some("x".repeat(1250)), ..activity(number) };
    let refused = (0..100).filter(|number| log.append(&long(*number)).map(|()| say(&number.to_string())).is_err());
    let refused = refused.count() as u64;
    assert!(refused > 0, "the limit was reached");
    assert_eq!(log.health().dropped, refused);
    // What a refused line had begun to take up is free again, for one that fits and for another day's file.
    for fits in [100, 86_400] {
        log.append(&activity(fits)).unwrap();
        say(&fits.to_string());
    }
}

fn this_test(command: &mut Command, name: &str) {
    command.args([name, "--exact", "--nocapture"]);
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{text}\n").as_bytes()).and_then(|()| out.flush()).expect("the parent listens");
}

fn numbers(lines: impl BufRead) -> impl Iterator<Item = u64> {
    lines.lines().map_while(Result::ok).filter_map(|line| line.parse().ok())
}

fn wait_for_a_number(lines: &mut impl BufRead, acknowledged: &mut BTreeSet<u64>) {
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Ok(number) = line.trim().parse() {
            acknowledged.insert(number);
            return;
        }
        line.clear();
    }
    panic!("the process ended by itself");
}

fn number_of(activity: &Activity) -> u64 {
    u64::try_from(activity.id.0.as_u128()).expect("ids of the sample are small")
}
