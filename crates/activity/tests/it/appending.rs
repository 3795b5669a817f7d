use std::fs;
use std::os::unix::fs::PermissionsExt;

use activity::{ActivityLog, ActivityQuery, ActivitySettings, AppendError, LogOpenError};
use domain::{Outcome, Phase};
use jiff::Timestamp;

use crate::sample::{FRIDAY, activity, all, files, found, open, permit, settings};

#[test]
fn what_was_appended_is_read_back_to_the_last_field() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let mut plain = activity(2);
    plain.at = "2026-05-15T12:00:02.123456789Z".parse().unwrap();
    (plain.device, plain.person, plain.path, plain.search) = (None, None, None, None);
    (plain.policy, plain.clause, plain.version, plain.status) = (None, None, None, None);
    plain.categories = domain::CategorySet::EMPTY;
    plain.client = "2001:db8::7".parse().unwrap();
    plain.sent = u64::MAX;
    let written = [activity(1), plain];
    written.iter().for_each(|activity| log.append(activity).unwrap());
    assert_eq!(all(&log), written);
    crate::sample::wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(all(&log), written, "the same from the sealed part");
}

#[test]
fn eight_threads_append_at_once_and_every_line_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    std::thread::scope(|threads| {
        for thread in 0..8 {
            let log = &log;
            threads.spawn(move || {
                (0..500).for_each(|number| log.append(&activity(thread * 500 + number)).unwrap());
            });
        }
    });
    let expected: Vec<_> = (0..4000).map(activity).collect();
    assert_eq!(all(&log), expected);
    assert_eq!(log.health().dropped, 0);
}

#[test]
fn a_last_line_torn_at_any_byte_is_dropped_and_all_before_it_kept() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..3).for_each(|number| log.append(&activity(number)).unwrap());
    drop(log);
    let segment = folder.path().join(format!("hot/{FRIDAY}/00000001.ndjson"));
    let whole = fs::read(&segment).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for torn in last..whole.len() {
        fs::write(&segment, &whole[..torn]).unwrap();
        let log = open(folder.path());
        assert_eq!(fs::read(&segment).unwrap(), &whole[..last], "torn at byte {torn}: cut back to whole lines");
        if torn % 25 == 0 {
            assert_eq!(all(&log), [activity(0), activity(1)], "torn at byte {torn}");
        }
    }
    let log = open(folder.path());
    log.append(&activity(5)).unwrap();
    assert_eq!(all(&log), [activity(0), activity(1), activity(5)]);
}

#[test]
fn a_line_with_any_changed_byte_is_passed_over_and_its_neighbours_kept() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..3).for_each(|number| log.append(&activity(number)).unwrap());
    let segment = folder.path().join(format!("hot/{FRIDAY}/00000001.ndjson"));
    let whole = fs::read(&segment).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let length = whole[first..].iter().position(|byte| *byte == b'\n').unwrap();
    for place in (first..first + length).step_by(13) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(&segment, changed).unwrap();
        assert_eq!(all(&log), [activity(0), activity(2)], "byte {place}");
    }
}

#[test]
fn the_end_of_a_tunnel_takes_the_place_of_its_opening_in_whatever_order_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let done = activity(1);
    let mut opened = done.clone();
    (opened.phase, opened.received, opened.status) = (Phase::Opened, 0, None);
    log.append(&opened).unwrap();
    assert_eq!(all(&log), [opened.clone()]);
    log.append(&done).unwrap();
    log.append(&opened).unwrap();
    assert_eq!(all(&log), [done]);
}

#[test]
fn the_latest_are_shown_newest_first_and_a_tunnel_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = ActivityLog::open(folder.path(), ActivitySettings { live_lines: 3, ..settings() }).unwrap();
    for number in 0..5 {
        let mut opened = activity(number);
        (opened.phase, opened.host) = (Phase::Opened, format!("site-{number}.example"));
        log.append(&opened).unwrap();
    }
    let mut done = activity(3);
    (done.host, done.outcome) = ("site-3.example".to_owned(), Outcome::Allowed);
    log.append(&done).unwrap();
    let latest = log.latest(10);
    let hosts: Vec<_> = latest.iter().map(|verdict| verdict.host.as_str()).collect();
    assert_eq!(hosts, ["site-4.example", "site-3.example", "site-2.example"]);
    assert_eq!(latest[1].outcome, Outcome::Allowed);
    assert_eq!(log.latest(1).len(), 1);
    let shown = serde_json::to_string(&latest).unwrap();
    for personal in ["10.1.2.3", "laptop-7", "how to win", "/table", &activity(0).person.unwrap().to_string()] {
        assert!(!shown.contains(personal), "{personal} is shown");
    }
}

#[test]
fn only_the_owner_reads_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(&folder.path().join("log"));
    log.append(&activity(1)).unwrap();
    crate::sample::wait(log.seal(FRIDAY)).unwrap();
    log.append(&activity(2)).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let all = files(folder.path());
    assert_eq!(all.len(), 3, "lock, segment, part: {all:?}");
    for file in all {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700, "{}", file.display());
    }
}

#[test]
fn a_folder_that_was_open_to_others_is_closed_to_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let _log = open(folder.path());
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_second_opening_is_refused_until_the_first_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    assert!(matches!(ActivityLog::open(folder.path(), settings()), Err(LogOpenError::InUse(_))));
    drop(log);
    open(folder.path());
}

#[test]
fn a_time_that_the_sealed_form_cannot_hold_is_refused_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let mut far = activity(1);
    far.at = Timestamp::MAX;
    assert!(matches!(log.append(&far), Err(AppendError::Time)));
    assert_eq!(log.health().dropped, 1);
    assert!(log.latest(1).is_empty());
}

#[test]
fn syncing_each_append_keeps_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let log = ActivityLog::open(folder.path(), ActivitySettings { sync_every: 0, ..settings() }).unwrap();
    (0..10).for_each(|number| log.append(&activity(number)).unwrap());
    assert_eq!(found(&log, &permit(), ActivityQuery::default()).total, 10);
    assert_eq!(log.health().failed_syncs, 0);
}
