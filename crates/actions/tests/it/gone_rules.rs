//! What was reported or asked under a rule is seen to the end by those whom it named, though a later version has it no more.

use std::collections::BTreeMap;

use actions::{
    Actor, Ask, Decide, DecideError, ErrorKind, InstallPolicy, ListQuery, Report, ReportAbout, RequestAnswer, TaskKind,
    VerbError,
};
use domain::{CaseStep, PolicyId, Recipient, RoleEntry, Roles};
use jiff::SignedDuration;

use crate::consents::pictures_of;
use crate::reporting::{SAFETY, ids, reported, school, step, words, worry};
use crate::test_school::{POLICY, TestSchool};
use testkit::role;

async fn publish(test: &TestSchool, file_name: &str, text: String) {
    let policy = InstallPolicy { file_name: file_name.to_owned(), text };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
}

/// A text without the section that stands under a heading.
fn without(text: &str, heading: &str) -> String {
    let (before, rest) = text.split_once(&format!("## {heading} ")).expect("the heading is there");
    let after = rest.find("\n## ").map_or("", |next| &rest[next + 1..]);
    format!("{before}{after}")
}

async fn damage(test: &TestSchool) -> Report {
    Report { chosen: Some(role("it-staff")), ..worry(test, "damage", "The screen is broken") }
}

#[tokio::test]
async fn whoever_received_a_report_sees_it_to_its_end_though_the_policy_has_it_no_more() {
    let test = school().await;
    reported(&test, "tom", damage(&test).await).await;
    let [case] = ids(&test, "ivy").await[..] else { panic!("one case") };
    // IT staff are named by no report that is left.
    publish(&test, "safety.md", without(&without(&without(SAFETY, "Damage"), "Breach"), "Lost")).await;
    assert_eq!(ids(&test, "ivy").await, [case]);
    assert!(ids(&test, "oli").await.is_empty(), "it had not gone to the office");
    let home = test.school.home(&test.actor("ivy").await).await.unwrap();
    assert!(home.tasks.iter().any(|task| matches!(task.kind, TaskKind::TakeUp { .. })));
    step(&test, "ivy", case, CaseStep::TakeUp { from: None }).await.unwrap();
    step(&test, "ivy", case, CaseStep::Close { reason: words("Mended") }).await.unwrap();
    let page = test.school.concern(&test.actor("ivy").await, case).await.unwrap();
    assert!(page.line.is_closed && page.told == "The screen is broken");
}

#[tokio::test]
async fn a_report_stays_with_those_it_went_to_though_later_ones_go_elsewhere() {
    let test = school().await;
    reported(&test, "tom", damage(&test).await).await;
    let text = without(&without(SAFETY, "Breach"), "Lost");
    publish(&test, "safety.md", text.replace("[\"it-staff\", \"office\"]", "[\"it-director\", \"office\"]")).await;
    assert_eq!(ids(&test, "ivy").await.len(), 1);
    assert!(ids(&test, "ian").await.is_empty());
}

