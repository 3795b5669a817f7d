use actions::*;
use domain::CaseStep;
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

#[tokio::test]
async fn at_the_desk_the_ledger_says_of_a_report_neither_who_handled_it_nor_by_which_clause_it_came() {
    let test = school().await;
    reported(&test, "ada", worry(&test, "bullying", "He shouts")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    for (reader, is_told) in [(test.actor("hal").await, false), (Actor::operator(), false)] {
        let page = test.school.ledger(&reader, ListQuery::default()).await.unwrap();
        let of_case: Vec<String> = page
            .rows
            .iter()
            .filter(|row| row.about.starts_with("case "))
            .map(|row| format!("{} {}", row.who, row.details))
            .collect();
        assert_eq!(of_case.len(), 2, "that something was done is said: {of_case:?}");
        let written = of_case.join(" ");
        assert_eq!(written.contains("Dee Inkermoss"), is_told, "{written}");
        assert_eq!(written.contains("bullying"), is_told, "{written}");
    }
    let dee = ListQuery { search: test.id("dee").await.to_string(), ..ListQuery::default() };
    let found = test.school.ledger(&test.actor("hal").await, dee).await.unwrap();
    assert!(found.rows.iter().all(|row| !row.about.starts_with("case ")), "nor does a search");
}
