//! Each thing that there is for somebody to do is told to them by mail, in the change from which it arises.

use std::collections::{BTreeMap, BTreeSet};

use actions::*;
use domain::{CaseStep, PolicyId, Recipient, RequestId, Said};
use jiff::SignedDuration;
use testkit::role;

use crate::consents::PICTURES;
use crate::register_upkeep::LENDING;
use crate::report_clocks::{CLOCKS, in_hand};
use crate::reporting::{ids, reported, step, worry};
use crate::signing_for::{HANDING_OUT, hands_out};
use crate::test_school::{FIRST, PEOPLE, POLICY, TestSchool, policy_id};

/// Everybody of the sample, each with a mail address, and one more parent and governor.
async fn school() -> TestSchool {
    let test = crate::reporting::school().await;
    let more = "mo,Mo Fernhaven,parent,,,,ada,\ngus,Gus Saffronmere,governor,,governors,,,\n";
    let mut people = String::from("username,name,audience,groups,roles,mail,children\n");
    for line in PEOPLE.lines().skip(1).chain(more.lines()) {
        let mut fields: Vec<&str> = line.split(',').take(7).collect();
        let mail = format!("{}@larkfield.example", fields[0]);
        fields[5] = &mail;
        people.push_str(&format!("{}\n", fields.join(",")));
    }
    test.import(&people).await;
    test.install("pictures.md", PICTURES).await;
    test
}

/// Those to whom mail is due when what is told now has been gathered.
async fn mailed(test: &TestSchool) -> Vec<String> {
    test.turn(SignedDuration::from_mins(6));
    let mails = test.school.due_mail().await.unwrap();
    let mut names: Vec<String> =
        mails.iter().map(|mail| mail.to.split('@').next().unwrap_or_default().to_owned()).collect();
    names.sort_unstable();
    names
}

async fn send(test: &TestSchool) {
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
}

async fn ask_for_picture(test: &TestSchool, shown: &str) -> Result<RequestId, AskError> {
    let tom = test.actor("tom").await;
    let ask = Ask {
        policy: PolicyId("pictures".to_owned()),
        permission: "website".to_owned(),
        recipient: Recipient::Person(tom.person()),
        wants: Wants::Words("the choir".to_owned()),
        reason: "For the front page".to_owned(),
        until: None,
        answers: BTreeMap::from([("shown".to_owned(), shown.to_owned())]),
        from: None,
        id: None,
    };
    test.school.ask(&tom, ask).await.map(|line| line.id)
}

async fn consent(test: &TestSchool, by: &str, request: RequestId, about: &str, said: Said) {
    let answer = AnswerConsent { request, consent: "website".to_owned(), about: test.id(about).await, said };
    test.school.answer_consent(&test.actor(by).await, answer).await.expect("it is theirs to say");
}

fn upload(text: String) -> UploadDraft {
    UploadDraft { file_name: "web-use.md".to_owned(), text, minor: false, summary: "More sites".to_owned() }
}

fn with_site(site: &str) -> String {
    POLICY.replace("sites  = [\"reddit.com\"]", &format!("sites  = [\"reddit.com\", \"{site}\"]"))
}

fn with_problem() -> String {
    POLICY.replace("for    = [\"pupil\"]\nunless", "for    = [\"puppil\"]\nunless")
}

async fn uploaded(test: &TestSchool, text: String) -> DraftPage {
    test.school.upload_draft(&test.actor("fay").await, upload(text)).await.expect("it is kept")
}

async fn approve(test: &TestSchool, draft: &DraftPage, username: &str, as_role: &str) {
    let input = ApprovePolicy { version: draft.id, text_hash: draft.text_hash.clone(), role: role(as_role) };
    test.school.approve_policy(&test.actor(username).await, input).await.expect("it is approved");
}

async fn sign(test: &TestSchool, username: &str) {
    test.school.sign_agreement(&test.actor(username).await, test.signature(None)).await.expect("it is signed");
}

