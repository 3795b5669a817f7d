//! Leaving the school: by a list, by a date, by mistake and back.

use actions::{Actor, ErrorKind, ImportError, ImportPeople, LeftBy, SetParticulars, VerbError};

use crate::people::files;
use crate::test_school::{PEOPLE, TestSchool};

#[tokio::test]
async fn somebody_leaves_by_themselves_when_their_last_day_is_over_and_a_list_does_not_bring_them_back() {
    let test = TestSchool::open().await;
    let list = "username,name,audience,leaving-date\nuna,Una Whistlepond,staff,2026-05-13\n";
    test.import(list).await;
    let una = test.id("una").await;
    test.clock.set("2026-05-13T22:59:59Z".parse().unwrap());
    assert_eq!(test.school.tick().await.unwrap().left, 0);
    let leaves_at = test.directory().member(una).expect("it is still their last day in London").standing.leaves_at;
    assert_eq!(leaves_at, Some("2026-05-13T23:00:00Z".parse().unwrap()), "the gate knows, should it be left to itself");
    let before = test.ledger().await;
    test.clock.set("2026-05-13T23:00:00Z".parse().unwrap());
    assert_eq!(test.school.tick().await.unwrap().left, 1);
    assert!(test.directory().member(una).is_none());
    assert_eq!(test.ledger().await, before + 1);
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    test.import(list).await;
    assert!(test.directory().member(una).is_none());
    test.school.bring_back(&test.actor("oli").await, una).await.unwrap();
    test.turn(jiff::SignedDuration::from_hours(1));
    assert_eq!(test.school.tick().await.unwrap().left, 0, "the date that has passed was taken out");
    assert!(test.directory().member(una).is_some());
}

#[tokio::test]
async fn a_leaving_date_counts_after_a_restart_and_nobody_sets_their_own() {
    let test = TestSchool::open().await;
    let set = |person, leaving_date: &str| SetParticulars {
        person,
        manager: String::new(),
        born: String::new(),
        hours: String::new(),
        teaches: String::new(),
        absent_from: String::new(),
        absent_until: String::new(),
        stand_in: String::new(),
        leaving_date: leaving_date.to_owned(),
    };
    let (oli, tom, dee) = (test.actor("oli").await, test.id("tom").await, test.id("dee").await);
    let own = test.school.set_particulars(&oli, set(oli.person(), "2026-07-21")).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::Forbidden);
    let past = test.school.set_particulars(&oli, set(tom, "2026-05-11")).await.unwrap_err();
    assert_eq!(past.field(), Some("leaving-date"), "{past}");
    test.school.set_particulars(&oli, set(tom, "2026-05-12")).await.unwrap();
    test.school.set_particulars(&Actor::operator(), set(dee, "2026-05-12")).await.unwrap();
    let TestSchool { school, activity, folder, clock, .. } = test;
    drop((school, activity, clock));
    let test = TestSchool::reopen(folder, testkit::TurnableClock::at("2026-05-13T10:00:00+01:00"), 2).await;
    assert_eq!(test.school.tick().await.unwrap().left, 1);
    assert!(test.directory().member(tom).is_none());
    let kept = test.directory().member(dee).expect("nobody else is the safeguarding lead").standing.leaves_at;
    assert_eq!(kept, None, "the gate does not close to somebody whom the desk keeps");
    let page = test.school.person(&test.actor("sam").await, dee).await.unwrap();
    assert!(page.particulars.unwrap().kept_by.unwrap().to_string().contains("Designated safeguarding lead"));
    test.import("username,name,audience,groups,roles\nliz,Liz Emberlow,staff,,dsl\n").await;
    test.turn(jiff::SignedDuration::from_hours(1));
    assert_eq!(test.school.tick().await.unwrap().left, 1, "somebody else is now");
    assert!(test.directory().member(dee).is_none());
}

