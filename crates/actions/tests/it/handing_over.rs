//! Open reports when a role, a class or whoever manages somebody passes from one person to another: they are the other's, who
//! learns of them.

use actions::*;
use domain::{CaseId, CaseStep, Told};

use crate::casework::{has_to_do, mailed, set_action};
use crate::giving_oneself::nothing;
use crate::reporting::{ids, reported, school, step, words, worry};
use crate::telling::with_mail;
use crate::test_school::TestSchool;
use testkit::role;

async fn give(test: &TestSchool, username: &str, roles: &[&str]) {
    let hal = test.actor("hal").await;
    let person = test.school.person(&hal, test.id(username).await).await.unwrap();
    let input = EditPerson {
        person: person.line.id,
        name: person.line.name,
        mail: person.mail,
        audience: person.line.audience,
        groups: person.line.groups,
        roles: roles.iter().map(|name| role(name)).collect(),
        children: Vec::new(),
    };
    test.school.edit_person(&hal, input).await.expect("a headteacher gives roles");
}

/// The safeguarding lead's role passes from Dee to Tom.
async fn pass(test: &TestSchool, by_list: bool) {
    if by_list {
        let rows = "username,name,audience,groups,roles,mail\n\
                    dee,Dee Inkermoss,staff,,,dee@larkfield.example\n\
                    tom,Tom Kiteswell,staff,9B;science,teacher;dsl,tom@larkfield.example\n";
        test.import(rows).await;
    } else {
        give(test, "tom", &["teacher", "dsl"]).await;
        give(test, "dee", &[]).await;
    }
}

async fn news(test: &TestSchool, username: &str) -> Vec<Told> {
    let home = test.school.home(&test.actor(username).await).await.unwrap();
    home.news.iter().map(|news| news.told).collect()
}

async fn is_to_take_up(test: &TestSchool, username: &str) -> bool {
    let home = test.school.home(&test.actor(username).await).await.unwrap();
    home.tasks.iter().any(|task| matches!(task.kind, TaskKind::TakeUp { .. }))
}

async fn taken_up_by(username: &str) -> (TestSchool, CaseId) {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "tell", "A secret")).await;
    let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
    step(&test, username, case, CaseStep::TakeUp { from: None }).await.unwrap();
    mailed(&test).await;
    (test, case)
}

#[tokio::test]
async fn what_the_former_holder_had_taken_up_waits_to_be_taken_up_and_is_theirs_no_longer() {
    for by_list in [true, false] {
        let (test, case) = taken_up_by("dee").await;
        let at = test.school.now();
        pass(&test, by_list).await;
        assert!(ids(&test, "dee").await.is_empty(), "by a list: {by_list}");
        assert!(is_to_take_up(&test, "tom").await && is_to_take_up(&test, "dan").await);
        assert_eq!(mailed(&test).await, ["dan", "tom"], "by a list: {by_list}");
        let page = test.school.concern(&test.actor("tom").await, case).await.unwrap();
        assert!(page.taken_up_by.is_none(), "whoever may not see it is not its handler");
        let words = "Nobody has it in hand: Dee Inkermoss, who took it up, does not have it any more";
        assert_eq!(page.line.state_words, words);
        let said: Vec<&str> = page.history.iter().map(|line| line.what.as_str()).collect();
        let (gone, came) = ("Dee Inkermoss has it no longer", "Tom Kiteswell has it now");
        if by_list {
            assert!(said.contains(&format!("{gone}; {came}").as_str()), "{said:?}");
        } else {
            assert!(said.contains(&gone) && said.contains(&came), "{said:?}");
        }
        let line = page.history.iter().find(|line| line.what.contains(gone)).expect("it stands there");
        assert_eq!((line.who.as_str(), line.at), ("It changed hands:", at));
        step(&test, "tom", case, CaseStep::TakeUp { from: page.taken_up_from }).await.unwrap();
        let page = test.school.concern(&test.actor("dan").await, case).await.unwrap();
        assert_eq!(page.line.state_words, "Taken up by Tom Kiteswell");
    }
}

#[tokio::test]
async fn what_somebody_else_has_in_hand_is_news_to_whoever_takes_on_the_role_until_they_read_it() {
    for by_list in [true, false] {
        let (test, case) = taken_up_by("dan").await;
        pass(&test, by_list).await;
        assert_eq!(mailed(&test).await, ["tom"], "by a list: {by_list}");
        assert!(!is_to_take_up(&test, "tom").await, "Dan sees to it");
        assert_eq!(news(&test, "tom").await, [Told::ReportHandedOver(case)]);
        assert!(news(&test, "dee").await.is_empty() && news(&test, "dan").await.is_empty());
        test.school.concern(&test.actor("tom").await, case).await.unwrap();
        assert!(news(&test, "tom").await.is_empty());
    }
}

