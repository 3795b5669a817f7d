use std::collections::BTreeSet;

use activity::{ActivityLog, Settings, Swept};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::sample::{FRIDAY, SATURDAY, activity, all, noon, open, settings, wait};

fn log_of_three_days(folder: &std::path::Path, keep_for: Option<&str>) -> (ActivityLog, [Date; 3]) {
    let keep_for = keep_for.map(|span| span.parse().expect("a span"));
    let log = ActivityLog::open(folder, Settings { keep_for, ..settings() }).unwrap();
    for number in [0, 86_400, 2 * 86_400] {
        log.append(&activity(number)).unwrap();
    }
    wait(log.seal(FRIDAY)).unwrap();
    (log, [FRIDAY, SATURDAY, SATURDAY.tomorrow().unwrap()])
}

fn late() -> Timestamp {
    noon() + (24 * 400).hours()
}

#[test]
fn days_past_keeping_go_sealed_or_hot_and_younger_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (log, [friday, saturday, _]) = log_of_three_days(folder.path(), Some("30 days"));
    let now = "2026-06-16T00:00:00Z".parse().unwrap();
    let swept = wait(log.sweep(now, BTreeSet::new())).unwrap();
    assert_eq!(swept, Swept { dropped: vec![friday, saturday], held: vec![] });
    assert_eq!(all(&log), [activity(2 * 86_400)]);
    drop(log);
    assert_eq!(all(&open(folder.path())), [activity(2 * 86_400)], "and stay gone");
}

#[test]
fn a_held_day_stays_however_old() {
    let folder = tempfile::tempdir().unwrap();
    let (log, [friday, saturday, sunday]) = log_of_three_days(folder.path(), Some("30 days"));
    let swept = wait(log.sweep(late(), BTreeSet::from([friday]))).unwrap();
    assert_eq!(swept, Swept { dropped: vec![saturday, sunday], held: vec![friday] });
    assert_eq!(all(&log), [activity(0)]);
}

#[test]
fn without_a_span_everything_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = log_of_three_days(folder.path(), None);
    assert_eq!(wait(log.sweep(late(), BTreeSet::new())).unwrap(), Swept::default());
    assert_eq!(all(&log).len(), 3);
}

#[test]
fn a_swept_day_can_be_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (log, [_, saturday, _]) = log_of_three_days(folder.path(), Some("30 days"));
    wait(log.sweep(late(), BTreeSet::new())).unwrap();
    log.append(&activity(86_401)).unwrap();
    wait(log.seal(saturday)).unwrap();
    assert_eq!(all(&log), [activity(86_401)]);
}
