use std::collections::BTreeSet;
use std::path::Path;

use activity::{ActivityLog, ActivitySettings, ClockDoubt, SweepPlan, SweepSettings};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::sample::{FRIDAY, SATURDAY, activity, all, noon, open, settings, wait};

const DAY: u64 = 86_400;

/// A log with one activity on each of so many days from Friday; Friday is sealed.
fn log_of_days(folder: &Path, days: u64, most_days: usize) -> ActivityLog {
    let sweep = SweepSettings { most_days, ..SweepSettings::default() };
    let keep_for = Some("30 days".parse().unwrap());
    let log = ActivityLog::open(folder, ActivitySettings { keep_for, sweep, ..settings() }).unwrap();
    (0..days).for_each(|day| log.append(&activity(day * DAY)).unwrap());
    wait(log.seal(FRIDAY)).unwrap();
    log
}

fn after_days(days: i64) -> Timestamp {
    noon() + (24 * days).hours()
}

fn sunday() -> Date {
    SATURDAY.tomorrow().unwrap()
}

fn sweep(log: &ActivityLog, now: Timestamp, held: &BTreeSet<Date>) -> SweepPlan {
    let plan = log.plan_sweep(now, held).unwrap();
    wait(log.remove_days(plan.days.clone())).unwrap();
    plan
}

#[test]
fn days_past_keeping_go_sealed_or_hot_and_younger_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_of_days(folder.path(), 33, 10);
    let swept = sweep(&log, after_days(31), &BTreeSet::new());
    assert_eq!(swept, SweepPlan { days: vec![FRIDAY], ..SweepPlan::default() });
    let swept = sweep(&log, after_days(32), &BTreeSet::new());
    assert_eq!(swept, SweepPlan { days: vec![SATURDAY], ..SweepPlan::default() });
    let kept: Vec<_> = (2..33).map(|day| activity(day * DAY)).collect();
    assert_eq!(all(&log), kept);
    drop(log);
    assert_eq!(all(&open(folder.path())), kept, "and stay gone");
}

#[test]
fn a_clock_a_year_ahead_removes_nothing_not_even_when_it_has_written_activity_there() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_of_days(folder.path(), 20, 10);
    let last = activity(19 * DAY).at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let swept = sweep(&log, after_days(385), &BTreeSet::new());
    let doubt = ClockDoubt { before: last, after: None };
    assert_eq!(swept, SweepPlan { left: 20, doubt: Some(doubt), ..SweepPlan::default() });
    log.append(&activity(385 * DAY)).unwrap();
    assert!(sweep(&log, after_days(386), &BTreeSet::new()).doubt.is_some());
    assert_eq!(all(&log).len(), 21);
    drop(log);
    let log =
        ActivityLog::open(folder.path(), ActivitySettings { keep_for: Some("30 days".parse().unwrap()), ..settings() });
    let log = log.unwrap();
    assert!(sweep(&log, after_days(386), &BTreeSet::new()).doubt.is_some(), "nor after a restart");
    assert_eq!(all(&log).len(), 21);
}

#[test]
fn one_sweep_removes_no_more_days_than_the_setting_says_and_the_oldest_first() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_of_days(folder.path(), 40, 2);
    let swept = sweep(&log, after_days(39), &BTreeSet::new());
    assert_eq!(swept, SweepPlan { days: vec![FRIDAY, SATURDAY], left: 7, ..SweepPlan::default() });
    assert_eq!(sweep(&log, after_days(39), &BTreeSet::new()).days[0], sunday());
    assert_eq!(all(&log).len(), 36);
}

#[test]
fn a_held_day_stays_however_old() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_of_days(folder.path(), 33, 10);
    let swept = sweep(&log, after_days(32), &BTreeSet::from([FRIDAY]));
    assert_eq!(swept, SweepPlan { days: vec![SATURDAY], held: vec![FRIDAY], ..SweepPlan::default() });
    assert_eq!(all(&log)[0], activity(0));
}

#[test]
fn without_a_span_everything_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    drop(log_of_days(folder.path(), 40, 10));
    let log = open(folder.path());
    assert_eq!(sweep(&log, after_days(400), &BTreeSet::new()), SweepPlan::default());
    assert_eq!(all(&log).len(), 40);
}

#[test]
fn a_swept_day_can_be_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_of_days(folder.path(), 33, 10);
    sweep(&log, after_days(32), &BTreeSet::new());
    log.append(&activity(DAY + 1)).unwrap();
    wait(log.seal(SATURDAY)).unwrap();
    assert_eq!(all(&log)[0], activity(DAY + 1));
}
