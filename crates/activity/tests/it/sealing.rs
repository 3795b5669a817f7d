use std::fs;
use std::path::{Path, PathBuf};

use activity::{ActivityLog, SealError, Sealed};
use domain::{Activity, Phase};
use jiff::ToSpan;

use crate::sample::{FRIDAY, SATURDAY, activity, all, copy, copy_file, files, noon, open, wait};

const PART: &str = "sealed/day=2026-05-15";
const HOT: &str = "hot/2026-05-15";

#[test]
fn a_sealed_day_is_one_part_and_no_hot_segment() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..5).rev().for_each(|number| log.append(&activity(number)).unwrap());
    assert_eq!(wait(log.seal(FRIDAY)).unwrap(), Some(Sealed { day: FRIDAY, activities: 5, damaged: 0 }));
    assert_eq!(names(folder.path()), ["lock", &format!("{PART}/part-00000001.parquet")]);
    assert_eq!(all(&log), (0..5).map(activity).collect::<Vec<_>>());
    assert_eq!(wait(log.seal(FRIDAY)).unwrap(), None, "nothing new to seal");
}

#[test]
fn a_tunnel_that_closes_after_its_day_was_sealed_joins_the_part() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let done = activity(1);
    log.append(&Activity { phase: Phase::Opened, received: 0, ..done.clone() }).unwrap();
    log.append(&activity(2)).unwrap();
    wait(log.seal(FRIDAY)).unwrap();
    log.append(&done).unwrap();
    assert_eq!(all(&log), [done.clone(), activity(2)], "from the part and the hot segment");
    assert_eq!(wait(log.seal(FRIDAY)).unwrap(), Some(Sealed { day: FRIDAY, activities: 2, damaged: 0 }));
    assert_eq!(names(folder.path()), ["lock", &format!("{PART}/part-00000002.parquet")]);
    assert_eq!(all(&log), [done, activity(2)]);
}

#[test]
fn an_opening_written_after_its_sealed_end_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let done = activity(1);
    log.append(&done).unwrap();
    wait(log.seal(FRIDAY)).unwrap();
    log.append(&Activity { phase: Phase::Opened, received: 0, ..done.clone() }).unwrap();
    assert_eq!(all(&log), std::slice::from_ref(&done));
    wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(all(&log), [done]);
}

#[test]
fn only_days_that_have_ended_in_utc_are_sealed_as_finished() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    log.append(&activity(0)).unwrap();
    log.append(&activity(86_400)).unwrap();
    let sealed = |now: &str| -> Vec<_> {
        let days = wait(log.seal_finished_days(now.parse().unwrap())).unwrap();
        days.into_iter().map(|(day, sealed)| (day, sealed.unwrap().map(|sealed| sealed.activities))).collect()
    };
    assert_eq!(sealed("2026-05-15T23:59:59Z"), []);
    assert_eq!(sealed("2026-05-16T00:00:00Z"), [(FRIDAY, Some(1))]);
    assert_eq!(sealed("2026-05-17T00:00:00Z").last(), Some(&(SATURDAY, Some(1))));
    assert_eq!(all(&log), [activity(0), activity(86_400)]);
}

#[test]
fn a_line_of_another_version_keeps_its_day_unsealed_and_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..2).for_each(|number| log.append(&activity(number)).unwrap());
    drop(log);
    let segment = folder.path().join(HOT).join("00000001.ndjson");
    let line = fs::read_to_string(&segment).unwrap().lines().next().unwrap().replace("gambling", "gambling2");
    let body = &line[12..line.len() - 1];
    let foreign = format!("[\"{:08x}\",{body}]\n", crc32fast::hash(body.as_bytes()));
    let whole = [fs::read(&segment).unwrap(), foreign.into_bytes()].concat();
    fs::write(&segment, &whole).unwrap();

    let log = open(folder.path());
    let error = wait(log.seal(FRIDAY)).unwrap_err();
    let SealError::Read { error, .. } = error else { panic!("{error}") };
    assert!(error.to_string().contains("00000001.ndjson, line 3"), "{error}");
    assert_eq!(fs::read(&segment).unwrap(), whole);
    assert_eq!(all(&log), [activity(0), activity(1)]);
}

