use activity::{CategoryCount, ClauseCount};
use domain::{Category, CategorySet, Outcome};
use jiff::ToSpan;

use crate::sample::{FRIDAY, activity, noon, open, wait};

#[test]
fn clauses_and_categories_are_counted_over_sealed_and_hot_within_the_span() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..3).for_each(|number| log.append(&activity(number)).unwrap());
    wait(log.seal(FRIDAY)).unwrap();
    for number in 3..5 {
        let mut plain = activity(number);
        (plain.outcome, plain.policy, plain.clause) = (Outcome::Allowed, None, None);
        plain.categories = if number == 3 { CategorySet::EMPTY } else { [Category::News].into_iter().collect() };
        log.append(&plain).unwrap();
    }
    log.append(&activity(5)).unwrap();
    let span = noon() + 1.second()..noon() + 5.seconds();

    let clauses = wait(log.count_by_clause(span.clone())).unwrap();
    let (policy, clause) = (Some("pupil-use".to_owned()), Some("gambling".to_owned()));
    let blocked = ClauseCount { policy, clause, outcome: Outcome::Blocked, count: 2 };
    let allowed = ClauseCount { policy: None, clause: None, outcome: Outcome::Allowed, count: 2 };
    assert_eq!(clauses.len(), 2);
    assert!(clauses.contains(&blocked) && clauses.contains(&allowed), "{clauses:?}");

    let categories = wait(log.count_by_category(span)).unwrap();
    let count = |category, outcome, count| CategoryCount { category, outcome, count };
    let expected = [
        count(Category::Gambling, Outcome::Blocked, 2),
        count(Category::Games, Outcome::Blocked, 2),
        count(Category::News, Outcome::Allowed, 1),
    ];
    assert_eq!(categories, expected);
}

#[test]
fn an_empty_log_counts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let span = noon()..noon() + 1.hour();
    assert_eq!(wait(log.count_by_clause(span.clone())).unwrap(), []);
    assert_eq!(wait(log.count_by_category(span)).unwrap(), []);
}
