//! Reports at the desk: who receives them, who else sees nothing, what is done with them, and how they are followed.

use std::net::IpAddr;

use actions::*;
use domain::{CaseId, CaseStep, PolicyId};
use jiff::SignedDuration;

use crate::receiving::kept_of_case;
use crate::test_school::TestSchool;
use testkit::role;

pub const SAFETY: &str = r#"+++
id = "safety"
title = "Staying safe"
audiences = ["pupil", "staff", "parent", "governor"]
owner = "headteacher"
next_review = "Autumn 2026"
+++

# Staying safe

## Tell an adult {#tell}

Tell us.

```rule
[report]
id = "tell"
title = "Something worries me"
who = ["pupil", "staff", "unidentified"]
to = ["dsl", "deputy-dsl"]
within = "2 hours"
in-confidence = true
refer = ["police", "office"]
```

## Breach {#breach}

Tell the school.

```rule
[report]
id = "breach"
title = "A breach"
who = ["staff"]
to = ["it-staff"]
then = [{ by = ["it-staff"], to = ["headteacher"] }]
closes = ["headteacher"]
needs = ["where"]
```

## Damage {#damage}

Tell one of them.

```rule
[report]
id = "damage"
title = "Damage"
who = ["staff"]
to-one-of = ["it-staff", "office"]
```

## Bullying {#bullying}

Tell us soon.

```rule
[report]
id = "bullying"
title = "Bullying"
who = ["pupil"]
to = ["dsl"]
within = "2 hours"
in-confidence = true
escalate = ["headteacher"]
```

## Lost {#lost}

Tell us what is gone.

```rule
[report]
id = "lost"
title = "A lost device"
who = ["staff"]
to = ["it-staff"]
needs = ["device"]
fields = { known-since = "date-time", holds-personal-data = ["yes", "no"] }
```

## Home {#home}

Tell home.

```rule
[report]
id = "home"
title = "A talk with home"
who = ["staff"]
to = ["parent-of:pupil"]
```
"#;

pub async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.install("safety.md", SAFETY).await;
    test
}

pub fn worry(test: &TestSchool, report: &str, told: &str) -> Report {
    Report {
        policy: PolicyId("safety".to_owned()),
        report: report.to_owned(),
        told: told.to_owned(),
        needs: std::collections::BTreeMap::new(),
        chosen: None,
        about: ReportAbout::Nobody,
        pupil: None,
        lost: ReportLost::Nothing,
        capacity: None,
        has_reported_harm: false,
        key: test.school.new_report_key(),
        address: None,
    }
}

pub async fn reported(test: &TestSchool, username: &str, input: Report) -> Reported {
    let actor = test.actor(username).await;
    test.school.report(Some(&actor), input).await.expect("it is open to them")
}

pub async fn ids(test: &TestSchool, username: &str) -> Vec<CaseId> {
    let concerns = test.school.concerns(&test.actor(username).await).await;
    concerns.map(|lines| lines.iter().map(|line| line.id).collect()).unwrap_or_default()
}

pub async fn step(test: &TestSchool, username: &str, case: CaseId, step: CaseStep) -> Result<Handled, HandleCaseError> {
    test.school.handle_case(&test.actor(username).await, HandleCase { case, step }).await
}

