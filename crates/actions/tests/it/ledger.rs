use actions::*;
use domain::{CaseId, CaseStep};
use jiff::SignedDuration;

use crate::reporting::{ids, reported, school, step, worry};
use crate::test_school::{FIRST, TestSchool, policy_id};

/// What people type in this test, and who they are: none of it may stand in the ledger.
const TYPED: [&str; 15] = [
    "reddit",
    "chemists",
    "Chemistry",
    "pictures",
    "advertising",
    "monitoring",
    "ring the",
    "worried",
    "password was",
    "settled",
    "one word",
    "A. Name",
    "example",
    "10.0.0.7",
    "Please",
];

#[tokio::test]
async fn the_ledger_holds_nobodys_name_and_nothing_that_anybody_typed() {
    let test = TestSchool::open().await;
    let school = &test.school;
    let actor = async |username| test.actor(username).await;
    let (tom, ivy, ian, hal, pat) =
        (actor("tom").await, actor("ivy").await, actor("ian").await, actor("hal").await, actor("pat").await);
    let (dee, dan, fay, gil) = (actor("dee").await, actor("dan").await, actor("fay").await, actor("gil").await);
    let ben = test.id("ben").await;
    test.sign_in("ada", "lantern-harbour-teapot").await;
    test.sign_for("ada").await;
    let signed = school.sign_agreement(&gil, test.signature(None)).await.unwrap();
    let countersign = Countersign { agreement: signed.agreement.id, printed_name: "A. Name".to_owned() };
    school.countersign(&hal, countersign).await.unwrap();
    let reason = "I want to talk about monitoring".to_owned();
    let decline = Decline { policy: policy_id(), version: FIRST, for_child: Some(ben), reason };
    school.decline(&pat, decline).await.unwrap();
    let decline = school.declines(&fay, ListQuery::default()).await.unwrap().rows.remove(0).id;
    let answer = "Please ring the office".to_owned();
    school.answer_decline(&fay, AnswerDecline { decline, answer }).await.unwrap();
    let (_, grant) = test.open_reddit().await;
    let reason = "The lesson is settled".to_owned();
    school.revoke(&tom, Revoke { grant: grant.id, reason }).await.unwrap();
    let ask = Ask { wants: Wants::Site("https://moving-pictures.example".to_owned()), ..test.ask_reddit() };
    let request = school.ask(&tom, ask).await.unwrap().id;
    let director = ian.roles().iter().next().expect("a role");
    let answer = RequestAnswer::HandOn { to: director, note: "Please look".to_owned() };
    school.decide(&ivy, Decide { request, answer }).await.unwrap();
    let answer = RequestAnswer::Refuse { reason: "The site shows advertising".to_owned() };
    school.decide(&ian, Decide { request, answer }).await.unwrap();
    let withdraw = WithdrawAccess {
        person: ben,
        policy: policy_id(),
        clause: "consequences".to_owned(),
        reason: "A password was shared".to_owned(),
        until: None,
    };
    let sanction = school.withdraw_access(&hal, withdraw).await.unwrap().id;
    school.restore_access(&hal, RestoreAccess { sanction, reason: "It is settled".to_owned() }).await.unwrap();
    let text = crate::test_school::POLICY.replace("unless a lesson needs one", "unless a lesson needs it");
    let upload = UploadDraft { file_name: "example.md".to_owned(), text, minor: false, summary: "one word".to_owned() };
    school.upload_draft(&fay, upload).await.unwrap();
    let subjects = [Subject::Person(ben), Subject::Host(domain::Host::parse("reddit.com").unwrap()), Subject::Everyone];
    for subject in subjects {
        let looking = ViewActivity {
            subject,
            policy: policy_id(),
            clause: "looking".to_owned(),
            purpose: "A safeguarding concern: a teacher is worried".to_owned(),
            from: school.now() - SignedDuration::from_hours(1),
            to: school.now(),
            tell_later: None,
        };
        let viewing = school.view_activity(&dee, looking).await.unwrap();
        school.second_viewing(&dan, viewing.id).await.unwrap();
        school.read_activity(&dee, viewing.id, ListQuery::default()).await.unwrap();
    }

    let mut entries = Vec::new();
    let pages = school.ledger(&hal, ListQuery::default()).await.unwrap().pages;
    for page in 1..=pages {
        entries.extend(school.ledger(&hal, ListQuery { page, ..ListQuery::default() }).await.unwrap().rows);
    }
    assert!(entries.len() > 40, "{}", entries.len());
    let people: Vec<String> = crate::test_school::PEOPLE
        .lines()
        .skip(1)
        .flat_map(|line| {
            let mut columns = line.split(',');
            let (username, name) = (columns.next().unwrap(), columns.next().unwrap());
            name.split(' ').map(str::to_owned).chain([format!("\"{username}\"")]).collect::<Vec<_>>()
        })
        .collect();
    for entry in entries {
        let text = format!("{} {}", entry.about, entry.details);
        for word in TYPED.iter().copied().chain(people.iter().map(String::as_str)) {
            assert!(!text.contains(word), "'{word}' is in the ledger: {} {text}", entry.verb);
        }
    }
}

