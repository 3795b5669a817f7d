use std::collections::BTreeSet;

use activity::{ActivityLog, ActivityQuery, ActivitySettings, Order, PermitSubject, ViewingPermit};
use domain::{Activity, ActivityId, Audience, Category, Outcome, PersonId, Phase};
use jiff::{Timestamp, ToSpan};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::sample::{FRIDAY, SATURDAY, activity, found, noon, open, permit, permit_for, settings, wait};

fn people() -> impl Strategy<Value = PersonId> {
    (1..4u128).prop_map(|number| PersonId(Uuid::from_u128(number)))
}

/// Moments around the midnight between Friday and Saturday.
fn moments() -> impl Strategy<Value = Timestamp> {
    (0..60i64).prop_map(|hours| noon() + hours.hours() - (hours % 3).nanoseconds())
}

fn hosts() -> impl Strategy<Value = String> {
    select(vec!["a.example", "b.a.example", "ba.example", "c_d.example", "cxd.example", "e.c_d.example"])
        .prop_map(str::to_owned)
}

/// Texts out of what patterns take for signs.
fn texts() -> impl Strategy<Value = String> {
    vec(select(vec!['a', 'B', 'é', 'É', '%', '_', '\\', '\'', '/', '.']), 0..4)
        .prop_map(|letters| letters.into_iter().collect())
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    select(vec![Outcome::Allowed, Outcome::Blocked])
}

fn categories() -> impl Strategy<Value = Category> {
    select(vec![Category::Games, Category::Gambling, Category::News])
}

fn clauses() -> impl Strategy<Value = String> {
    select(vec!["games", "ga'mes", "news"]).prop_map(str::to_owned)
}

prop_compose! {
    fn activities()(
        number in 0..30u64, at in moments(), person in of(people()), host in hosts(), path in of(texts()),
        search in of(texts()), categories in vec(categories(), 0..3), outcome in outcomes(), clause in of(clauses()),
        opened in any::<bool>(), v6 in any::<bool>(), audience in audiences(),
    ) -> Activity {
        let client = if v6 { "2001:db8::1" } else { "10.0.0.1" }.parse().expect("an address");
        // One id has one time, as the gate writes it; the rest may differ between its lines.
        let at = at + i64::try_from(number).expect("small").minutes();
        let phase = if opened { Phase::Opened } else { Phase::Done };
        Activity {
            id: ActivityId(Uuid::from_u128(number.into())), at, person, host, path, search, outcome, clause, phase,
            audience, client, categories: categories.into_iter().collect(), ..activity(number)
        }
    }
}

prop_compose! {
    fn queries()(
        from in of(moments()), until in of(moments()), person in of(people()), host in of(hosts()),
        outcome in of(outcomes()), clause in of(clauses()), category in of(categories()), without in of(categories()), text in of(texts()),
        offset in 0..4usize, limit in 0..12usize, oldest in any::<bool>(), policy in any::<bool>(),
    ) -> ActivityQuery {
        let order = if oldest { Order::OldestFirst } else { Order::NewestFirst };
        let policy = policy.then(|| "pupil-use".to_owned());
        ActivityQuery { from, until, person, host, outcome, policy, clause, category, without, text, offset, limit, order }
    }
}

/// A query that asks for one or two things, so that most of them find something.
fn narrow_queries() -> impl Strategy<Value = ActivityQuery> {
    (queries(), 0..9u8).prop_map(|(query, keep)| {
        let paged =
            ActivityQuery { offset: query.offset, limit: query.limit, order: query.order, ..ActivityQuery::default() };
        match keep {
            0 => ActivityQuery { person: query.person, ..paged },
            1 => ActivityQuery { host: query.host, from: query.from, ..paged },
            2 => ActivityQuery { outcome: query.outcome, until: query.until, ..paged },
            3 => ActivityQuery { clause: query.clause, policy: query.policy, ..paged },
            4 => ActivityQuery { category: query.category, ..paged },
            5 => ActivityQuery { text: query.text, ..paged },
            6 => ActivityQuery { without: query.without, ..paged },
            7 => paged,
            _ => query,
        }
    })
}

fn audiences() -> impl Strategy<Value = Audience> {
    select(vec![Audience::Pupil, Audience::Staff, Audience::Unidentified])
}