pub fn words(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn a_report_is_seen_by_those_it_goes_to_and_by_nobody_else() {
    let test = school().await;
    let sent = reported(&test, "ada", worry(&test, "tell", "Somebody frightens me")).await;
    assert_eq!(sent.route.roles, [role("dsl"), role("deputy-dsl")]);
    let (dee, dan) = (test.id("dee").await, test.id("dan").await);
    assert!(sent.route.receivers.len() == 2 && [dee, dan].iter().all(|id| sent.route.receivers.contains(id)));
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    assert_eq!(ids(&test, "dan").await, [case]);
    for username in ["hal", "ivy", "ian", "oli", "sam", "tom", "gil", "ada", "ben", "pat"] {
        assert!(ids(&test, username).await.is_empty(), "{username} is shown the list");
        let read = test.school.concern(&test.actor(username).await, case).await;
        assert!(matches!(read.unwrap_err().kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username} reads it");
        assert!(step(&test, username, case, CaseStep::TakeUp { from: None }).await.is_err(), "{username} takes it up");
    }
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    assert_eq!((page.told.as_str(), page.reporter_words.as_str()), ("Somebody frightens me", "Ada Fernhaven"));
    let home = test.school.home(&test.actor("dee").await).await.unwrap();
    let task = home.tasks.iter().find(|task| matches!(task.kind, TaskKind::TakeUp { .. })).expect("a task");
    assert_eq!(task.date, TaskDate::By(test.school.now() + SignedDuration::from_hours(2)));
    assert!(!format!("{task:?}").contains("frightens"));
}

#[tokio::test]
async fn the_ledger_says_that_there_was_a_report_and_neither_by_whom_nor_about_whom() {
    let test = school().await;
    let about = ReportAbout::Person(test.id("dee").await);
    reported(&test, "ada", Report { about, ..worry(&test, "tell", "A secret") }).await;
    let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
    let kept = kept_of_case(&test, case).await;
    let [entry] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(entry.starts_with("report "), "{entry}");
    let pool = test.database().await;
    let actor: String =
        sqlx::query_scalar("SELECT actor FROM ledger WHERE verb = 'report'").fetch_one(&pool).await.unwrap();
    pool.close().await;
    assert_ne!(actor, test.id("ada").await.to_string());
    for id in [test.id("ada").await, test.id("dee").await] {
        assert!(!entry.contains(&id.to_string()) && !entry.contains(&id.0.to_string()), "{entry}");
    }
    assert!(!entry.contains("Fernhaven") && !entry.contains("secret"), "{entry}");
}

#[tokio::test]
async fn a_report_about_a_receiver_goes_past_them() {
    let test = school().await;
    let forms = test.school.report_forms(Some(&test.actor("ada").await)).await.unwrap();
    let named: Vec<&str> = forms[0].may_be_about.iter().map(|(_, words)| words.as_str()).collect();
    let both = ["Dee Inkermoss (Designated safeguarding lead)", "Dan Oatcakeham (Deputy safeguarding lead)"];
    assert_eq!(named, [both[0], both[1], "Hal Brackenwick (Headteacher)"], "and who comes next");
    let about = ReportAbout::Person(test.id("dee").await);
    let sent = reported(&test, "ada", Report { about, ..worry(&test, "tell", "It was Dee") }).await;
    assert_eq!(sent.route.receivers, [test.id("dan").await]);
    assert!(ids(&test, "dee").await.is_empty());
    let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
    // It turns out to be about the other one too: it goes to the next who may.
    let (dan, hal) = (test.id("dan").await, test.id("hal").await);
    let handled = step(&test, "dan", case, CaseStep::is_about(dan)).await.unwrap();
    assert_eq!((handled.still_theirs, handled.tell), (false, vec![hal]));
    assert!(ids(&test, "dan").await.is_empty());
    assert_eq!(ids(&test, "hal").await, [case]);
}

#[tokio::test]
async fn an_absent_receivers_stand_in_receives_it() {
    let test = school().await;
    test.import(
        "username,name,audience,groups,roles,absent-from,absent-until,stand-in\n\
         dee,Dee Inkermoss,staff,,dsl,2026-05-11,2026-05-15,tom\n\
         dan,Dan Oatcakeham,staff,,deputy-dsl,2026-05-11,2026-05-15,tom\n",
    )
    .await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    assert_eq!(ids(&test, "tom").await.len(), 1);
    test.turn(SignedDuration::from_hours(24 * 7));
    assert!(ids(&test, "tom").await.is_empty());
}

#[tokio::test]
async fn a_report_is_taken_up_answered_and_closed_and_its_code_shows_the_answer_alone() {
    let test = school().await;
    let sent = reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let follow = async |code: &str| test.school.follow_report(code, None).await;
    assert_eq!(follow(&sent.code).await.unwrap().progress, "open");
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    let again = step(&test, "dan", case, CaseStep::TakeUp { from: None }).await.unwrap_err();
    assert_eq!(again.to_string(), "Dee Inkermoss has taken this up meanwhile. Look at the report again.");
    step(&test, "dee", case, CaseStep::Note { text: words("Rang home") }).await.unwrap();
    let answered = step(&test, "dee", case, CaseStep::Answer { text: words("Thank you, Ada") }).await.unwrap();
    assert_eq!(answered.tell, [test.id("ada").await]);
    let no_reason = step(&test, "dee", case, CaseStep::Close { reason: words(" ") }).await.unwrap_err();
    assert_eq!(no_reason.field(), Some("text"));
    step(&test, "dee", case, CaseStep::Close { reason: words("She is safe") }).await.unwrap();
    let typed = sent.code.to_lowercase();
    let followed = follow(&format!("{} {}", &typed[..6], &typed[6..])).await.unwrap();
    assert_eq!((followed.progress, followed.answers.len()), ("closed", 1));
    assert_eq!(followed.answers[0].1, "Thank you, Ada");
    assert!(!format!("{followed:?}").contains("Rang home") && !format!("{followed:?}").contains("She is safe"));
    let ada = test.actor("ada").await;
    assert_eq!(test.school.my_reports(&ada).await.unwrap(), std::slice::from_ref(&followed));
    let other = test.school.my_report(&test.actor("ben").await, followed.id).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::NotFound);
    let history = test.school.concern(&test.actor("dan").await, case).await.unwrap().history;
    assert_eq!(history.len(), 5);
}

#[tokio::test]
async fn in_confidence_whoever_it_is_passed_on_to_does_not_learn_who_reported() {
    let test = school().await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let on = |to: &str| CaseStep::PassOn { to: role(to), note: String::new() };
    assert_eq!(step(&test, "dee", case, on("headteacher")).await.unwrap_err().field(), Some("to"));
    step(&test, "dee", case, on("office")).await.unwrap();
    let page = test.school.concern(&test.actor("oli").await, case).await.unwrap();
    assert_eq!(page.reporter_words, "Kept in confidence by those whom it went to first");
    assert!(!format!("{page:?}").contains("Fernhaven"));
}

#[tokio::test]
async fn a_second_step_comes_before_closing_and_those_close_it_whom_the_clause_names() {
    let test = school().await;
    let missing =
        test.school.report(Some(&test.actor("tom").await), worry(&test, "breach", "A stick")).await.unwrap_err();
    assert_eq!(missing.field(), Some("needs"));
    let needs = [("where".to_owned(), "In the bus".to_owned())].into();
    reported(&test, "tom", Report { needs, ..worry(&test, "breach", "A stick is lost") }).await;
    let [case] = ids(&test, "ivy").await[..] else { panic!("one case") };
    assert_eq!(ids(&test, "hal").await, [case], "whoever closes it reads it");
    let close = || CaseStep::Close { reason: words("Found") };
    let early = step(&test, "hal", case, close()).await.unwrap_err();
    assert!(early.to_string().contains("the headteacher"), "{early}");
    step(&test, "ivy", case, CaseStep::PassOn { to: role("headteacher"), note: String::new() }).await.unwrap();
    assert_eq!(step(&test, "ivy", case, close()).await.unwrap_err().kind(), ErrorKind::Forbidden);
    step(&test, "hal", case, close()).await.unwrap();
}

#[tokio::test]
async fn a_report_goes_to_the_one_whom_the_reporter_chooses_or_to_the_parents_of_the_pupil() {
    let test = school().await;
    let tom = test.actor("tom").await;
    let unchosen = test.school.report(Some(&tom), worry(&test, "damage", "A screen")).await.unwrap_err();
    assert_eq!(unchosen.field(), Some("chosen"));
    reported(&test, "tom", Report { chosen: Some(role("office")), ..worry(&test, "damage", "A screen") }).await;
    assert_eq!((ids(&test, "oli").await.len(), ids(&test, "ivy").await.len()), (1, 0));
    let unnamed = test.school.report(Some(&tom), worry(&test, "home", "Games at night")).await.unwrap_err();
    assert_eq!(unnamed.field(), Some("pupil"));
    let pupil = Some(test.id("ada").await);
    reported(&test, "tom", Report { pupil, ..worry(&test, "home", "Games at night") }).await;
    assert_eq!((ids(&test, "pat").await.len(), ids(&test, "dee").await.len()), (1, 0));
}

#[tokio::test]
async fn a_form_sent_twice_is_one_report_with_one_code() {
    let test = school().await;
    let input = worry(&test, "tell", "Something");
    let first = reported(&test, "ada", input.clone()).await;
    let second = reported(&test, "ada", input).await;
    assert_eq!(first, second);
    assert_eq!(ids(&test, "dee").await.len(), 1);
}

#[tokio::test]
async fn what_was_added_to_a_form_that_had_arrived_is_not_lost_and_goes_as_another_report() {
    let test = school().await;
    let input = worry(&test, "tell", "He follows me");
    reported(&test, "ada", input.clone()).await;
    let ada = test.actor("ada").await;
    let about = ReportAbout::Person(test.id("dee").await);
    let more = [
        Report { told: "He follows me. He is waiting outside".to_owned(), ..input.clone() },
        Report { about, ..input },
    ];
    for changed in more {
        let refused = test.school.report(Some(&ada), changed.clone()).await.unwrap_err();
        assert!(matches!(refused, ReportError::SentAlready), "{refused}");
        let anew = Report { key: test.school.new_report_key(), ..changed };
        test.school.report(Some(&ada), anew).await.expect("another report");
    }
    assert_eq!((ids(&test, "dee").await.len(), ids(&test, "dan").await.len()), (2, 3));
}

#[tokio::test]
async fn whoever_is_not_signed_in_reports_where_the_clause_lets_them_within_limits() {
    let test = school().await;
    let from = |last: u8| Some(IpAddr::from([10, 0, 0, last]));
    let send = async |last: u8| {
        test.school.report(None, Report { address: from(last), ..worry(&test, "tell", "Something") }).await
    };
    let closed = test.school.report(None, worry(&test, "damage", "A screen")).await.unwrap_err();
    assert_eq!(closed.kind(), ErrorKind::Invalid);
    let forms = test.school.report_forms(None).await.unwrap();
    assert_eq!(forms.len(), 1);
    assert!(forms[0].may_be_about.iter().all(|(about, _)| matches!(about, ReportAbout::HoldersOf(_))), "no names");
    let limits = ReportSettings::default();
    for _ in 0..limits.unidentified_per_address_an_hour {
        send(1).await.expect("within the limit");
    }
    assert!(matches!(send(1).await, Err(ReportError::TooMany)));
    let mut sent = limits.unidentified_per_address_an_hour;
    for address in 2.. {
        if send(address).await.is_err() {
            break;
        }
        sent += 1;
    }
    assert_eq!(sent, limits.unidentified_an_hour);
    assert!(reported(&test, "ada", worry(&test, "tell", "Something")).await.code.len() == 12, "others go on");
    test.turn(SignedDuration::from_hours(2));
    send(1).await.expect("an hour has passed");
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let test = school().await;
    let address = Some(IpAddr::from([10, 0, 0, 1]));
    let mut throttled = false;
    for number in 0..150 {
        let guess = format!("AAAA{number:08}");
        throttled |=
            matches!(test.school.follow_report(&guess, address).await, Err(FollowReportError::Throttled { .. }));
    }
    assert!(throttled);
}

#[tokio::test]
async fn whoever_has_taken_a_report_up_finds_it_among_their_tasks_until_it_is_closed() {
    let test = school().await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    let of_reports = async |username: &str| {
        let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
        let of_reports = |kind: &TaskKind| matches!(kind, TaskKind::TakeUp { .. } | TaskKind::Answer { .. });
        tasks.into_iter().filter(|task| of_reports(&task.kind)).map(|task| (task.kind, task.date)).collect::<Vec<_>>()
    };
    let taken_up = (TaskKind::Answer { case }, TaskDate::Since(test.school.now()));
    assert_eq!((of_reports("dee").await, of_reports("dan").await), (vec![taken_up], Vec::new()));
    step(&test, "dee", case, CaseStep::Close { reason: words("She is safe") }).await.unwrap();
    assert_eq!(of_reports("dee").await, []);
}

#[tokio::test]
async fn a_policy_whose_review_date_has_come_is_among_the_tasks_of_its_owner_alone() {
    let test = school().await;
    let reviews = async |username: &str| {
        let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
        tasks.into_iter().filter(|task| matches!(task.kind, TaskKind::Review { .. })).collect::<Vec<_>>()
    };
    assert!(reviews("hal").await.is_empty(), "the term has not begun");
    test.clock.set("2026-08-31T23:00:00Z".parse().unwrap());
    let [review] = &reviews("hal").await[..] else { panic!("one policy of Hal's") };
    assert!(matches!(&review.kind, TaskKind::Review { policy, .. } if policy.0 == "safety"), "{review:?}");
    assert_eq!(review.date, TaskDate::Since("2026-09-01T00:00:00+01:00".parse().unwrap()));
    assert!(reviews("dee").await.is_empty());
}

#[tokio::test]
async fn what_the_form_asks_for_is_checked_as_what_it_is_and_everything_wrong_is_told_at_once() {
    let test = school().await;
    let tom = test.actor("tom").await;
    let typed = |since: &str, holds: &str| {
        let answers = [("device", "A tablet"), ("known-since", since), ("holds-personal-data", holds)];
        answers.map(|(field, text)| (field.to_owned(), text.to_owned())).into()
    };
    let wrong = typed("lately", "perhaps");
    let told = test.school.wrong_in_report(Some(&tom), &PolicyId("safety".to_owned()), "lost", &wrong, false).unwrap();
    let fields: Vec<&str> = told.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["known-since", "holds-personal-data"]);
    let refused = test.school.report(Some(&tom), Report { needs: wrong, ..worry(&test, "lost", "It is gone") }).await;
    assert_eq!(refused.unwrap_err().field(), Some("needs"));
    let needs = typed("2026-05-11T08:30", "yes");
    reported(&test, "tom", Report { needs, ..worry(&test, "lost", "It is gone") }).await;
    let [case] = ids(&test, "ivy").await[..] else { panic!("one case") };
    let asked = test.school.concern(&test.actor("ivy").await, case).await.unwrap().needs;
    let told = |label: &str| asked.iter().find(|(known, _)| known == label).map(|(_, words)| words.as_str());
    assert_eq!(told("Device"), Some("A tablet"));
    assert!(told("Known since").is_some_and(|words| words.contains("11 May 2026")), "{asked:?}");
    assert_eq!(test.school.my_reports(&tom).await.unwrap()[0].needs, asked);
}