#[tokio::test]
async fn an_action_of_the_former_holder_falls_to_whoever_sees_to_the_report() {
    let (test, case) = taken_up_by("dan").await;
    let action = set_action(&test, case, "dee").await;
    pass(&test, false).await;
    assert!(has_to_do(&test, "dan", action).await && !has_to_do(&test, "dee", action).await);
    assert_eq!(mailed(&test).await, ["dan", "tom"], "Dee is told of nothing any more");
    let done = CaseStep::FinishAction { action, outcome: words("Rung") };
    assert_eq!(step(&test, "dee", case, done.clone()).await.unwrap_err().kind(), ErrorKind::Forbidden);
    step(&test, "tom", case, done).await.unwrap();
}

#[tokio::test]
async fn whoever_comes_to_hold_a_role_beside_another_is_told_once_and_a_change_of_nothing_tells_nobody() {
    let (test, case) = taken_up_by("dan").await;
    give(&test, "tom", &["teacher", "dsl"]).await;
    assert_eq!(mailed(&test).await, ["tom"]);
    give(&test, "tom", &["dsl"]).await;
    assert!(mailed(&test).await.is_empty(), "he has it already");
    give(&test, "tom", &["teacher"]).await;
    assert!(mailed(&test).await.is_empty());
    assert!(news(&test, "tom").await.is_empty(), "what he may not see is no news to him");
    assert!(test.school.concern(&test.actor("tom").await, case).await.is_err());
}

#[tokio::test]
async fn what_somebody_was_told_as_the_reporter_stays_theirs() {
    let test = school().await;
    reported(&test, "dee", worry(&test, "tell", "A secret")).await;
    let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
    step(&test, "dan", case, CaseStep::Answer { text: words("Thank you") }).await.unwrap();
    assert!(news(&test, "dee").await.contains(&Told::ReportAnswered(case)));
    pass(&test, false).await;
    assert!(news(&test, "dee").await.contains(&Told::ReportAnswered(case)), "it is her own report");
}

#[tokio::test]
async fn the_reminder_of_a_receipt_passes_with_the_role_also_of_a_report_that_is_closed() {
    for is_closed in [false, true] {
        let (test, case) = taken_up_by("dee").await;
        let export = ExportCases { of: ExportOf::Case(case), to: words("Oakmere School"), reason: words("She moves") };
        test.school.export_cases(&test.actor("dee").await, export).await.unwrap();
        if is_closed {
            step(&test, "dee", case, CaseStep::Close { reason: words("Settled") }).await.unwrap();
        }
        test.turn(jiff::SignedDuration::from_hours(24 * 14 + 1));
        test.school.tick().await.unwrap();
        assert_eq!(told_of_receipt(&test).await, ["dee"], "she exported it");
        pass(&test, true).await;
        assert_eq!(told_of_receipt(&test).await, ["dan", "tom"], "closed: {is_closed}");
    }
}

#[tokio::test]
async fn the_reminder_of_a_receipt_passes_on_where_the_report_is_said_to_be_about_whoever_exported_it() {
    let (test, case) = taken_up_by("dan").await;
    let export = ExportCases { of: ExportOf::Case(case), to: words("Oakmere School"), reason: words("She moves") };
    test.school.export_cases(&test.actor("dee").await, export).await.unwrap();
    test.turn(jiff::SignedDuration::from_hours(24 * 14 + 1));
    test.school.tick().await.unwrap();
    assert_eq!(told_of_receipt(&test).await, ["dee"], "she exported it");
    step(&test, "dan", case, CaseStep::is_about(test.id("dee").await)).await.unwrap();
    assert!(told_of_receipt(&test).await.is_empty(), "it is hers no longer");
    for _ in 0..2 {
        test.school.tick().await.unwrap();
        assert_eq!(told_of_receipt(&test).await, ["dan"], "once");
    }
}

/// Who has a notice that a receipt is missing.
async fn told_of_receipt(test: &TestSchool) -> Vec<String> {
    let pool = test.database().await;
    let question = "SELECT p.username FROM notices n JOIN people p ON p.id = n.person \
                    WHERE n.kind = 'receipt-missing' ORDER BY p.username";
    let told: Vec<String> = sqlx::query_scalar(question).fetch_all(&pool).await.unwrap();
    pool.close().await;
    told
}

