//! What ends with a lesson, a term or so many school days ends when the school's timetable and calendar say.

use std::collections::BTreeMap;

use actions::{Actor, Ask, AskError, Decide, InstallPolicy, RequestAnswer, Wants};
use domain::{Calendar, Group, Lesson, NoEnd, Outcome, PolicyId, Recipient, Timetable};
use jiff::civil::date;

use crate::test_school::TestSchool;

async fn school(timetable: Timetable) -> TestSchool {
    let test = TestSchool::open_in(timetable).await;
    let policy = InstallPolicy { file_name: "keys.md".to_owned(), text: include_str!("keys.md").to_owned() };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    test
}

async fn ask(test: &TestSchool, permission: &str) -> Result<domain::RequestId, AskError> {
    let tom = test.actor("tom").await;
    let input = Ask {
        policy: PolicyId("keys".to_owned()),
        permission: permission.to_owned(),
        recipient: Recipient::Person(tom.person()),
        wants: Wants::Words("The one by the window".to_owned()),
        reason: "For a visitor.".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from: None,
        id: None,
    };
    Ok(test.school.ask(&tom, input).await?.id)
}

/// When a grant ends that is asked for and given now, in the school's own time.
async fn end(test: &TestSchool, permission: &str) -> String {
    let request = ask(test, permission).await.expect("it may be asked for");
    let yes = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let decided = test.school.decide(&test.actor("ivy").await, yes).await.expect("it may be given");
    let end = decided.grant.expect("a grant").until.expect("it ends");
    end.to_zoned(test.school.time_zone().clone()).datetime().to_string()
}

#[tokio::test]
async fn a_lesson_a_term_and_fifteen_school_days_end_when_the_calendar_says() {
    let double = Lesson {
        class: domain::Group("9B".to_owned()),
        when: "tue 09:50-11:40".parse().expect("times"),
        room: None,
        teacher: None,
        week: None,
    };
    let test = school(Timetable { lessons: vec![double], ..Timetable::sample(2025, 1) }).await;
    assert_eq!(end(&test, "seat").await, "2026-05-12T11:40:00", "the lesson of his own class, not the day's first");
    assert_eq!(end(&test, "key").await, "2026-07-17T23:59:59");
    assert_eq!(end(&test, "loan").await, "2026-06-09T10:00:00", "a half term is no school");

    test.clock.set("2026-05-12T14:00:00+01:00".parse().expect("a moment"));
    assert_eq!(end(&test, "seat").await, "2026-05-12T15:30:00", "his class has no lesson now: the day's own");
    test.clock.set("2026-07-17T10:00:00+01:00".parse().expect("a moment"));
    assert_eq!(end(&test, "key").await, "2026-07-17T23:59:59");
    let after = NoEnd::AfterTerms { last: date(2026, 7, 17) };
    assert!(matches!(ask(&test, "loan").await, Err(AskError::NoEnd { why }) if why == after));
}

#[tokio::test]
async fn a_school_without_terms_is_told_so_and_nothing_ends_on_an_invented_day() {
    let test = school(Timetable { calendar: Calendar::default(), ..Timetable::sample(2025, 1) }).await;
    for permission in ["key", "loan"] {
        let refused = ask(&test, permission).await.expect_err("it has no end");
        assert!(refused.to_string().contains("term dates have not been entered"), "{refused}");
    }
    assert_eq!(end(&test, "seat").await, "2026-05-12T10:50:00");
}

#[tokio::test]
async fn after_the_last_lesson_nothing_is_asked_for_or_given_for_a_lesson() {
    let test = school(Timetable::sample(2025, 1)).await;
    let request = ask(&test, "seat").await.expect("it may be asked for");
    test.clock.set("2026-05-12T16:00:00+01:00".parse().expect("a moment"));
    let yes = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let refused = test.school.decide(&test.actor("ivy").await, yes).await.expect_err("its lesson is over");
    assert!(refused.to_string().contains("is over"), "{refused}");
    let refused = ask(&test, "seat").await.expect_err("no lesson is left");
    assert!(refused.to_string().contains("no more lessons today"), "{refused}");
}

#[tokio::test]
async fn a_site_asked_for_ahead_opens_for_its_class_in_its_lesson_and_neither_before_nor_after() {
    let lesson = Lesson {
        class: Group("9B".to_owned()),
        when: "thu 11:10-12:20".parse().expect("times"),
        room: None,
        teacher: None,
        week: None,
    };
    let test = school(Timetable { lessons: vec![lesson], ..Timetable::sample(2025, 1) }).await;
    for pupil in ["ada", "ben"] {
        test.sign_for(pupil).await;
    }
    let here = test.school.now().to_zoned(test.school.time_zone().clone());
    let ahead = test.school.timetable().lessons_ahead(&here, &[Group("9B".to_owned())], 7);
    let (from, to) = (ahead[0].from.timestamp(), ahead[0].to.timestamp());
    let ask = Ask { from: Some(from), until: Some(to), ..test.ask_reddit() };
    let request = test.school.ask(&test.actor("tom").await, ask).await.expect("it may be asked for");
    let page = test.school.request(&test.actor("ivy").await, request.id).await.expect("the request");
    assert_eq!(page.effect, "For 9B, reddit.com opens from 14 May 2026, 11:10 until 14 May 2026, 12:20.");
    let later = Decide {
        request: request.id,
        answer: RequestAnswer::Approve { until: Some(to + jiff::SignedDuration::from_secs(1)), seen: Vec::new() },
    };
    let refused = test.school.decide(&test.actor("ivy").await, later).await.expect_err("more than was asked for");
    assert!(refused.to_string().contains("14 May 2026, 12:20 at the latest"), "{refused}");
    let yes = Decide { request: request.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let given =
        test.school.decide(&test.actor("ivy").await, yes).await.expect("it may be given").grant.expect("a grant");
    assert!(given.to_come && !given.live && given.may_revoke);
    let second = jiff::SignedDuration::from_secs(1);
    for (at, outcome) in [
        (test.school.now(), Outcome::Blocked),
        (from - second, Outcome::Blocked),
        (from, Outcome::Allowed),
        (to - second, Outcome::Allowed),
        (to, Outcome::Blocked),
    ] {
        test.clock.set(at);
        assert_eq!(test.gate("ada", "www.reddit.com").await.0, outcome, "9B at {at}");
        assert_eq!(test.gate("ben", "www.reddit.com").await.0, Outcome::Blocked, "another class at {at}");
    }
}
