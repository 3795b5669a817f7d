//! What is told when a time of a report is over: its deadline by law, or the time in which it is to be passed on.

use std::collections::BTreeMap;

use actions::*;
use domain::{CaseId, CaseLine, CaseStep, PolicyId};
use jiff::{SignedDuration, Timestamp};

use crate::receiving::kept_of_case;
use crate::reporting::{ids, reported, step, words, worry};
use crate::telling::with_mail;
use crate::test_school::TestSchool;

pub const CLOCKS: &str = r#"+++
id = "clocks"
title = "Clocks"
audiences = ["staff"]
owner = "headteacher"
+++

# Clocks

## Breaches {#breach}

Tell us.

```rule
[report]
id = "data-breach"
title = "Personal data may be lost"
who = ["staff"]
to = ["dsl"]
clock = "72 hours"
clock-from = "known-since"
before-closing = ["regulator"]
fields = { known-since = "date-time" }
```

## Leaks {#leak}

The safeguarding lead passes it on within four hours, and to the director within two days.

```rule
[report]
id = "leak"
title = "A leak"
who = ["staff"]
to = ["dsl"]
then = [{ by = ["dsl"], to = ["deputy-dsl"], within = "4 hours" }, { by = ["dsl"], to = ["it-director"], within = "2 days" }]
escalate = ["headteacher"]
```

## Spills {#spill}

The deputy passes it on within four hours.

```rule
[report]
id = "spill"
title = "A spill"
who = ["staff"]
to = ["dsl", "deputy-dsl"]
then = [{ by = ["deputy-dsl"], to = ["it-director"], within = "4 hours" }]
escalate = ["headteacher"]
closes = ["governors"]
```
"#;

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("clocks.md", CLOCKS).await;
    with_mail(&test).await;
    test
}