/// A report that goes to the teachers of a pupil, and one that goes to a line manager.
const RELATIVE: &str = r#"+++
id = "relative"
title = "Tell those who know them"
audiences = ["pupil", "staff", "parent", "governor"]
owner = "headteacher"
next_review = "Autumn 2026"
+++

# Tell those who know them

## Screens {#screens}

```rule
[report]
id = "screen"
title = "Something on my screen"
who = ["pupil"]
to = ["teacher-of:pupil"]
```

## Desks {#desks}

```rule
[report]
id = "desk"
title = "Something at my desk"
who = ["staff"]
to = ["line-manager-of:asker"]
```
"#;

const HEAD: &str = "username,name,audience,groups,roles,mail,teaches,manager\n";
const TOM: &str = "tom,Tom Kiteswell,staff,,teacher,tom@larkfield.example,9B,dan\n";
const OLI: &str = "oli,Oli Marblewick,staff,,office,oli@larkfield.example,9C,\n";
const ADA: &str = "ada,Ada Fernhaven,pupil,9B;year-9,,,,\n";

/// Tom teaches 9B, Oli 9C, and Dan manages Tom.
async fn with_classes() -> TestSchool {
    let test = school().await;
    with_mail(&test).await;
    test.install("relative.md", RELATIVE).await;
    test.import(&format!("{HEAD}{TOM}{OLI}{ADA}")).await;
    test
}

async fn of(test: &TestSchool, reporter: &str, report: &str, receiver: &str) -> CaseId {
    let policy = domain::PolicyId(words("relative"));
    reported(test, reporter, Report { policy, ..worry(test, report, "It is dark") }).await;
    mailed(test).await;
    let [case] = ids(test, receiver).await[..] else { panic!("one case") };
    case
}

/// What stands in the history when a case came from one person to another.
async fn changed_hands(test: &TestSchool, username: &str, case: CaseId) -> Vec<String> {
    let page = test.school.concern(&test.actor(username).await, case).await.unwrap();
    let lines = page.history.into_iter().filter(|line| line.who == "It changed hands:");
    lines.map(|line| line.what).collect()
}

async fn set(test: &TestSchool, username: &str, change: impl FnOnce(&mut SetParticulars)) {
    let mut input = nothing(test.id(username).await);
    change(&mut input);
    test.school.set_particulars(&Actor::operator(), input).await.expect("it may be set");
}

#[tokio::test]
async fn a_report_that_goes_to_another_teacher_when_classes_change_is_told_to_them_and_says_so() {
    let swapped = [TOM.replace("9B", "9C"), OLI.replace("9C", "9B")].concat();
    let other_class = ADA.replace("9B", "9C");
    for (rows, what) in
        [(swapped.as_str(), "the teachers swap classes"), (other_class.as_str(), "she is in another class")]
    {
        let test = with_classes().await;
        let case = of(&test, "ada", "screen", "tom").await;
        test.import(&format!("{HEAD}{rows}")).await;
        assert!(ids(&test, "tom").await.is_empty() && is_to_take_up(&test, "oli").await, "{what}");
        assert_eq!(mailed(&test).await, ["oli"], "{what}");
        let said = changed_hands(&test, "oli", case).await;
        assert_eq!(said, ["Tom Kiteswell has it no longer; Oli Marblewick has it now"], "{what}");
        assert_eq!(test.school.out_of_step().await.unwrap(), None, "{what}");
    }
}

#[tokio::test]
async fn what_is_set_by_hand_of_classes_and_managers_hands_reports_over_too_and_an_absence_does_not() {
    let test = with_classes().await;
    let case = of(&test, "ada", "screen", "tom").await;
    set(&test, "oli", |input| input.teaches = words("9B;9C")).await;
    assert_eq!(mailed(&test).await, ["oli"]);
    assert_eq!(changed_hands(&test, "tom", case).await, ["Oli Marblewick has it now"]);
    set(&test, "oli", |input| {
        input.teaches = words("9B;9C");
        (input.absent_from, input.absent_until) = (words("2026-05-12"), words("2026-05-15"));
    })
    .await;
    assert!(mailed(&test).await.is_empty());
    assert_eq!(changed_hands(&test, "tom", case).await.len(), 1, "she is away, and it is hers");

    let case = of(&test, "tom", "desk", "dan").await;
    set(&test, "tom", |input| (input.teaches, input.manager) = (words("9B"), words("ivy"))).await;
    assert_eq!(
        changed_hands(&test, "ivy", case).await,
        ["Dan Oatcakeham has it no longer; Ivy Lanternfield has it now"]
    );
    assert!(ids(&test, "dan").await.is_empty());
}