async fn try_decline(test: &TestSchool, username: &str) -> Result<Declined, DeclineError> {
    let input = Decline { policy: policy_id(), version: FIRST, for_child: None, reason: "I can't".to_owned() };
    test.school.decline(&test.actor(username).await, input).await
}

async fn decline(test: &TestSchool, username: &str) {
    try_decline(test, username).await.expect("it is noted");
}

async fn try_look(test: &TestSchool) -> Result<ViewingLine, ViewError> {
    let input = ViewActivity {
        subject: Subject::Person(test.id("ada").await),
        policy: policy_id(),
        clause: "looking".to_owned(),
        purpose: "A safeguarding concern: a teacher is worried about her".to_owned(),
        from: test.school.now() - SignedDuration::from_hours(1),
        to: test.school.now(),
        tell_later: None,
    };
    test.school.view_activity(&test.actor("dee").await, input).await
}

async fn look(test: &TestSchool) -> ViewingLine {
    try_look(test).await.expect("the clause lets her")
}

macro_rules! kinds {
    ($($kind:ident)+) => {
        const KINDS: &[&str] = &[$(stringify!($kind)),+];
        fn kind(kind: &TaskKind) -> &'static str {
            match kind {
                $(TaskKind::$kind { .. } => stringify!($kind),)+
            }
        }
    };
}

kinds! {
    Sign Countersign CountersignSeveral Decide AnswerConsent GiveConsent Approve Publish Mend Review CheckRegister SeeToEntry SeeToEntries SeeToOwnEntry SignForEntry ReadDecline SecondViewing TakeUp Answer DeadlineOver PassOnDueSoon PassOnOverdue DoAction NoteReceipt
}

