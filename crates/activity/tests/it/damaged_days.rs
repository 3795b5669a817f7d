use std::collections::BTreeSet;
use std::fs;

use activity::{Order, Query};

use crate::sample::{FRIDAY, activity, all, found, open, permit, wait};

const PART: &str = "sealed/day=2026-05-15/part-00000001.parquet";

/// What a disk makes of a file.
type Damage = fn(&mut Vec<u8>);

#[test]
fn a_sealed_day_that_cannot_be_read_is_named_and_the_others_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    // Friday and Saturday are sealed; one visit of Friday comes after that.
    (0..200).for_each(|number| log.append(&activity(number)).unwrap());
    log.append(&activity(86_400)).unwrap();
    wait(log.seal_finished_days("2026-05-17T00:00:00Z".parse().unwrap())).unwrap();
    log.append(&activity(300)).unwrap();
    let whole = fs::read(folder.path().join(PART)).unwrap();
    let damages: [(&str, Damage); 4] = [
        ("cut short", |bytes| bytes.truncate(bytes.len() / 2)),
        ("emptied", Vec::clear),
        ("overwritten at its end", |bytes| bytes.iter_mut().rev().take(64).for_each(|byte| *byte = 0)),
        ("overwritten at its beginning", |bytes| bytes.iter_mut().take(2_000).for_each(|byte| *byte = 0x5a)),
    ];
    for (damage, apply) in damages {
        let mut bytes = whole.clone();
        apply(&mut bytes);
        fs::write(folder.path().join(PART), &bytes).unwrap();
        let page = found(&log, &permit(), Query { order: Order::OldestFirst, ..Query::default() });
        assert_eq!(page.unreadable, BTreeSet::from([FRIDAY]), "{damage}");
        assert_eq!(page.rows, [activity(300), activity(86_400)], "{damage}");
        assert_eq!(page.total, 2, "{damage}");
        wait(log.seal(FRIDAY)).expect_err("sealing takes the damaged part's place");
        assert_eq!(fs::read(folder.path().join(PART)).unwrap(), bytes, "the file was changed after it was {damage}");
    }
    fs::write(folder.path().join(PART), &whole).unwrap();
    assert_eq!(all(&log).len(), 202, "a file that was put back is read again");
}

#[test]
fn a_search_of_other_days_names_no_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    log.append(&activity(0)).unwrap();
    log.append(&activity(86_400)).unwrap();
    wait(log.seal_finished_days("2026-05-17T00:00:00Z".parse().unwrap())).unwrap();
    fs::write(folder.path().join(PART), b"PAR1").unwrap();
    let saturday = Query { from: Some("2026-05-16T00:00:00Z".parse().unwrap()), ..Query::default() };
    let page = found(&log, &permit(), saturday);
    assert_eq!((page.rows, page.unreadable), (vec![activity(86_400)], BTreeSet::new()));
}
