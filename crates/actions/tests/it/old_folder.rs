//! A folder that the program's first version made, and that every later one must open: a school of fifteen people with
//! two versions of a policy, signatures, a countersignature, a decline, requests, grants, a sanction, a session, a
//! viewing, and activity, sealed and not. `tests/data/first-folder` is never changed; a later version adds another.

use std::path::Path;

use actions::{ListQuery, Subject, ViewActivity};
use domain::{Outcome, Version};
use jiff::SignedDuration;
use testkit::TurnableClock;

use crate::test_school::{TestSchool, policy_id};

/// What stands in the folder's ledger.
const ENTRIES: u64 = 50;

/// The day after the folder was made, a minute after its last entry.
const LATER: &str = "2026-05-13T10:01:00+01:00";

async fn opened() -> TestSchool {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/first-folder"), folder.path());
    TestSchool::reopen(folder, TurnableClock::at(LATER), 2).await
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[tokio::test]
async fn people_of_an_old_folder_are_who_they_were() {
    let test = opened().await;
    assert_eq!(test.directory().len(), 14, "one of fifteen has left");
    let (ada, ben, pat) = (test.actor("ada").await, test.actor("ben").await, test.actor("pat").await);
    assert_eq!((ada.name(), ada.audience().name()), ("Ada Fernhaven", "pupil"));
    assert_eq!(ada.groups().iter().map(|group| group.0.as_str()).collect::<Vec<_>>(), ["9B", "year-9"]);
    assert!(pat.children().contains(&ada.person()) && pat.children().contains(&ben.person()));
    assert!(test.school.actor_named(&actions::Actor::operator(), "vic").await.is_err(), "a leaver is here again");
    test.sign_in("ada", "lantern-harbour-teapot").await;
    test.sign_in("tom", "velvet orchard drum").await;
}

#[tokio::test]
async fn signatures_grants_and_sanctions_of_an_old_folder_hold() {
    let test = opened().await;
    assert_eq!(test.school.rules().policy(&policy_id()).expect("it is published").version, Version(2));
    let mine = test.school.my_agreements(&test.actor("ada").await).await.unwrap();
    assert_eq!(mine.own.iter().filter(|line| line.current).count(), 2, "{:?}", mine.own);
    let gil = test.school.my_agreements(&test.actor("gil").await).await.unwrap();
    assert!(gil.own.iter().any(|line| line.countersigned.is_some()), "{:?}", gil.own);
    assert_eq!(test.gate("ada", "reddit.com").await.0, Outcome::Allowed, "the grant holds until the day's end");
    assert_ne!(test.gate("ben", "example.org").await.0, Outcome::Allowed, "access was withdrawn");
    let asked = test.school.my_requests(&test.actor("tom").await, ListQuery::default()).await.unwrap();
    assert_eq!(asked.total, 4, "approved twice, refused once, withdrawn once");
    assert_eq!(test.school.declines(&test.actor("fay").await, ListQuery::default()).await.unwrap().total, 1);
}

#[tokio::test]
async fn the_ledger_of_an_old_folder_fits_and_is_carried_on() {
    let test = opened().await;
    assert_eq!(test.ledger().await, ENTRIES);
    let page = test.school.ledger(&test.actor("hal").await, ListQuery::default()).await.unwrap();
    assert_eq!(page.total, ENTRIES);
    test.open_reddit().await;
    assert_eq!(test.ledger().await, ENTRIES + 2);
}

#[tokio::test]
async fn activity_of_an_old_folder_is_found_sealed_or_not() {
    let test = opened().await;
    let (dee, dan) = (test.actor("dee").await, test.actor("dan").await);
    let looking = ViewActivity {
        subject: Subject::Person(test.id("ada").await),
        policy: policy_id(),
        clause: "looking".to_owned(),
        purpose: "A safeguarding concern: a teacher is worried about her".to_owned(),
        from: test.school.now() - SignedDuration::from_hours(48),
        to: test.school.now(),
        tell_later: None,
    };
    let viewing = test.school.view_activity(&dee, looking).await.unwrap();
    test.school.second_viewing(&dan, viewing.id).await.unwrap();
    let page = test.school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap();
    assert_eq!(
        page.page.rows.iter().map(|row| row.activity.host.as_str()).collect::<Vec<_>>(),
        ["reddit.com", "reddit.com"]
    );
    assert_eq!(test.school.viewings(&dee).await.unwrap().len(), 2, "the old folder's viewing, and this one");
}
