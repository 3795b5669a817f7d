//! Reports that are dealt with as data breaches: their clock, what is known of them, what must be said before they are
//! closed, and the list of all.

use std::collections::BTreeMap;

use actions::*;
use domain::{BreachPart, CaseId, CaseLine, CaseStep, PolicyId};
use jiff::{SignedDuration, Timestamp};

use crate::reporting::{ids, reported, step, words};
use crate::telling::with_mail;
use crate::test_school::TestSchool;

const DATA: &str = r#"+++
id = "data"
title = "Personal data"
audiences = ["pupil", "staff"]
owner = "headteacher"
+++

# Personal data

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
before-closing = ["regulator", "decision"]
refer = ["office"]
fields = { known-since = "date-time" }
```

```rule
[report]
id = "damage"
title = "Damage"
who = ["staff"]
to = ["dsl"]
```
"#;

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("data.md", DATA).await;
    test
}

/// A report by Tom of what he has known for so many hours, as the one who receives it has it.
async fn breach(test: &TestSchool, known_for: i64) -> CaseId {
    let since = test.school.now() - SignedDuration::from_hours(known_for);
    let since = since.to_zoned(test.school.time_zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    report(test, "data-breach", [(words("known-since"), since)].into()).await
}

async fn report(test: &TestSchool, id: &str, needs: BTreeMap<String, String>) -> CaseId {
    let before = ids(test, "dee").await;
    let report = Report {
        policy: PolicyId(words("data")),
        report: words(id),
        told: words("A bag was left on the train"),
        needs,
        chosen: None,
        about: ReportAbout::Nobody,
        pupil: None,
        lost: ReportLost::Nothing,
        capacity: None,
        has_reported_harm: false,
        key: test.school.new_report_key(),
        address: None,
    };
    reported(test, "tom", report).await;
    let new = ids(test, "dee").await.into_iter().find(|id| !before.contains(id));
    new.expect("she receives it")
}

async fn write_down(test: &TestSchool, case: CaseId, line: CaseLine) -> Result<Handled, HandleCaseError> {
    step(test, "dee", case, CaseStep::write_down(line)).await
}

fn known(parts: &[(BreachPart, &str)]) -> CaseLine {
    CaseLine::BreachKnown { parts: parts.iter().map(|(part, text)| (*part, words(text))).collect() }
}

fn told(at: Timestamp, delay: &str) -> CaseLine {
    CaseLine::RegulatorTold { at, reference: words("IC-7"), reason: words("At risk"), delay: words(delay) }
}

async fn page(test: &TestSchool, case: CaseId) -> ConcernPage {
    test.school.concern(&test.actor("dee").await, case).await.unwrap()
}

#[tokio::test]
async fn the_clock_runs_from_what_the_form_says_and_never_from_after_the_report() {
    let test = school().await;
    let hours = SignedDuration::from_hours;
    let case = breach(&test, 20).await;
    let page_of = page(&test, case).await;
    let since = page_of.breach.unwrap().known_since;
    assert!((test.school.now() - hours(20)).duration_since(since).abs() < SignedDuration::from_mins(1));
    assert_eq!(page_of.deadline, Some(since + hours(72)));
}

#[tokio::test]
async fn a_breach_is_not_known_since_a_time_that_is_still_to_come() {
    let test = school().await;
    let tomorrow = test.school.now() + SignedDuration::from_hours(24);
    let tomorrow = tomorrow.to_zoned(test.school.time_zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    let needs: BTreeMap<String, String> = [(words("known-since"), tomorrow)].into();
    let tom = test.actor("tom").await;
    let policy = PolicyId(words("data"));
    let wrong = test.school.wrong_in_report(Some(&tom), &policy, "data-breach", &needs, false).unwrap();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].field, "known-since");
    assert!(wrong[0].wrong.to_string().contains("‘Known since’ is still to come"), "{}", wrong[0].wrong);
    let report = Report { policy, needs, ..crate::reporting::worry(&test, "data-breach", "A bag was left") };
    let refused = test.school.report(Some(&tom), report).await.unwrap_err();
    assert!(matches!(refused, ReportError::Answers { .. }), "{refused}");
    assert!(ids(&test, "dee").await.is_empty());
}

fn corrected(since: Timestamp) -> CaseStep {
    CaseStep::correct_known_since(since, words("The day was wrong"))
}

async fn reminded(test: &TestSchool) -> i64 {
    test.school.tick().await.unwrap();
    let pool = test.database().await;
    let question = "SELECT COUNT(*) FROM notices WHERE kind = 'report-deadline'";
    let count = sqlx::query_scalar(question).fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

#[tokio::test]
async fn where_since_when_a_breach_is_known_was_not_kept_with_it_its_form_says_what_it_was_before() {
    let test = school().await;
    let case = breach(&test, 24 * 5).await;
    let before = page(&test, case).await;
    let (known, opened_at) = (before.breach.unwrap().known_since, before.line.opened_at);
    let pool = test.database().await;
    sqlx::query("UPDATE cases SET clock_from = NULL").execute(&pool).await.unwrap();
    pool.close().await;
    step(&test, "dee", case, corrected(opened_at - SignedDuration::from_hours(4))).await.expect("she receives it");
    let london = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let instead = format!(", and not {}.", domain::moment_words(known, &london));
    let history = page(&test, case).await.history;
    assert!(history.iter().any(|line| line.what.contains(&instead)), "{instead}: {history:?}");
}

#[tokio::test]
async fn since_when_a_breach_is_known_is_put_right_and_its_clock_and_its_reminder_with_it() {
    let test = school().await;
    let hours = SignedDuration::from_hours;
    // It was typed some days too early, so that all its time would be over.
    let case = breach(&test, 24 * 5).await;
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.expect("she receives it");
    let before = page(&test, case).await;
    assert!(before.deadline < Some(test.school.now()));
    assert_eq!(reminded(&test).await, 1, "its deadline is over");
    let since = before.line.opened_at - hours(4);
    let tomorrow = test.school.now() + hours(24);
    let error = step(&test, "dee", case, corrected(tomorrow)).await.unwrap_err();
    assert!(matches!(error, HandleCaseError::KnownLater) && error.field() == Some("on"), "{error}");
    let unexplained = CaseStep::correct_known_since(since, words(" "));
    assert!(matches!(step(&test, "dee", case, unexplained).await, Err(HandleCaseError::NoWords)));
    step(&test, "dee", case, corrected(since)).await.expect("she receives it");
    let again = step(&test, "dee", case, corrected(since)).await.unwrap_err();
    assert!(matches!(again, HandleCaseError::KnownSinceThen), "{again}");
    let after = page(&test, case).await;
    assert_eq!((after.breach.unwrap().known_since, after.deadline), (since, Some(since + hours(72))));
    let said = after.history.iter().find(|line| line.what.contains("put right since when it is known"));
    assert!(said.is_some_and(|line| line.what.contains("The reason: The day was wrong")), "{:?}", after.history);
    let listed = test.school.breaches(&test.actor("dee").await).await.unwrap();
    assert_eq!(listed[0].known_since, since);
    assert_eq!(reminded(&test).await, 0, "it is reminded of in its own time");
    // Three quarters of 72 hours from then on, and not from the report.
    test.clock.set(since + hours(54) - hours(1));
    assert_eq!(reminded(&test).await, 0);
    test.clock.set(since + hours(54));
    assert_eq!(reminded(&test).await, 1);
    let late = told(since + hours(73), "");
    test.clock.set(since + hours(74));
    assert!(matches!(write_down(&test, case, late).await, Err(HandleCaseError::NoDelay)), "by the clock as it is now");
}

#[tokio::test]
async fn nobody_puts_right_what_is_no_breach_or_not_theirs() {
    let test = school().await;
    let since = test.school.now() - SignedDuration::from_hours(4);
    let damage = report(&test, "damage", BTreeMap::new()).await;
    let error = step(&test, "dee", damage, corrected(since)).await.unwrap_err();
    assert!(matches!(error, HandleCaseError::NoBreach), "{error}");
    let case = breach(&test, 20).await;
    for username in ["tom", "dan", "hal", "ivy", "pat"] {
        let error = step(&test, username, case, corrected(since)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden), "{username}: {error}");
    }
}

#[tokio::test]
async fn what_is_known_of_a_breach_is_gathered_and_what_is_missing_named() {
    let test = school().await;
    let case = breach(&test, 0).await;
    assert_eq!(page(&test, case).await.breach.unwrap().missing(), BreachPart::ALL);
    let first = known(&[(BreachPart::Nature, "A lost bag"), (BreachPart::PeopleNumber, "30")]);
    write_down(&test, case, first).await.unwrap();
    write_down(&test, case, known(&[(BreachPart::Nature, "A stolen bag")])).await.unwrap();
    let facts = page(&test, case).await.breach.unwrap();
    assert_eq!(facts.parts[0], (BreachPart::Nature, Some(words("A stolen bag"))));
    assert_eq!(facts.parts.iter().filter(|(_, known)| known.is_some()).count(), 2);
    assert_eq!(facts.missing().len(), BreachPart::ALL.len() - 2);
    let error = write_down(&test, case, known(&[(BreachPart::Nature, " ")])).await.unwrap_err();
    assert_eq!(error.field(), Some("nature"), "{error}");
    let long = "é".repeat(PeopleSettings::default().longest_line + 1);
    let error = write_down(&test, case, known(&[(BreachPart::RecordsNumber, &long)])).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("records-number")), "{error}");
    let other = report(&test, "damage", BTreeMap::new()).await;
    assert_eq!(page(&test, other).await.breach, None);
    for line in [known(&[(BreachPart::Nature, "x")]), CaseLine::RegulatorNotTold { reason: words("x") }] {
        let refused = write_down(&test, other, line).await.unwrap_err();
        assert!(matches!(refused, HandleCaseError::NoBreach), "{refused}");
    }
}

#[tokio::test]
async fn a_breach_is_closed_once_it_is_said_whether_the_regulator_was_told_and_what_was_decided() {
    let test = school().await;
    let case = breach(&test, 0).await;
    let close = CaseStep::Close { reason: words("It was found") };
    let refused = step(&test, "dee", case, close.clone()).await.unwrap_err();
    let sentence = "Before it is closed, write down whether the regulator was told and what was decided, or why not: the \
                    clause says so.";
    assert_eq!((refused.to_string().as_str(), refused.field()), (sentence, Some("text")));
    assert_eq!(page(&test, case).await.outstanding.len(), 2);
    write_down(&test, case, CaseLine::RegulatorNotTold { reason: words("It was encrypted") }).await.unwrap();
    assert!(matches!(
        step(&test, "dee", case, close.clone()).await,
        Err(HandleCaseError::NotWrittenDown { lines }) if lines == "what was decided"
    ));
    write_down(&test, case, CaseLine::Decision { text: words("No more"), reason: words("Enough") }).await.unwrap();
    step(&test, "dee", case, close).await.expect("everything is said");
    assert_eq!(page(&test, case).await.outstanding, []);
    let other = report(&test, "damage", BTreeMap::new()).await;
    let close = CaseStep::Close { reason: words("Mended") };
    step(&test, "dee", other, close).await.expect("its clause asks for nothing");
}

#[tokio::test]
async fn why_the_regulator_was_told_late_is_asked_after_the_deadline_and_not_before() {
    let test = school().await;
    let case = breach(&test, 70).await;
    let error = write_down(&test, case, told(test.school.now(), "A hurry")).await.unwrap_err();
    assert!(matches!(error, HandleCaseError::WasInTime), "{error}");
    test.turn(SignedDuration::from_hours(3));
    let error = write_down(&test, case, told(test.school.now(), " ")).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("delay")), "{error}");
    write_down(&test, case, told(test.school.now(), "Nobody was there")).await.unwrap();
    let in_time = test.school.now() - SignedDuration::from_hours(2);
    write_down(&test, case, told(in_time, "")).await.expect("it was told in time, and is written down late");
    let shown = format!("{:?}", page(&test, case).await.breach.unwrap().told);
    assert!(shown.contains("reference IC-7: At risk Why so late: Nobody was there"), "{shown}");
}

#[tokio::test]
async fn the_list_has_every_breach_that_somebody_reads_and_shows_nobody_else_that_there_is_one() {
    let test = school().await;
    let (first, second) = (breach(&test, 5).await, breach(&test, 0).await);
    report(&test, "damage", BTreeMap::new()).await;
    for line in [
        known(&[(BreachPart::Nature, "A lost bag")]),
        CaseLine::RegulatorNotTold { reason: words("It was found") },
        CaseLine::Decision { text: words("No more"), reason: words("Enough") },
    ] {
        write_down(&test, first, line).await.unwrap();
    }
    step(&test, "dee", first, CaseStep::Close { reason: words("Found") }).await.unwrap();
    test.turn(SignedDuration::from_hours(24 * 500));
    let list = test.school.breaches(&test.actor("dee").await).await.unwrap();
    let by_id = |id| list.iter().find(|line| line.id == id).expect("it is listed");
    assert_eq!(list.len(), 2, "damage is none, and one that was closed long ago stays");
    assert_eq!(by_id(first).nature.as_deref(), Some("A lost bag"));
    assert!(by_id(first).regulator.as_ref().is_some_and(|words| words.ends_with(": It was found")));
    assert!(by_id(first).closed_at.is_some() && by_id(first).known_since < by_id(first).opened_at);
    assert_eq!((&by_id(second).nature, &by_id(second).regulator, by_id(second).closed_at), (&None, &None, None));
    for username in ["hal", "dan", "ivy", "oli", "tom", "gil", "ada", "pat"] {
        let listed = test.school.breaches(&test.actor(username).await).await;
        assert!(listed.map_or(true, |lines| lines.is_empty()), "{username}");
    }
    let pass_on = CaseStep::PassOn { to: testkit::role("office"), note: String::new() };
    step(&test, "dee", second, pass_on).await.unwrap();
    let passed = test.school.breaches(&test.actor("oli").await).await.unwrap();
    assert_eq!(passed.iter().map(|line| line.id).collect::<Vec<_>>(), [second]);
    step(&test, "dee", second, CaseStep::is_about(test.id("dee").await)).await.unwrap();
    let left = test.school.breaches(&test.actor("dee").await).await.unwrap();
    assert_eq!(left.iter().map(|line| line.id).collect::<Vec<_>>(), [first], "never one about themselves");
}

#[tokio::test]
async fn whoever_receives_a_breach_is_told_of_it_at_any_hour_and_the_ledger_says_nothing_of_what_it_holds() {
    let test = school().await;
    with_mail(&test).await;
    let case = breach(&test, 1).await;
    let mails = test.school.due_mail().await.unwrap();
    assert!(!mails.is_empty() && mails.iter().all(|mail| mail.urgent), "72 hours run on through the night: {mails:?}");
    write_down(&test, case, known(&[(BreachPart::Nature, "A frobnicated bag")])).await.unwrap();
    write_down(&test, case, told(test.school.now(), "")).await.unwrap();
    let kept = crate::receiving::kept_of_case(&test, case).await;
    assert_eq!(kept.iter().filter(|details| details.contains("written-down")).count(), 2, "{kept:?}");
    for word in ["frobnicated", "regulator", "breach-known", "IC-7"] {
        assert!(!kept.iter().any(|details| details.contains(word)), "'{word}': {kept:?}");
    }
}