fn permits() -> impl Strategy<Value = ((PermitSubject, BTreeSet<Audience>), Timestamp, Timestamp)> {
    let subject = prop_oneof![
        4 => Just(PermitSubject::Everyone),
        1 => people().prop_map(PermitSubject::Person),
        1 => hosts().prop_map(PermitSubject::Host),
        1 => select(vec!["2001:db8::1", "10.0.0.1"]).prop_map(|client| PermitSubject::Client(client.parse().expect("an address"))),
    ];
    let span = prop_oneof![2 => Just((Timestamp::MIN, Timestamp::MAX)), 1 => (moments(), moments())];
    let all: BTreeSet<Audience> = Audience::ALL.iter().copied().collect();
    let audiences = prop_oneof![1 => Just(all), 1 => audiences().prop_map(|audience| BTreeSet::from([audience]))];
    (subject, audiences, span).prop_map(|(subject, audiences, (from, until))| ((subject, audiences), from, until))
}

/// What the lines say once each id's later line, and its end over its opening, holds.
fn folded(lines: &[Activity]) -> Vec<Activity> {
    let mut folded: Vec<Activity> = Vec::new();
    for line in lines {
        match folded.iter_mut().find(|known| known.id == line.id) {
            Some(known) if line.phase >= known.phase => *known = line.clone(),
            Some(_) => {}
            None => folded.push(line.clone()),
        }
    }
    folded
}

/// Gives each id the time of its first line.
fn one_time_each(mut lines: Vec<Activity>) -> Vec<Activity> {
    for place in 0..lines.len() {
        let first = lines.iter().find(|line| line.id == lines[place].id).expect("it is there itself").at;
        lines[place].at = first;
    }
    lines
}

/// What a permit opens and a query asks for, told in another way than the log tells it.
fn is_found(activity: &Activity, permit: &ViewingPermit, query: &ActivityQuery) -> bool {
    fn is<T: PartialEq>(asked: &Option<T>, value: Option<&T>) -> bool {
        asked.as_ref().is_none_or(|asked| Some(asked) == value)
    }
    let within = |domain: &String| activity.host == *domain || activity.host.ends_with(&format!(".{domain}"));
    let contains = |text: &String| {
        let places = [Some(&activity.host), activity.path.as_ref(), activity.search.as_ref()];
        places.into_iter().flatten().any(|place| place.to_lowercase().contains(&text.to_lowercase()))
    };
    let subject = match permit.subject() {
        PermitSubject::Person(person) => activity.person == Some(*person),
        PermitSubject::Client(client) => activity.client == *client,
        PermitSubject::Host(host) => within(host),
        PermitSubject::Everyone => true,
    };
    subject
        && permit.audiences().contains(&activity.audience)
        && (permit.from()..permit.until()).contains(&activity.at)
        && query.from.is_none_or(|from| from <= activity.at)
        && query.until.is_none_or(|until| activity.at < until)
        && is(&query.person, activity.person.as_ref())
        && query.host.as_ref().is_none_or(within)
        && is(&query.outcome, Some(&activity.outcome))
        && is(&query.policy, activity.policy.as_ref())
        && is(&query.clause, activity.clause.as_ref())
        && query.category.is_none_or(|category| activity.categories.contains(category))
        && query.without.is_none_or(|category| !activity.categories.contains(category))
        && query.text.as_ref().is_none_or(contains)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_search_agrees_with_a_plain_filter_however_much_is_sealed(
        lines in vec(activities(), 0..40).prop_map(one_time_each),
        seal_after in vec(0..40usize, 0..3),
        asked in vec((narrow_queries(), permits()), 6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let log = open(folder.path());
        for (place, line) in lines.iter().enumerate() {
            log.append(line).unwrap();
            if seal_after.contains(&place) {
                wait(log.seal(if place % 2 == 0 { FRIDAY } else { SATURDAY })).unwrap();
            }
        }
        let kept = folded(&lines);
        for (query, (subject, from, until)) in asked {
            let permit = ViewingPermit::recorded(1, "a test".to_owned(), subject, from, until);
            let mut expected: Vec<_> =
                kept.iter().filter(|kept| is_found(kept, &permit, &query)).cloned().collect();
            expected.sort_by_key(|activity| (activity.at, activity.id));
            if query.order == Order::NewestFirst {
                expected.reverse();
            }
            let total = expected.len() as u64;
            let limit = if query.limit == 0 { usize::MAX } else { query.limit };
            let expected: Vec<_> = expected.into_iter().skip(query.offset).take(limit).collect();
            let page = found(&log, &permit, query.clone());
            prop_assert_eq!(page.total, total, "{:?} {:?}", query, permit);
            prop_assert_eq!(page.rows, expected, "{:?} {:?}", query, permit);
        }
    }
}

#[test]
fn what_a_later_line_says_otherwise_is_on_no_page_of_what_was_sealed_before() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..3).for_each(|number| log.append(&activity(number)).unwrap());
    wait(log.seal(FRIDAY)).unwrap();
    log.append(&Activity { outcome: Outcome::Allowed, ..activity(1) }).unwrap();
    let blocked =
        ActivityQuery { outcome: Some(Outcome::Blocked), order: Order::OldestFirst, ..ActivityQuery::default() };
    let permit = crate::sample::permit();
    let second = found(&log, &permit, ActivityQuery { offset: 1, limit: 2, ..blocked.clone() });
    assert_eq!((second.rows, second.total), (vec![activity(2)], 2));
    assert_eq!(found(&log, &permit, blocked).rows, [activity(0), activity(2)]);
}