/// A folder where a second seal is due (`before`) and the same after it.
fn before_and_after(folder: &Path) -> (PathBuf, PathBuf, Vec<Activity>) {
    let (before, after) = (folder.join("before"), folder.join("after"));
    let mut opened = activity(4);
    opened.phase = Phase::Opened;
    let log = open(&before);
    (0..4).for_each(|number| log.append(&activity(number)).unwrap());
    log.append(&opened).unwrap();
    wait(log.seal(FRIDAY)).unwrap();
    drop(log);
    for numbers in [4..7, 7..9] {
        let log = open(&before);
        numbers.for_each(|number| log.append(&activity(number)).unwrap());
    }
    copy(&before, &after);
    let log = open(&after);
    wait(log.seal(FRIDAY)).unwrap();
    let expected: Vec<_> = (0..9).map(activity).collect();
    assert_eq!(all(&log), expected);
    assert_eq!(names(&after), ["lock", &format!("{PART}/part-00000003.parquet")]);
    (before, after, expected)
}

#[test]
fn a_process_killed_while_it_writes_a_part_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after, expected) = before_and_after(folder.path());
    let part = fs::read(after.join(PART).join("part-00000003.parquet")).unwrap();
    for written in [0, 4, part.len() / 2, part.len() - 1, part.len()] {
        let killed = folder.path().join(format!("killed-{written}"));
        copy(&before, &killed);
        fs::write(killed.join(PART).join("part-00000003.tmp"), &part[..written]).unwrap();
        goes_on(&killed, &expected, &format!("{written} bytes of the part written"));
    }
}

#[test]
fn a_process_killed_while_it_removes_what_a_part_replaces_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after, expected) = before_and_after(folder.path());
    let replaced =
        [format!("{PART}/part-00000001.parquet"), format!("{HOT}/00000002.ndjson"), format!("{HOT}/00000003.ndjson")];
    for removed in 0..8 {
        let killed = folder.path().join(format!("killed-{removed}"));
        copy(&after, &killed);
        for (place, name) in replaced.iter().enumerate() {
            if removed & (1 << place) == 0 {
                copy_file(&before, &killed, Path::new(name));
            }
        }
        goes_on(&killed, &expected, &format!("removed {removed:03b} of {replaced:?}"));
    }
}

/// The log in a folder that a killed process left holds what it should, through a seal, an append and another seal.
fn goes_on(folder: &Path, expected: &[Activity], when: &str) {
    let log: ActivityLog = open(folder);
    assert_eq!(all(&log), expected, "opened, {when}");
    wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(all(&log), expected, "sealed, {when}");
    let later = activity(100);
    log.append(&later).unwrap();
    let longer = [expected, &[later]].concat();
    assert_eq!(all(&log), longer, "appended, {when}");
    drop(log);
    let log = open(folder);
    assert_eq!(all(&log), longer, "opened again, {when}");
    wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(all(&log), longer, "sealed again, {when}");
    assert_eq!(names(folder).len(), 2, "a lock and a part, {when}: {:?}", names(folder));
}

#[test]
fn searches_appends_and_seals_go_on_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    std::thread::scope(|threads| {
        let writing = threads.spawn(|| (0..5000).for_each(|number| log.append(&activity(number)).unwrap()));
        let sealing = threads.spawn(|| {
            for _ in 0..30 {
                wait(log.seal(FRIDAY)).unwrap();
            }
        });
        let mut before = 0;
        while !(writing.is_finished() && sealing.is_finished()) {
            let found = all(&log);
            assert!(found.len() >= before, "{} after {before}", found.len());
            assert!(
                found.iter().zip(0..).all(|(found, number)| *found == activity(number)),
                "a line is missing or double"
            );
            before = found.len();
        }
    });
    assert_eq!(all(&log).len(), 5000);
    assert!(noon() + 5000.seconds() < "2026-05-16T00:00:00Z".parse().unwrap(), "all of one day");
}

fn names(folder: &Path) -> Vec<String> {
    let name = |path: &PathBuf| path.strip_prefix(folder).expect("below the folder").display().to_string();
    files(folder).iter().map(name).collect()
}

#[test]
fn a_line_with_a_flipped_bit_is_counted_at_sealing_and_put_aside_with_what_is_left_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..3).for_each(|number| log.append(&activity(number)).unwrap());
    let segment = folder.path().join(format!("{HOT}/00000001.ndjson"));
    let mut bytes = fs::read(&segment).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[second + 40] ^= 1;
    let damaged = bytes[second..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    fs::write(&segment, &bytes).unwrap();
    assert_eq!(wait(log.seal(FRIDAY)).unwrap(), Some(Sealed { day: FRIDAY, activities: 2, damaged: 1 }));
    assert_eq!(log.health().damaged_lines, 1);
    assert_eq!(all(&log), [activity(0), activity(2)]);
    let aside = folder.path().join(format!("{PART}/damaged-00000001.ndjson"));
    assert_eq!(fs::read(aside).unwrap(), &bytes[second..second + damaged]);
}