#[tokio::test]
async fn a_report_that_nobody_took_up_goes_on_as_the_version_said_that_had_it() {
    let test = school().await;
    reported(&test, "ada", worry(&test, "bullying", "They wait for me")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    publish(&test, "safety.md", without(SAFETY, "Bullying")).await;
    assert!(ids(&test, "hal").await.is_empty());
    test.turn(SignedDuration::from_hours(3));
    test.school.tick().await.unwrap();
    assert_eq!(ids(&test, "hal").await, [case]);
}

#[tokio::test]
async fn a_report_that_went_to_those_whom_no_clause_names_stays_with_them_though_they_lose_the_duty() {
    let test = school().await;
    let about_head = ReportAbout::Person(test.id("hal").await);
    reported(&test, "ada", Report { about: about_head, ..worry(&test, "bullying", "He shouts") }).await;
    test.turn(SignedDuration::from_hours(3));
    test.school.tick().await.unwrap();
    let [case] = ids(&test, "gil").await[..] else { panic!("the governors are the first who receive reports") };
    let dutiless = |entry: &RoleEntry| RoleEntry {
        duties: if entry.role == role("governors") { Vec::new() } else { entry.duties.clone() },
        ..entry.clone()
    };
    let without_duty = Roles::of(Roles::ready().entries().iter().map(dutiless).collect()).unwrap();
    test.school.import_roles(&Actor::operator(), &without_duty.to_toml()).await.unwrap();
    assert_eq!(ids(&test, "gil").await, [case]);
    step(&test, "gil", case, CaseStep::TakeUp { from: None }).await.unwrap();
    step(&test, "gil", case, CaseStep::Close { reason: words("Seen to") }).await.unwrap();
}

#[tokio::test]
async fn what_was_asked_by_a_permission_that_is_gone_is_refused_by_those_it_named_and_given_by_nobody() {
    let test = TestSchool::open().await;
    let tom = test.actor("tom").await;
    let request = test.school.ask(&tom, test.ask_reddit()).await.unwrap().id;
    let text = without(POLICY, "Social media");
    publish(&test, "web-use.md", text).await;
    let ivy = test.actor("ivy").await;
    let page = test.school.request(&ivy, request).await.unwrap();
    assert!(page.may_decide && page.card.is_none() && page.latest_end.is_err(), "{}", page.effect);
    assert!(page.hand_to.is_empty(), "nobody it could go to could say yes");
    let (document, version) = test.school.text_with_clause(&page.line.policy, &page.line.clause).expect("it was there");
    assert!(version.0 == 1 && document.clauses.iter().any(|clause| clause.id == page.line.clause));
    assert!(test.school.request(&test.actor("oli").await, request).await.is_err());
    let home = test.school.home(&ivy).await.unwrap();
    assert!(home.tasks.iter().any(|task| matches!(task.kind, TaskKind::Decide { .. })));
    let yes = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let refused = test.school.decide(&ivy, yes).await.unwrap_err();
    assert!(matches!(refused, DecideError::NoSuchPermission) && refused.kind() == ErrorKind::Conflict);
    let no = RequestAnswer::Refuse { reason: words("The policy has changed") };
    test.school.decide(&ivy, Decide { request, answer: no }).await.unwrap();
    let mine = test.school.my_requests(&tom, ListQuery::default()).await.unwrap();
    assert!(mine.rows[0].state_words.contains("Refused"), "{}", mine.rows[0].state_words);
}

const SHOWING: &str = "+++\nid = \"showing\"\ntitle = \"Showing work\"\naudiences = [\"staff\", \"pupil\"]\n\
    owner = \"headteacher\"\n+++\n\n# Showing work\n\n## Work {#work}\nA parent says whether it may be shown.\n\n\
    ```rule\n[permission]\nid = \"work\"\ntitle = \"Show a pupil's work\"\nasks = [\"staff\"]\n\
    decides = [\"parent-of:pupil\"]\nopens = \"publication\"\nto = \"person\"\nfields = { made-by = \"pupils\" }\n```\n\n\
    ## Help {#help}\nAsk anybody.\n";

#[tokio::test]
async fn a_parent_who_decides_by_a_permission_that_is_gone_reads_of_their_own_child_alone() {
    let test = TestSchool::open().await;
    publish(&test, "showing.md", SHOWING.to_owned()).await;
    let ask = Ask {
        policy: PolicyId("showing".to_owned()),
        permission: "work".to_owned(),
        recipient: Recipient::Person(test.id("ada").await),
        answers: BTreeMap::from([("made-by".to_owned(), "ada, orphan".to_owned())]),
        ..pictures_of(&test, "tom", "").await
    };
    let request = test.school.ask(&test.actor("tom").await, ask).await.unwrap().id;
    let answers = async || {
        let page = test.school.request(&test.actor("pat").await, request).await.unwrap();
        page.line.answers.into_iter().map(|(_, given)| given).collect::<Vec<_>>()
    };
    assert_eq!(answers().await, ["Ada Fernhaven"]);
    publish(&test, "showing.md", without(SHOWING, "Work")).await;
    assert_eq!(answers().await, ["Ada Fernhaven"]);
}
