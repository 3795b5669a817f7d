use std::collections::BTreeSet;

use actions::{ListQuery, Opening};
use domain::{Activity, ActivityId, Audience, CategorySet, Outcome, Phase};
use jiff::SignedDuration;
use jiff::civil::Date;
use testkit::{SeededIdentifiers, TurnableClock};
use tokio::sync::watch;

use super::*;

const DAYS: i64 = 40;

/// A school that keeps activity for 30 days, with activity on each of the last [`DAYS`] days.
struct School {
    clock: Arc<TurnableClock>,
    log: Arc<ActivityLog>,
    desk: Desk,
    folder: tempfile::TempDir,
}

impl School {
    async fn open() -> School {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TurnableClock::at("2026-05-12T10:00:00+01:00"));
        let settings = activity::ActivitySettings {
            keep_for: Some("30 days".parse().unwrap()),
            ..activity::ActivitySettings::default()
        };
        let log = Arc::new(ActivityLog::open(&folder.path().join("activity"), settings).unwrap());
        for back in (0..DAYS).rev() {
            log.append(&activity(clock.now() - SignedDuration::from_hours(24 * back))).unwrap();
        }
        let desk = Desk::begin(Opening {
            data: folder.path().to_owned(),
            settings: actions::PeopleSettings::default(),
            facts: policy::SchoolFacts::default(),
            clock: clock.clone(),
            identifiers: Arc::new(SeededIdentifiers::new(1)),
            sites: watch::channel(Arc::new(sites::Index::empty())).1,
            activity: log.clone(),
            feed: watch::Sender::new(Arc::new(feed::Feed::empty())),
            scanner: None,
        });
        School { desk: desk.await.unwrap(), clock, log, folder }
    }

    fn housekeeping(&self) -> Housekeeping {
        Housekeeping::new(Some(self.desk.clone()), self.log.clone(), self.clock.clone(), &SweepSettings::default())
    }

    async fn import(&self, person: &str) {
        let list = format!("username,name,audience,leaving-date\n{person}\n");
        let files = vec![actions::ImportFile { name: "people.csv".to_owned(), bytes: list.into() }];
        let input =
            actions::ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
        self.desk.import_people(&actions::Actor::operator(), input).await.unwrap();
    }

    /// The days of which something is kept, in lines or sealed.
    fn days(&self) -> BTreeSet<Date> {
        let names = |folder: &str| -> Vec<String> {
            let entries = std::fs::read_dir(self.folder.path().join("activity").join(folder)).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        let days = names("hot").into_iter().chain(names("sealed"));
        days.map(|name| name.trim_start_matches("day=").parse().unwrap()).collect()
    }

    async fn ledger(&self) -> Vec<serde_json::Value> {
        let page = self.desk.ledger(&actions::Actor::operator(), ListQuery::default()).await.unwrap();
        let swept = page.rows.into_iter().filter(|line| line.verb == "sweep-activity");
        swept.map(|line| line.details).collect()
    }
}

fn activity(at: Timestamp) -> Activity {
    Activity {
        id: ActivityId(uuid::Uuid::from_u128(at.as_second().unsigned_abs().into())),
        phase: Phase::Done,
        at,
        client: "10.1.2.3".parse().unwrap(),
        device: None,
        person: None,
        audience: Audience::Pupil,
        method: "GET".to_owned(),
        scheme: "http".to_owned(),
        host: "pond-life.example".to_owned(),
        port: 80,
        path: None,
        search: None,
        categories: CategorySet::EMPTY,
        outcome: Outcome::Allowed,
        reason: "nothing-against".to_owned(),
        policy: None,
        clause: None,
        version: None,
        status: Some(200),
        sent: 1,
        received: 1,
        duration: 1,
    }
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(3600 * hours)
}