/// A report by Tom that Dee has taken up and looked at.
pub async fn in_hand(test: &TestSchool, report: &str, needs: BTreeMap<String, String>) -> CaseId {
    let before = ids(test, "dee").await;
    reported(test, "tom", Report { policy: PolicyId(words("clocks")), needs, ..worry(test, report, "A bag is lost") })
        .await;
    let case = ids(test, "dee").await.into_iter().find(|case| !before.contains(case)).expect("it comes to her");
    step(test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    test.school.concern(&test.actor("dee").await, case).await.unwrap();
    case
}

/// The same once everybody has had mail of it.
async fn taken_up(test: &TestSchool, report: &str, needs: BTreeMap<String, String>) -> CaseId {
    let case = in_hand(test, report, needs).await;
    mailed(test).await;
    case
}

/// A breach that was known for so many hours when it was reported.
async fn breach(test: &TestSchool, known_for: i64) -> CaseId {
    let since = test.school.now() - hours(known_for);
    let since = since.to_zoned(test.school.time_zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    taken_up(test, "data-breach", [(words("known-since"), since)].into()).await
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// Looks at what has fallen due after so many hours, and hands back of how many reports somebody was reminded.
async fn later(test: &TestSchool, by: SignedDuration) -> u64 {
    test.turn(by);
    test.school.tick().await.unwrap().reminded
}

/// To whom mail goes now, at whatever hour.
async fn mailed(test: &TestSchool) -> Vec<String> {
    let mut names = Vec::new();
    for mail in test.school.due_mail().await.unwrap() {
        names.push(mail.to.split('@').next().unwrap_or_default().to_owned());
        test.school.mail_sent(&mail).await.unwrap();
    }
    names.sort_unstable();
    names
}

async fn tasks(test: &TestSchool, username: &str) -> Vec<(TaskKind, TaskDate)> {
    let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks.into_iter();
    let is_of_report = |kind: &TaskKind| {
        use TaskKind::{Answer, DeadlineOver, PassOnDueSoon, PassOnOverdue};
        matches!(kind, Answer { .. } | DeadlineOver { .. } | PassOnDueSoon { .. } | PassOnOverdue { .. })
    };
    tasks.filter(|task| is_of_report(&task.kind)).map(|task| (task.kind, task.date)).collect()
}

/// How many notices of a kind are kept.
async fn kept(test: &TestSchool, kind: &str) -> i64 {
    let pool = test.database().await;
    let question = "SELECT COUNT(*) FROM notices WHERE kind = ?";
    let count = sqlx::query_scalar(question).bind(kind).fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

async fn deadline(test: &TestSchool, case: CaseId) -> Timestamp {
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    page.deadline.expect("the law sets one")
}

#[tokio::test]
async fn a_deadline_that_is_over_is_told_at_any_hour_to_those_who_have_the_report_and_to_the_last_resort() {
    let test = school().await;
    let case = breach(&test, 60).await;
    let by = deadline(&test, case).await;
    assert_eq!((later(&test, hours(0)).await, mailed(&test).await), (1, vec![words("dee")]), "three quarters are over");
    assert_eq!((later(&test, hours(11)).await, tasks(&test, "hal").await), (0, Vec::new()));
    // It is night, and mail that is not urgent waits.
    assert_eq!(later(&test, hours(1) + SignedDuration::from_mins(1)).await, 1);
    assert_eq!(mailed(&test).await, ["dee", "hal"]);
    assert_eq!(tasks(&test, "hal").await, [(TaskKind::DeadlineOver { case }, TaskDate::By(by))]);
    assert_eq!(tasks(&test, "dee").await, [(TaskKind::Answer { case }, TaskDate::By(by))]);
    assert!(ids(&test, "dan").await.is_empty() && ids(&test, "gil").await.is_empty(), "it goes to the first of them");
    let page = test.school.concern(&test.actor("hal").await, case).await.unwrap();
    let last = page.history.last().unwrap();
    assert_eq!(
        (last.who.as_str(), last.what.as_str()),
        ("Something was not done in time", "and it went to the headteacher too")
    );
    assert_eq!((later(&test, hours(100)).await, mailed(&test).await), (0, Vec::new()), "once");
    let told = CaseLine::RegulatorNotTold { reason: words("It was locked in") };
    step(&test, "dee", case, CaseStep::write_down(told)).await.unwrap();
    assert!(tasks(&test, "hal").await.is_empty(), "what the deadline asks for is done");
    let [(TaskKind::Answer { .. }, TaskDate::Since(_))] = tasks(&test, "dee").await[..] else { panic!("it is open") };
    assert_eq!(ids(&test, "hal").await, [case], "he keeps it");
}

#[tokio::test]
async fn nobody_is_reminded_of_a_deadline_once_it_is_said_whether_the_regulator_was_told() {
    let test = school().await;
    let case = breach(&test, 2).await;
    let by = deadline(&test, case).await;
    let told = CaseLine::RegulatorTold {
        at: test.school.now(),
        reference: words("IC-7"),
        reason: words("At risk"),
        delay: words(""),
    };
    step(&test, "dee", case, CaseStep::write_down(told)).await.unwrap();
    test.clock.set(by + hours(1));
    assert_eq!((later(&test, hours(0)).await, mailed(&test).await), (0, Vec::new()));
    assert!(ids(&test, "hal").await.is_empty());
    // What is known of it is put right, and stays said.
    step(&test, "dee", case, CaseStep::correct_known_since(by - hours(80), words("The day was wrong"))).await.unwrap();
    assert_eq!((later(&test, hours(0)).await, ids(&test, "hal").await), (0, Vec::new()));
}

#[tokio::test]
async fn what_is_not_passed_on_in_time_is_told_and_goes_to_those_whom_the_clause_names() {
    let test = school().await;
    let came = test.school.now();
    let case = taken_up(&test, "leak", BTreeMap::new()).await;
    let answer = |by| vec![(TaskKind::Answer { case }, TaskDate::By(by))];
    assert_eq!(tasks(&test, "dee").await, answer(came + hours(4)));
    assert_eq!((later(&test, hours(3)).await, mailed(&test).await), (1, vec![words("dee")]), "three quarters are over");
    assert!(ids(&test, "hal").await.is_empty());
    assert_eq!((later(&test, hours(1)).await, mailed(&test).await), (1, vec![words("dee"), words("hal")]));
    assert_eq!(tasks(&test, "hal").await, [(TaskKind::PassOnOverdue { case }, TaskDate::By(came + hours(4)))]);
    assert_eq!(kept(&test, "report-pass-on-overdue").await, 2);
    step(&test, "dee", case, CaseStep::PassOn { to: testkit::role("deputy-dsl"), note: String::new() }).await.unwrap();
    assert!(tasks(&test, "hal").await.is_empty());
    assert_eq!((kept(&test, "report-pass-on-due").await, kept(&test, "report-pass-on-overdue").await), (0, 0));
    // The next of its steps has a time of its own.
    assert_eq!(tasks(&test, "dee").await, answer(came + hours(48)));
    assert_eq!(later(&test, hours(31)).await, 0);
    assert_eq!((later(&test, hours(1)).await, kept(&test, "report-pass-on-due").await), (1, 1));
    assert_eq!((later(&test, hours(12)).await, kept(&test, "report-pass-on-overdue").await), (1, 3));
    step(&test, "dee", case, CaseStep::PassOn { to: testkit::role("it-director"), note: String::new() }).await.unwrap();
    step(&test, "dee", case, CaseStep::Close { reason: words("It is stopped") }).await.unwrap();
    assert_eq!((later(&test, hours(500)).await, kept(&test, "report-pass-on-overdue").await), (0, 0));
}

#[tokio::test]
async fn whoever_is_told_of_a_time_of_a_report_that_somebody_else_has_finds_on_home_what_to_do_about_it() {
    let test = school().await;
    let by = test.school.now() + hours(4);
    let case = taken_up(&test, "spill", BTreeMap::new()).await;
    assert!(tasks(&test, "dan").await.is_empty(), "Dee has taken it up");
    assert_eq!((later(&test, hours(3)).await, mailed(&test).await), (1, vec![words("dan")]));
    assert_eq!(tasks(&test, "dan").await, [(TaskKind::PassOnDueSoon { case }, TaskDate::By(by))]);
    assert!(tasks(&test, "gil").await.is_empty(), "those who close it alone have nothing to do yet");
    assert_eq!((later(&test, hours(1)).await, kept(&test, "report-pass-on-overdue").await), (1, 4));
    for who in ["dan", "hal", "gil"] {
        assert_eq!(tasks(&test, who).await, [(TaskKind::PassOnOverdue { case }, TaskDate::By(by))], "{who}");
    }
    step(&test, "dan", case, CaseStep::PassOn { to: testkit::role("it-director"), note: String::new() }).await.unwrap();
    for who in ["dan", "hal", "gil"] {
        assert!(tasks(&test, who).await.is_empty(), "{who}");
    }
}

#[tokio::test]
async fn a_breach_that_was_known_for_months_when_it_was_reported_is_late_at_once() {
    let test = school().await;
    let case = breach(&test, 24 * 120).await;
    assert_eq!(later(&test, hours(0)).await, 1);
    assert_eq!((ids(&test, "hal").await, kept(&test, "report-deadline-over").await), (vec![case], 2));
    assert_eq!(
        tasks(&test, "hal").await,
        [(TaskKind::DeadlineOver { case }, TaskDate::By(deadline(&test, case).await))]
    );
}

#[tokio::test]
async fn a_report_that_nobody_takes_up_in_time_comes_to_those_whom_the_clause_names_for_that() {
    let test = crate::reporting::school().await;
    reported(&test, "ada", worry(&test, "bullying", "Somebody frightens me")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let of_reports = async |username: &str| {
        let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
        tasks.into_iter().filter(|task| task.kind == TaskKind::TakeUp { case }).collect::<Vec<_>>()
    };
    test.turn(SignedDuration::from_mins(119));
    test.school.tick().await.unwrap();
    assert!(ids(&test, "hal").await.is_empty() && of_reports("hal").await.is_empty());
    test.turn(SignedDuration::from_mins(1));
    assert_eq!(test.school.tick().await.unwrap().reminded, 1);
    assert_eq!((ids(&test, "hal").await, ids(&test, "dee").await), (vec![case], vec![case]));
    assert!(ids(&test, "ivy").await.is_empty() && ids(&test, "dan").await.is_empty());
    assert!(of_reports("hal").await[0].detail.ends_with("nobody has taken it up in time."));
    let page = test.school.concern(&test.actor("hal").await, case).await.unwrap();
    assert_eq!(page.reporter_words, "Kept in confidence by those whom it went to first");
    let last = page.history.last().unwrap();
    assert_eq!(last.who, "Something was not done in time");
    assert_eq!(last.what, "and it went to the headteacher too");
    let kept = kept_of_case(&test, case).await;
    assert_eq!(kept.iter().filter(|entry| entry.starts_with("escalate ")).count(), 1, "{kept:?}");
    test.turn(SignedDuration::from_hours(48));
    assert_eq!(test.school.tick().await.unwrap().reminded, 0, "once");
    step(&test, "hal", case, CaseStep::TakeUp { from: None }).await.unwrap();
    assert_eq!(ids(&test, "dee").await, [case], "those whom it went to first keep it");
}

#[tokio::test]
async fn a_report_that_is_opened_again_has_its_time_anew_and_one_given_back_late_goes_on_at_once() {
    let test = crate::reporting::school().await;
    let hal_has = async |case| ids(&test, "hal").await.contains(&case);
    reported(&test, "ada", worry(&test, "bullying", "Somebody frightens me")).await;
    let [again] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", again, CaseStep::TakeUp { from: None }).await.unwrap();
    step(&test, "dee", again, CaseStep::Close { reason: words("She is safe") }).await.unwrap();
    test.turn(SignedDuration::from_hours(30));
    test.school.tick().await.unwrap();
    step(&test, "dee", again, CaseStep::Reopen { reason: words("It goes on") }).await.unwrap();
    // A new policy has the program look at all that may be due, as a start of it has.
    let policy = InstallPolicy { file_name: "other.md".to_owned(), text: crate::test_school::POLICY.to_owned() };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    test.turn(SignedDuration::from_mins(119));
    test.school.tick().await.unwrap();
    assert!(!hal_has(again).await, "the two hours count from when it was opened again");
    test.turn(SignedDuration::from_mins(1));
    test.school.tick().await.unwrap();
    assert!(hal_has(again).await);

    reported(&test, "ada", worry(&test, "bullying", "A third")).await;
    let reminded = ids(&test, "dee").await.into_iter().find(|case| *case != again).expect("the second");
    test.turn(SignedDuration::from_mins(100));
    test.school.tick().await.unwrap();
    test.school.concern(&test.actor("dee").await, reminded).await.expect("she reads that it is due");
    step(&test, "dee", reminded, CaseStep::Close { reason: words("It was nothing") }).await.unwrap();
    step(&test, "dee", reminded, CaseStep::Reopen { reason: words("It was something") }).await.unwrap();
    test.turn(SignedDuration::from_mins(100));
    assert_eq!(test.school.tick().await.unwrap().reminded, 1, "reminded anew, though she had read the first");
    test.turn(SignedDuration::from_mins(20));
    test.school.tick().await.unwrap();
    assert!(hal_has(reminded).await);

    reported(&test, "ada", worry(&test, "bullying", "And another")).await;
    let back = ids(&test, "dee").await.into_iter().find(|case| ![again, reminded].contains(case)).expect("the third");
    step(&test, "dee", back, CaseStep::TakeUp { from: None }).await.unwrap();
    test.turn(SignedDuration::from_hours(3));
    test.school.tick().await.unwrap();
    assert!(!hal_has(back).await, "somebody has taken it up");
    let dee = test.id("dee").await;
    step(&test, "dee", back, CaseStep::is_about(dee)).await.unwrap();
    test.school.tick().await.unwrap();
    assert!(hal_has(back).await, "its time was over when it was given back");
}
