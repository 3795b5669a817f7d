use actions::retention_page;
use activity::SweepSettings;
use jiff::SignedDuration;
use testkit::TurnableClock;

use crate::test_school::TestSchool;

const PASSWORD: &str = "lantern-harbour-teapot";
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[test]
fn the_committed_list_says_how_long_each_table_is_kept() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/RETENTION.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file, retention_page()).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(file).expect("docs/RETENTION.md is there");
    assert!(committed == retention_page(), "run UPDATE_DOCS=1 cargo nextest run -p actions retention");
}

#[tokio::test]
async fn a_clock_that_is_years_ahead_when_the_program_starts_removes_nothing_until_it_has_gone_on_for_a_week() {
    let school = TestSchool::open().await;
    school.import("username,name,audience,leaving-date\nada,Ada Fernhaven,pupil,2027-07-20\n").await;
    school.sign_in("ada", PASSWORD).await;
    school.turn(DAY);
    school.school.tick().await.expect("a tick");
    let folder = school.folder.clone();
    drop(school);
    let school = TestSchool::reopen(folder, TurnableClock::at("2028-10-30T10:00:00Z"), 77).await;
    let sweep = async || school.school.sweep_records(&SweepSettings::default()).await.expect("swept");
    let doubts_leaving = async || school.school.doubts_leaving(&SweepSettings::default()).await.expect("a look");
    assert!(sweep().await.doubted);
    assert!(doubts_leaving().await, "her last day is over by this clock");
    school.sign_in("ada", PASSWORD).await;
    let swept = sweep().await;
    assert!(swept.doubted && swept.removed.is_empty(), "an entry by the same clock proves nothing: {swept:?}");
    school.turn(DAY * 8);
    school.sign_in("ada", PASSWORD).await;
    assert!(!doubts_leaving().await);
    assert!(sweep().await.removed.contains_key("sessions"), "it has gone on for a week");
}

#[tokio::test]
async fn a_sign_in_is_kept_for_the_schools_time_and_the_ledger_counts_what_goes() {
    let school = TestSchool::open().await;
    school.sign_in("ada", PASSWORD).await;
    for _ in 0..37 {
        school.turn(DAY * 10);
        school.school.tick().await.expect("a tick");
        school.sign_in("ada", PASSWORD).await;
    }
    let sweep = async || school.school.sweep_records(&SweepSettings::default()).await.expect("swept").removed;
    let removed = sweep().await;
    assert!(!removed.contains_key("sessions"), "it is kept for 12 months: {removed:?}");
    school.turn(DAY * 8);
    let before = school.ledger().await;
    let removed = sweep().await;
    assert_eq!(removed.get("sessions"), Some(&1), "{removed:?}");
    assert_eq!(school.ledger().await, before + 1);
    assert!(sweep().await.is_empty());
    assert_eq!(school.ledger().await, before + 1, "a sweep that removes nothing says nothing");
}