#[test]
fn a_page_is_never_longer_than_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let log = ActivityLog::open(folder.path(), ActivitySettings { page_rows: 3, ..settings() }).unwrap();
    (0..5).for_each(|number| log.append(&activity(number)).unwrap());
    let permit = crate::sample::permit();
    for limit in [0, 4, usize::MAX] {
        let page = found(&log, &permit, ActivityQuery { limit, ..ActivityQuery::default() });
        assert_eq!((page.rows.len(), page.total), (3, 5));
    }
    let page = found(&log, &permit, ActivityQuery { limit: 2, offset: 4, ..ActivityQuery::default() });
    assert_eq!(page.rows, [activity(0)]);
}

#[test]
fn a_permit_opens_nothing_beyond_its_subject_and_span_whatever_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let other = PersonId(Uuid::from_u128(8));
    for number in 0..10 {
        let person = if number % 2 == 0 { activity(0).person } else { Some(other) };
        log.append(&Activity { person, ..activity(number) }).unwrap();
    }
    let subject = PermitSubject::Person(other);
    let permit = permit_for(subject, noon(), noon() + 4.seconds());
    assert_eq!(found(&log, &permit, ActivityQuery::default()).total, 2);
    let all_times =
        ActivityQuery { from: Some(Timestamp::MIN), until: Some(Timestamp::MAX), ..ActivityQuery::default() };
    assert_eq!(found(&log, &permit, all_times).total, 2);
    assert_eq!(found(&log, &permit, ActivityQuery { person: activity(0).person, ..ActivityQuery::default() }).total, 0);
}

#[test]
fn a_permit_opens_what_people_did_while_they_were_of_its_audiences_sealed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let audiences = [Audience::Pupil, Audience::Staff, Audience::Pupil, Audience::Unidentified];
    for (number, audience) in audiences.into_iter().enumerate() {
        log.append(&Activity { audience, ..activity(number as u64) }).unwrap();
    }
    let opens = |audience| {
        let subject = (PermitSubject::Everyone, BTreeSet::from([audience]));
        let permit = ViewingPermit::recorded(1, "a test".to_owned(), subject, Timestamp::MIN, Timestamp::MAX);
        found(&log, &permit, ActivityQuery::default()).total
    };
    let of_each = || [Audience::Pupil, Audience::Staff, Audience::Unidentified, Audience::Parent].map(opens);
    assert_eq!(of_each(), [2, 1, 1, 0]);
    wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(of_each(), [2, 1, 1, 0]);
}

#[test]
fn a_search_dropped_half_way_leaves_the_log_whole() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    (0..2000).for_each(|number| log.append(&activity(number)).unwrap());
    let permit = crate::sample::permit();
    wait(async {
        for _ in 0..20 {
            let mut search = Box::pin(log.search(&permit, ActivityQuery::default()));
            std::future::poll_fn(|context| {
                let _ = search.as_mut().poll(context);
                std::task::Poll::Ready(())
            })
            .await;
        }
    });
    wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(found(&log, &permit, ActivityQuery::default()).total, 2000);
}

/// The most memory that this process has held, in bytes.
#[cfg(target_os = "linux")]
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("what the process takes");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the most it held");
    line.trim_end_matches("kB").trim().parse::<usize>().expect("a number") * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn a_search_of_a_day_that_is_not_sealed_holds_the_page_and_no_more() {
    const LINES: u64 = 1_500;
    const LINE: usize = 64 * 1024;
    /// A third of what the day has.
    const MOST: usize = 32 << 20;
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    let long = |number: u64| Activity { path: Some(format!("/{number}{}", "x".repeat(LINE))), ..activity(number) };
    (0..LINES).for_each(|number| log.append(&long(number)).unwrap());
    let before = most_memory();
    for (order, expected) in [(Order::OldestFirst, [700, 701, 702]), (Order::NewestFirst, [799, 798, 797])] {
        let page = found(&log, &permit(), ActivityQuery { offset: 700, limit: 3, order, ..ActivityQuery::default() });
        assert_eq!((page.rows, page.total), (expected.map(long).to_vec(), LINES));
    }
    let held = most_memory() - before;
    assert!(held < MOST, "{held} bytes for three lines");
}