/// All that somebody reads of the ledger: each page of its list, what these searches find, and its check.
async fn read(test: &TestSchool, reader: &Actor, searches: &[&str]) -> Vec<String> {
    let mut seen = Vec::new();
    for search in [""].iter().chain(searches) {
        let query = |page| ListQuery { search: (*search).to_owned(), page, ..ListQuery::default() };
        let pages = test.school.ledger(reader, query(1)).await.unwrap().pages;
        for page in 1..=pages {
            seen.push(format!("{:?}", test.school.ledger(reader, query(page)).await.unwrap()));
        }
    }
    seen.push(format!("{:?}", test.school.check_ledger(reader).await.unwrap()));
    seen
}

const VERBS: [&str; 4] = ["case", "report", "remind", "dle-ca"];

#[tokio::test]
async fn whoever_reads_the_ledger_learns_from_nothing_in_it_that_there_is_a_report() {
    let test = school().await;
    let (nothing, no_hash) = (test.id("ada").await.to_string().replace('0', "1"), "0".repeat(64));
    let readers = [test.actor("hal").await, Actor::operator()];
    let mut before = Vec::new();
    for reader in &readers {
        before.push(read(&test, reader, &[&VERBS[..], &[&nothing, &no_hash]].concat()).await);
    }
    let length = test.ledger().await;
    for told in ["He shouts", "He shouts again"] {
        reported(&test, "ada", worry(&test, "bullying", told)).await;
    }
    let [case, other] = ids(&test, "dee").await[..] else { panic!("two cases") };
    step(&test, "dee", case, CaseStep::Link { to: other }).await.unwrap();
    test.turn(SignedDuration::from_mins(90));
    assert_eq!(test.school.tick().await.unwrap().reminded, 2);
    assert_eq!(test.ledger().await, length + 5, "twice reported and reminded of, and linked");
    let page = test.school.case_ledger(&test.actor("dee").await, case, ListQuery::default()).await.unwrap();
    let (id, hash) = (case.to_string(), page.rows[0].hash.clone());
    for (reader, before) in readers.iter().zip(before) {
        assert_eq!(read(&test, reader, &[&VERBS[..], &[&id, &hash]].concat()).await, before);
        let ask = async |case| test.school.case_ledger(reader, case, ListQuery::default()).await.unwrap_err();
        assert_eq!(ask(case).await.to_string(), ask(CaseId(uuid::Uuid::nil())).await.to_string());
    }
}

#[tokio::test]
async fn those_who_have_a_report_read_what_the_ledger_holds_of_it_and_not_that_another_is_linked() {
    let test = school().await;
    for told in ["He shouts", "He shouts again"] {
        reported(&test, "ada", worry(&test, "bullying", told)).await;
    }
    let [case, other] = ids(&test, "dee").await[..] else { panic!("two cases") };
    for what in [CaseStep::TakeUp { from: None }, CaseStep::Link { to: other }, CaseStep::Unlink { to: other }] {
        step(&test, "dee", case, what).await.unwrap();
    }
    for id in [case, other] {
        let page = test.school.case_ledger(&test.actor("dee").await, id, ListQuery::default()).await.unwrap();
        let verbs: Vec<&str> = page.rows.iter().map(|row| row.verb.as_str()).collect();
        let expected: &[&str] = if id == case { &["handle-case", "report"] } else { &["report"] };
        assert_eq!((verbs.as_slice(), page.total), (expected, expected.len() as u64));
    }
}

#[tokio::test]
async fn the_hash_of_the_newest_entry_that_is_listed_is_found_again_when_others_have_followed() {
    let test = school().await;
    let hal = test.actor("hal").await;
    let LedgerCheck::Fits { newest: Some(noted) } = test.school.check_ledger(&hal).await.unwrap() else {
        panic!("it fits")
    };
    test.sign_for("ada").await;
    let found = async |search: String| {
        let query = ListQuery { search, ..ListQuery::default() };
        test.school.ledger(&hal, query).await.unwrap().rows.into_iter().map(|row| row.hash).collect::<Vec<_>>()
    };
    assert_eq!(found(noted.clone()).await, std::slice::from_ref(&noted));
    let newest = found(String::new()).await.remove(0);
    assert_ne!(newest, noted);
    assert_eq!(test.school.check_ledger(&hal).await.unwrap(), LedgerCheck::Fits { newest: Some(newest) });
}