/// That a task of this kind stands on somebody's Home, and that mail goes to them.
async fn comes(test: &TestSchool, username: &str, wanted: &'static str) -> &'static str {
    let mailed = mailed(test).await;
    assert!(mailed.contains(&username.to_owned()), "{wanted}: {mailed:?}");
    let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
    assert!(tasks.iter().any(|task| kind(&task.kind) == wanted), "{wanted}: {tasks:?}");
    wanted
}

#[tokio::test]
async fn each_kind_of_task_comes_to_mail() {
    let test = school().await;
    assert!(mailed(&test).await.is_empty());
    let mut seen = BTreeSet::new();

    let request = ask_for_picture(&test, "ada").await.unwrap();
    seen.extend([comes(&test, "pat", "AnswerConsent").await, comes(&test, "hal", "Decide").await]);
    send(&test).await;

    crate::standing_consents::asked_for_pictures(&test, "ada").await;
    seen.insert(comes(&test, "pat", "GiveConsent").await);
    send(&test).await;

    sign(&test, "gil").await;
    seen.insert(comes(&test, "hal", "Countersign").await);
    send(&test).await;
    test.school.to_countersign(&test.actor("hal").await, ListQuery::default()).await.unwrap();
    sign(&test, "gus").await;
    seen.insert(comes(&test, "hal", "CountersignSeveral").await);
    send(&test).await;

    uploaded(&test, with_problem()).await;
    seen.insert(comes(&test, "fay", "Mend").await);
    send(&test).await;
    let draft = uploaded(&test, with_site("example.net")).await;
    seen.insert(comes(&test, "hal", "Approve").await);
    send(&test).await;
    approve(&test, &draft, "hal", "headteacher").await;
    approve(&test, &draft, "gil", "governors").await;
    seen.insert(comes(&test, "fay", "Publish").await);
    send(&test).await;

    decline(&test, "ada").await;
    seen.insert(comes(&test, "fay", "ReadDecline").await);
    send(&test).await;

    look(&test).await;
    seen.insert(comes(&test, "dan", "SecondViewing").await);
    send(&test).await;

    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    seen.insert(comes(&test, "dee", "TakeUp").await);
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    seen.insert(comes(&test, "dee", "Answer").await);
    send(&test).await;
    let due = test.school.now().to_zoned(test.school.time_zone().clone()).date();
    let action = CaseStep::set_action("Ring home".to_owned(), test.id("dan").await, due);
    step(&test, "dee", case, action).await.unwrap();
    seen.insert(comes(&test, "dan", "DoAction").await);
    send(&test).await;
    let export =
        ExportCases { of: ExportOf::Case(case), to: "Oakmere School".to_owned(), reason: "She moves".to_owned() };
    test.school.export_cases(&test.actor("dee").await, export).await.unwrap();

    test.school.reminders_given(&test.actor("fay").await, &policy_id()).await.unwrap();
    seen.insert(comes(&test, "ada", "Sign").await);
    send(&test).await;

    test.install("handing-out.md", HANDING_OUT).await;
    hands_out(&test, "ivy", &[("item", "Tablet 4"), ("holder", "tom")]).await;
    seen.insert(comes(&test, "tom", "SignForEntry").await);
    send(&test).await;

    test.install("lending.md", LENDING).await;
    let answers = [("item", "Laptop 12"), ("holder", "tom"), ("until", "2026-05-13")];
    let answers = answers.map(|(field, text)| (field.to_owned(), text.to_owned())).into();
    let (policy, register) = (PolicyId("lending".to_owned()), "loans".to_owned());
    let enter = Enter { policy, register, answers, second: String::new(), id: None };
    test.school.enter(&test.actor("ivy").await, enter).await.unwrap();
    test.turn(SignedDuration::from_hours(30));
    test.school.tick().await.unwrap();
    seen.extend([comes(&test, "ivy", "SeeToEntry").await, comes(&test, "tom", "SeeToOwnEntry").await]);
    send(&test).await;
    for number in 13..23 {
        let until = "2026-05-13".to_owned();
        let answers = [("item", format!("Laptop {number}")), ("holder", "tom".to_owned()), ("until", until)];
        let answers = answers.map(|(field, text)| (field.to_owned(), text)).into();
        let (policy, register) = (PolicyId("lending".to_owned()), "loans".to_owned());
        let enter = Enter { policy, register, answers, second: String::new(), id: None };
        test.school.enter(&test.actor("ivy").await, enter).await.unwrap();
    }
    test.turn(SignedDuration::from_hours(18));
    test.school.tick().await.unwrap();
    seen.insert(comes(&test, "ivy", "SeeToEntries").await);
    send(&test).await;
    test.clock.set("2026-09-14T09:00:00Z".parse().unwrap());
    test.school.tick().await.unwrap();
    seen.extend([comes(&test, "ivy", "CheckRegister").await, comes(&test, "dee", "NoteReceipt").await]);
    send(&test).await;

    // A year after the policy came into force.
    test.clock.set("2027-05-12T09:00:00Z".parse().unwrap());
    test.school.tick().await.unwrap();
    seen.insert(comes(&test, "fay", "Review").await);
    send(&test).await;

    test.install("clocks.md", CLOCKS).await;
    let since = test.school.now().to_zoned(test.school.time_zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    in_hand(&test, "data-breach", [("known-since".to_owned(), since)].into()).await;
    in_hand(&test, "spill", BTreeMap::new()).await;
    for (hours, who, late) in [(3, "dan", "PassOnDueSoon"), (1, "hal", "PassOnOverdue"), (69, "hal", "DeadlineOver")] {
        test.turn(SignedDuration::from_hours(hours));
        test.school.tick().await.unwrap();
        seen.insert(comes(&test, who, late).await);
        send(&test).await;
    }

    assert_eq!(seen, KINDS.iter().copied().collect());
    assert!(test.school.request(&test.actor("hal").await, request).await.is_ok());
}

#[tokio::test]
async fn a_consent_is_asked_of_those_alone_who_may_give_it_until_they_have_answered() {
    let test = school().await;
    let request = ask_for_picture(&test, "ada, ben").await.unwrap();
    assert_eq!(mailed(&test).await, ["hal", "mo", "pat"], "no pupil, no other teacher, not whoever asked");
    let mails = test.school.due_mail().await.unwrap();
    assert!(!format!("{mails:?}").to_lowercase().contains("picture"));
    consent(&test, "pat", request, "ada", Said::Yes).await;
    assert_eq!(mailed(&test).await, ["hal", "pat"], "Ada's other parent is asked no longer; Ben's parent still is");
    consent(&test, "pat", request, "ben", Said::Yes).await;
    assert_eq!(mailed(&test).await, ["hal"]);
}

#[tokio::test]
async fn a_consent_of_which_a_parent_has_read_goes_by_no_mail_and_is_asked_once() {
    let test = school().await;
    let request = ask_for_picture(&test, "ada, ben").await.unwrap();
    test.school.request(&test.actor("pat").await, request).await.unwrap();
    assert_eq!(mailed(&test).await, ["hal", "mo"]);
    consent(&test, "mo", request, "ada", Said::Yes).await;
    assert_eq!(mailed(&test).await, ["hal"], "Pat has read that Ben's consent is missing");
}

#[tokio::test]
async fn a_consent_for_what_is_decided_or_taken_back_is_asked_of_nobody() {
    let test = school().await;
    let [refused, taken_back] =
        [ask_for_picture(&test, "ada").await.unwrap(), ask_for_picture(&test, "ben").await.unwrap()];
    let no = Decide { request: refused, answer: RequestAnswer::Refuse { reason: "Not this one".to_owned() } };
    test.school.decide(&test.actor("hal").await, no).await.unwrap();
    test.school.withdraw_request(&test.actor("tom").await, taken_back).await.unwrap();
    assert_eq!(mailed(&test).await, ["tom"], "of the decision");
}

#[tokio::test]
async fn two_things_told_to_one_person_make_one_mail() {
    let test = school().await;
    ask_for_picture(&test, "ada").await.unwrap();
    test.turn(SignedDuration::from_mins(1));
    ask_for_picture(&test, "ben").await.unwrap();
    sign(&test, "gil").await;
    assert_eq!(mailed(&test).await, ["hal", "mo", "pat"], "three for Hal and two for Pat, one mail for each");
    send(&test).await;
    assert!(mailed(&test).await.is_empty(), "all of it has gone");
}

#[tokio::test]
async fn signatures_to_accept_are_told_once_until_they_are_looked_at() {
    let test = school().await;
    sign(&test, "gil").await;
    assert_eq!(mailed(&test).await, ["hal"]);
    send(&test).await;
    sign(&test, "gus").await;
    assert!(mailed(&test).await.is_empty(), "he has been told that there are some");
    let hal = test.actor("hal").await;
    let to_accept = test.school.to_countersign(&hal, ListQuery::default()).await.unwrap().rows;
    sign(&test, "tom").await;
    assert!(mailed(&test).await.is_empty(), "the school accepts no signature of staff");
    for line in &to_accept {
        let input = Countersign { agreement: line.id, printed_name: "Hal".to_owned() };
        test.school.countersign(&hal, input).await.unwrap();
    }
    assert_eq!(to_accept.len(), 2);
}

#[tokio::test]
async fn signatures_that_somebody_else_has_accepted_are_told_no_more() {
    let test = school().await;
    test.import("username,name,audience,roles,mail\nhen,Hen Brackenwick,staff,countersigner,hen@larkfield.example\n")
        .await;
    sign(&test, "gil").await;
    sign(&test, "gus").await;
    let hen = test.actor("hen").await;
    let to_accept = test.school.to_countersign(&hen, ListQuery::default()).await.unwrap().rows;
    let accept = async |agreement| {
        let input = Countersign { agreement, printed_name: "Hen".to_owned() };
        test.school.countersign(&hen, input).await.unwrap();
    };
    accept(to_accept[0].id).await;
    assert_eq!(mailed(&test).await, ["hal"], "one is left");
    accept(to_accept[1].id).await;
    assert!(mailed(&test).await.is_empty());
}

#[tokio::test]
async fn a_draft_is_told_to_whoever_acts_next_and_taken_back_when_a_newer_one_comes() {
    let test = school().await;
    uploaded(&test, with_site("example.net")).await;
    assert_eq!(mailed(&test).await, ["gil", "gus", "hal"]);
    let faulty = uploaded(&test, with_problem()).await;
    assert_eq!(mailed(&test).await, ["fay"], "there is nothing to approve, and something to mend");
    test.school.draft(&test.actor("fay").await, faulty.id).await.unwrap();
    assert!(mailed(&test).await.is_empty(), "she has read it");
    let draft = uploaded(&test, with_site("example.org")).await;
    approve(&test, &draft, "gil", "governors").await;
    assert_eq!(mailed(&test).await, ["hal"], "the other governor has nothing to approve any more");
    approve(&test, &draft, "hal", "headteacher").await;
    let mailed_now = mailed(&test).await;
    assert!(mailed_now.contains(&"fay".to_owned()) && !mailed_now.contains(&"hal".to_owned()), "{mailed_now:?}");
    let input = PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    test.school.publish_policy(&test.actor("fay").await, input).await.unwrap();
    assert!(mailed(&test).await.is_empty());
}

#[tokio::test]
async fn why_somebody_cant_agree_is_told_to_the_policys_owner_until_it_is_answered() {
    let test = school().await;
    decline(&test, "ada").await;
    assert_eq!(mailed(&test).await, ["fay"]);
    let tasks = test.school.home(&test.actor("fay").await).await.unwrap().tasks;
    let declines = tasks.iter().filter_map(|task| match task.kind {
        TaskKind::ReadDecline { decline } => Some(decline),
        _ => None,
    });
    let [decline] = declines.collect::<Vec<_>>()[..] else { panic!("{tasks:?}") };
    let answer = AnswerDecline { decline, answer: "Let us talk".to_owned() };
    test.school.answer_decline(&test.actor("fay").await, answer).await.unwrap();
    assert!(mailed(&test).await.is_empty());
}

#[tokio::test]
async fn a_second_person_is_asked_while_the_purpose_holds_and_nobody_whom_it_is_about() {
    let test = school().await;
    let viewing = look(&test).await;
    assert_eq!(mailed(&test).await, ["dan"]);
    test.school.second_viewing(&test.actor("dan").await, viewing.id).await.unwrap();
    assert!(mailed(&test).await.is_empty());
    // What is told so late goes by mail on the next morning only.
    test.clock.set("2026-05-12T17:58:00+01:00".parse().unwrap());
    look(&test).await;
    test.clock.set("2026-05-13T10:00:00+01:00".parse().unwrap());
    assert!(mailed(&test).await.is_empty(), "there is nothing to agree to any more");
}

#[tokio::test]
async fn an_owner_is_told_once_that_a_policy_is_due_for_review_until_they_read_it() {
    let test = school().await;
    test.clock.set("2027-05-11T10:00:00+01:00".parse().unwrap());
    assert_eq!(test.school.tick().await.unwrap().reviews_due, 0, "the day before");
    test.clock.set("2027-05-12T10:00:00+01:00".parse().unwrap());
    assert_eq!(test.school.tick().await.unwrap().reviews_due, 1);
    assert!(mailed(&test).await.contains(&"fay".to_owned()));
    let beside = test.beside().await;
    assert_eq!(beside.school.tick().await.unwrap().reviews_due, 0, "another program has done it");
    test.school.policy(&test.actor("hal").await, &policy_id()).await.unwrap();
    assert!(mailed(&test).await.contains(&"fay".to_owned()), "another has read it, and not the owner");
    test.school.policy(&test.actor("fay").await, &policy_id()).await.unwrap();
    assert!(!mailed(&test).await.contains(&"fay".to_owned()));
    let ledger = test.school.ledger(&test.actor("hal").await, ListQuery::default()).await.unwrap();
    assert_eq!(ledger.rows.iter().filter(|row| row.verb == "remind").count(), 1);
}

/// Runs statements past the program.
async fn meddle(test: &TestSchool, statements: &str) {
    let pool = test.database().await;
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    sqlx::raw_sql(statements).execute(&pool).await.expect("the statements run");
    pool.close().await;
}

/// Does what a notice of this kind tells of; whether it was done.
async fn cause(test: &TestSchool, kind: &str) -> bool {
    match kind {
        "request-came" | "consent-asked" => ask_for_picture(test, "ada").await.is_ok(),
        "signature-came" => test.school.sign_agreement(&test.actor("gil").await, test.signature(None)).await.is_ok(),
        "decline-came" => try_decline(test, "ada").await.is_ok(),
        "draft-to-approve" => {
            let draft = upload(with_site("example.net"));
            test.school.upload_draft(&test.actor("fay").await, draft).await.is_ok()
        }
        _ => try_look(test).await.is_ok(),
    }
}

#[tokio::test]
async fn what_is_told_is_kept_with_its_cause_or_not_at_all() {
    let test = school().await;
    let kinds = ["request-came", "consent-asked", "signature-came", "decline-came", "draft-to-approve", "second-asked"];
    for kind in kinds {
        let before = test.ledger().await;
        for refused in ["ON ledger".to_owned(), format!("ON notices WHEN NEW.kind = '{kind}'")] {
            let refuse = "BEGIN SELECT RAISE(ABORT, 'no room'); END";
            meddle(&test, &format!("CREATE TRIGGER refuse BEFORE INSERT {refused} {refuse}")).await;
            assert!(!cause(&test, kind).await, "{kind}, {refused}");
            meddle(&test, "DROP TRIGGER refuse").await;
            assert!(mailed(&test).await.is_empty(), "{kind}, {refused}");
            assert_eq!(test.ledger().await, before, "{kind}, {refused}");
        }
    }
    for kind in kinds {
        let before = test.ledger().await;
        assert!(cause(&test, kind).await, "{kind}");
        assert!(!mailed(&test).await.is_empty() && test.ledger().await > before, "{kind}");
        send(&test).await;
    }
}

#[tokio::test]
async fn those_to_be_reminded_are_those_who_have_something_to_sign_on_home() {
    let test = school().await;
    for username in ["ada", "tom", "gil"] {
        sign(&test, username).await;
    }
    let mut on_home = BTreeSet::new();
    for username in PEOPLE.lines().skip(1).map(|line| line.split(',').next().unwrap()).chain(["mo", "gus"]) {
        let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
        if tasks.iter().any(|task| kind(&task.kind) == "Sign") {
            on_home.insert(username.to_owned());
        }
    }
    let lines = test.school.reminders_due(&test.actor("oli").await).await.unwrap();
    let reminded: BTreeSet<String> = lines.into_iter().map(|line| line.person.username).collect();
    assert_eq!(reminded, on_home);
    assert!(on_home.contains("mo") && !on_home.contains("ada"), "{on_home:?}");
}

#[tokio::test]
async fn what_a_leaver_had_taken_up_comes_to_those_who_receive_it() {
    let test = school().await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dan").await[..] else { panic!("one case") };
    step(&test, "dan", case, CaseStep::TakeUp { from: None }).await.unwrap();
    mailed(&test).await;
    send(&test).await;
    assert!(mailed(&test).await.is_empty(), "everything was told");
    let dan = test.id("dan").await;
    test.school.mark_leaver(&test.actor("hal").await, MarkLeaver { person: dan }).await.unwrap();
    assert_eq!(mailed(&test).await, ["dee"]);
}

#[tokio::test]
async fn what_a_leaver_was_to_take_up_comes_by_mail_to_the_next_who_receives_it() {
    let test = school().await;
    let damage = Report { chosen: Some(role("it-staff")), ..worry(&test, "damage", "The screen is broken") };
    reported(&test, "tom", damage).await;
    mailed(&test).await;
    send(&test).await;
    assert!(mailed(&test).await.is_empty(), "everything was told");
    let ivy = test.id("ivy").await;
    test.school.mark_leaver(&test.actor("hal").await, MarkLeaver { person: ivy }).await.unwrap();
    let told = mailed(&test).await;
    assert!(told.len() == 1 && !ids(&test, &told[0]).await.is_empty(), "{told:?}");
}
