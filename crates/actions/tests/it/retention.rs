use actions::retention_page;
use jiff::SignedDuration;

use crate::test_school::TestSchool;

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
async fn a_sign_in_is_kept_for_the_schools_time_and_the_ledger_counts_what_goes() {
    let school = TestSchool::open().await;
    school.sign_in("ada", "lantern-harbour-teapot").await;
    school.turn(DAY);
    assert_eq!(school.school.tick().await.expect("a tick").sessions_ended, 1);
    school.turn(DAY * 360);
    let removed = school.school.sweep_records().await.expect("swept");
    assert!(!removed.contains_key("sessions"), "it is kept for 12 months: {removed:?}");
    school.turn(DAY * 10);
    let before = school.ledger().await;
    let removed = school.school.sweep_records().await.expect("swept");
    assert_eq!(removed.get("sessions"), Some(&1), "{removed:?}");
    assert_eq!(school.ledger().await, before + 1);
    assert!(school.school.sweep_records().await.expect("swept").is_empty());
    assert_eq!(school.ledger().await, before + 1, "a sweep that removes nothing says nothing");
}
