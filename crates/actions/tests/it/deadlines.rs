//! Requests that are to be decided by a time: who is reminded, to whom they go when it is over, and what the asker is told.

use std::collections::BTreeMap;

use actions::{Ask, Decide, ErrorKind, ListQuery, RequestAnswer, TaskDate, TaskKind, VerbError, Wants};
use domain::{PolicyId, Recipient, RequestId, Told};
use jiff::{SignedDuration, Timestamp};

use crate::test_school::TestSchool;

const LOANS: &str = r#"+++
id          = "loans"
title       = "Borrowing"
audiences   = ["staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Borrowing

## A camera {#camera}
The safeguarding lead decides within two hours, or else the headteacher.

```rule
[permission]
id       = "camera"
title    = "Borrow a camera"
asks     = ["staff"]
decides  = ["dsl"]
within   = "2 hours"
escalate = ["headteacher"]
opens    = "device"
```
"#;

async fn with_loans() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("loans.md", LOANS).await;
    test
}

async fn asks(test: &TestSchool, username: &str, from: Option<Timestamp>) -> RequestId {
    let ask = Ask {
        policy: PolicyId("loans".to_owned()),
        permission: "camera".to_owned(),
        recipient: Recipient::Person(test.id(username).await),
        wants: Wants::Words("the small one".to_owned()),
        reason: "The trip to the fen".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from,
        id: None,
    };
    test.school.ask(&test.actor(username).await, ask).await.expect("staff may ask").id
}

async fn later(test: &TestSchool, minutes: i64) -> u64 {
    test.turn(SignedDuration::from_mins(minutes));
    test.school.tick().await.unwrap().reminded
}

async fn to_decide(test: &TestSchool, username: &str) -> Vec<(RequestId, TaskDate)> {
    let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
    let requests = tasks.into_iter().filter_map(|task| match task.kind {
        TaskKind::Decide { request } => Some((request, task.date)),
        _ => None,
    });
    requests.collect()
}

fn yes(request: RequestId) -> Decide {
    Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } }
}

#[tokio::test]
async fn a_request_that_nobody_decides_in_time_comes_to_those_whom_the_clause_names_for_that() {
    let test = with_loans().await;
    let request = asks(&test, "tom", None).await;
    let due = test.school.now() + SignedDuration::from_hours(2);
    assert_eq!(to_decide(&test, "dee").await, [(request, TaskDate::By(due))]);
    let hal = test.actor("hal").await;
    assert_eq!(test.school.decide(&hal, yes(request)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(test.school.request(&hal, request).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!((later(&test, 89).await, later(&test, 1).await), (0, 1), "three quarters of the time");
    assert!(to_decide(&test, "hal").await.is_empty());
    assert_eq!((later(&test, 29).await, later(&test, 1).await), (0, 1), "the time is over");
    assert_eq!(to_decide(&test, "hal").await, [(request, TaskDate::By(due))]);
    assert_eq!(to_decide(&test, "dee").await.len(), 1, "those who decided from the beginning still may");
    assert!(to_decide(&test, "ivy").await.is_empty());
    assert_eq!(later(&test, 10_000).await, 0, "each reminder once");
    let page = test.school.request(&hal, request).await.unwrap();
    assert!(page.may_decide);
    let last = page.history.last().unwrap();
    assert_eq!(
        (last.who.as_str(), last.what.as_str()),
        ("Nobody had decided it in time", "and it went to the headteacher too")
    );
    assert!(test.school.decide(&hal, yes(request)).await.unwrap().grant.is_some());
    assert!(test.school.request(&hal, request).await.is_ok(), "they read what they decided");
    let ledger = test.school.ledger(&hal, ListQuery::default()).await.unwrap();
    let verbs = |verb: &str| ledger.rows.iter().filter(|row| row.verb == verb).count();
    assert_eq!((verbs("escalate"), verbs("remind")), (1, 2));
}

#[tokio::test]
async fn a_request_of_the_one_to_whom_it_would_go_goes_to_nobody() {
    let test = with_loans().await;
    let request = asks(&test, "hal", None).await;
    assert_eq!(later(&test, 121).await, 1, "the safeguarding lead is reminded");
    assert!(to_decide(&test, "hal").await.is_empty());
    let hal = test.actor("hal").await;
    assert_eq!(test.school.decide(&hal, yes(request)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let ledger = test.school.ledger(&hal, ListQuery::default()).await.unwrap();
    assert!(ledger.rows.iter().all(|row| row.verb != "escalate"));
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_decided_or_taken_back() {
    let test = with_loans().await;
    let (refused, withdrawn) = (asks(&test, "tom", None).await, asks(&test, "ivy", None).await);
    let answer = RequestAnswer::Refuse { reason: "It is broken".to_owned() };
    test.school.decide(&test.actor("dee").await, Decide { request: refused, answer }).await.unwrap();
    test.school.withdraw_request(&test.actor("ivy").await, withdrawn).await.unwrap();
    assert_eq!(later(&test, 10_000).await, 0);
}

#[tokio::test]
async fn whoever_asked_is_told_when_the_time_begins_for_which_they_asked_and_nobody_has_decided() {
    let test = with_loans().await;
    let request = asks(&test, "tom", Some(test.school.now() + SignedDuration::from_mins(30))).await;
    let told = async || {
        let home = test.school.home(&test.actor("tom").await).await.unwrap();
        home.news.iter().map(|news| news.told).collect::<Vec<_>>()
    };
    assert_eq!((later(&test, 29).await, told().await), (0, vec![]));
    assert_eq!((later(&test, 1).await, told().await), (1, vec![Told::RequestUndecided(request)]));
    test.school.decide(&test.actor("dee").await, yes(request)).await.unwrap();
    assert_eq!(told().await, [Told::RequestDecided(request)]);
}

#[tokio::test]
async fn a_reminder_that_fell_due_while_the_program_was_off_is_given_when_it_starts() {
    let test = with_loans().await;
    asks(&test, "tom", None).await;
    test.turn(SignedDuration::from_hours(3));
    let beside = test.beside().await;
    assert_eq!(beside.school.tick().await.unwrap().reminded, 1, "before and after in one look");
    assert_eq!(to_decide(&beside, "hal").await.len(), 1);
    assert_eq!(beside.school.tick().await.unwrap().reminded, 0);
}