#[tokio::test]
async fn days_past_keeping_go_two_at_a_time_and_the_ledger_names_them() {
    let school = School::open().await;
    let before = school.days();
    school.housekeeping().turn(hours(0)).await;
    let gone: Vec<Date> = before.difference(&school.days()).copied().collect();
    assert_eq!(gone.len(), 2);
    assert_eq!(gone, before.into_iter().take(2).collect::<Vec<_>>(), "the oldest");
    assert_eq!(school.ledger().await, [serde_json::json!({ "days": gone })]);
}

#[tokio::test]
async fn a_clock_that_jumps_a_year_ahead_while_the_program_runs_removes_nothing() {
    let school = School::open().await;
    let mut housekeeping = school.housekeeping();
    housekeeping.turn(hours(0)).await;
    let before = school.days();
    school.clock.turn(SignedDuration::from_hours(24 * 365));
    school.log.append(&activity(school.clock.now())).unwrap();
    for hour in 1..30 {
        housekeeping.turn(hours(hour)).await;
        school.clock.turn(SignedDuration::from_hours(1));
    }
    assert!(school.days().is_superset(&before));
    assert_eq!(school.ledger().await.len(), 1, "the sweep before the jump");
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_makes_nobody_leave_by_their_leaving_date_until_it_is_trusted() {
    let school = School::open().await;
    school.import("una,Una Whistlepond,staff,2026-07-21").await;
    let mut housekeeping = school.housekeeping();
    housekeeping.turn(hours(0)).await;
    let is_here = async || school.desk.actor_named(&actions::Actor::operator(), "una").await.is_ok();
    school.clock.turn(SignedDuration::from_hours(24 * 365));
    housekeeping.turn(hours(1)).await;
    assert!(is_here().await);
    school.import("ole,Ole Sedgeworth,staff,").await;
    school.clock.turn(SignedDuration::from_hours(7 * 24 - 1));
    housekeeping.turn(hours(7 * 24)).await;
    assert!(is_here().await);
    school.clock.turn(SignedDuration::from_hours(2));
    housekeeping.turn(hours(7 * 24 + 2)).await;
    assert!(!is_here().await, "by a clock that has gone on for a week, as the ledger has too, they have left");
}

#[tokio::test]
async fn nobody_leaves_by_a_clock_that_was_a_year_ahead_when_the_program_started() {
    let school = School::open().await;
    school.import("una,Una Whistlepond,staff,2026-07-21").await;
    school.clock.turn(SignedDuration::from_hours(24 * 365));
    school.housekeeping().turn(hours(0)).await;
    assert!(school.desk.actor_named(&actions::Actor::operator(), "una").await.is_ok());
}

#[tokio::test]
async fn a_clock_that_is_days_ahead_since_a_jump_removes_nothing_that_a_right_one_keeps() {
    let school = School::open().await;
    let mut housekeeping = school.housekeeping();
    for hour in 0..5 {
        housekeeping.turn(hours(hour)).await;
        school.clock.turn(SignedDuration::from_hours(1));
    }
    let before = school.days();
    assert_eq!(i64::try_from(before.len()).unwrap(), DAYS - 10 + 1, "what is past keeping is gone");
    school.clock.turn(SignedDuration::from_hours(24 * 9));
    housekeeping.turn(hours(6)).await;
    assert_eq!(school.days(), before, "too short for a long gap, too far for the steady clock");
}

#[tokio::test]
async fn a_program_that_starts_with_its_clock_a_year_ahead_removes_nothing() {
    let school = School::open().await;
    let before = school.days();
    school.clock.turn(SignedDuration::from_hours(24 * 365));
    school.log.append(&activity(school.clock.now())).unwrap();
    school.housekeeping().turn(hours(0)).await;
    assert!(school.days().is_superset(&before));
    assert_eq!(school.ledger().await.len(), 0);
}

#[tokio::test]
async fn without_the_records_nothing_is_removed_for_no_ledger_would_say_so() {
    let school = School::open().await;
    let before = school.days();
    let mut housekeeping = Housekeeping { desk: None, ..school.housekeeping() };
    housekeeping.turn(hours(0)).await;
    assert_eq!(school.days(), before);
}