#[tokio::test]
async fn those_who_are_not_on_the_list_leave_only_when_that_is_asked_for() {
    let test = TestSchool::open().await;
    let operator = Actor::operator();
    let list = PEOPLE.lines().filter(|line| !line.starts_with("vic,")).collect::<Vec<_>>().join("\n");
    let plan = test.school.import_dry_run(&operator, &files(&list)).await.unwrap();
    assert_eq!(plan.missing.iter().map(|line| line.username.as_str()).collect::<Vec<_>>(), ["vic"]);
    let input = |mark| ImportPeople {
        files: files(&list),
        digest: None,
        mark_missing_as_leavers: mark,
        leavers_confirmed: None,
    };
    assert_eq!(test.school.import_people(&operator, input(false)).await.unwrap().left, 0);
    assert!(test.directory().by_username("vic").is_some());
    assert_eq!(test.school.import_people(&operator, input(true)).await.unwrap().left, 1);
    assert!(test.directory().by_username("vic").is_none());
}

#[tokio::test]
async fn many_leavers_are_asked_about_again_and_can_be_brought_back_at_once() {
    let test = TestSchool::empty().await;
    let everybody = testkit::sample_school();
    test.import(&everybody).await;
    let operator = Actor::operator();
    let family = |line: &&str| !line.contains(",pupil,") && !line.contains(",parent,");
    let staff = everybody.lines().filter(family).collect::<Vec<_>>().join("\n");
    let gone = test.school.import_dry_run(&operator, &files(&staff)).await.unwrap().missing.len() as u64;
    let input = |confirmed| ImportPeople {
        files: files(&staff),
        digest: None,
        mark_missing_as_leavers: true,
        leavers_confirmed: confirmed,
    };
    for unsure in [None, Some(gone - 1)] {
        let refused = test.school.import_people(&operator, input(unsure)).await.unwrap_err();
        assert!(matches!(refused, ImportError::ManyLeavers { count, limit: 25 } if count == gone));
        assert_eq!(refused.field(), Some("leavers"));
    }
    assert_eq!(test.directory().len(), 1200);
    assert_eq!(test.school.import_people(&operator, input(Some(gone))).await.unwrap().left, gone);
    assert_eq!(test.directory().len() as u64, 1200 - gone);
    assert_eq!(test.school.last_leavers(&operator, LeftBy::LastImport).await.unwrap().len() as u64, gone);
    assert_eq!(test.school.undo_leavers(&operator, LeftBy::LastImport).await.unwrap(), gone);
    assert_eq!(test.directory().len(), 1200);
    assert_eq!(test.school.undo_leavers(&operator, LeftBy::LastImport).await.unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_year_leaves_by_one_date_once_its_number_was_typed() {
    let test = TestSchool::empty().await;
    let everybody = testkit::sample_school();
    test.import(&everybody).await;
    let operator = Actor::operator();
    let pupils: Vec<&str> = everybody.lines().filter(|line| line.contains(",pupil,")).take(400).collect();
    let dated = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        format!("{},{},pupil,2026-05-12", fields[0], fields[1])
    };
    let list =
        ["username,name,audience,leaving-date".to_owned()].into_iter().chain(pupils.iter().map(|line| dated(line)));
    let list = list.collect::<Vec<_>>().join("\n");
    assert_eq!(test.school.import_dry_run(&operator, &files(&list)).await.unwrap().dated, 400);
    let input = |confirmed| ImportPeople {
        files: files(&list),
        digest: None,
        mark_missing_as_leavers: false,
        leavers_confirmed: confirmed,
    };
    let refused = test.school.import_people(&operator, input(None)).await.unwrap_err();
    assert!(matches!(refused, ImportError::ManyLeavers { count: 400, limit: 25 }), "{refused}");
    test.school.import_people(&operator, input(Some(400))).await.unwrap();
    test.turn(jiff::SignedDuration::from_hours(24));
    assert_eq!(test.school.tick_by_doubtful_clock().await.unwrap().left, 0);
    let before = test.ledger().await;
    assert_eq!(test.school.tick().await.unwrap().left, 400);
    assert_eq!(test.ledger().await, before + 400);
    assert_eq!(test.directory().len(), 800);
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    assert_eq!(test.school.undo_leavers(&operator, LeftBy::LastImport).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(test.school.last_leavers(&operator, LeftBy::LeavingDate).await.unwrap().len(), 400);
    assert_eq!(test.school.undo_leavers(&operator, LeftBy::LeavingDate).await.unwrap(), 400);
    assert_eq!(test.directory().len(), 1200);
    assert_eq!(test.school.tick().await.unwrap().left, 0, "the date that has passed was taken out");
}
