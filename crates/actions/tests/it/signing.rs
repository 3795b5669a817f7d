use actions::{
    Actor, AnswerDecline, Countersign, Decline, ErrorKind, InstallPolicy, ListQuery, SignAgreement, SignAgreementError,
    TaskKind, ToSign, UnsignedQuery, VerbError,
};
use domain::{Outcome, PolicyId, Version};
use jiff::SignedDuration;

use crate::test_school::{FIRST, TestSchool, policy_id};

#[tokio::test]
async fn the_web_opens_when_pupil_and_parent_have_both_signed_and_not_before() {
    let test = TestSchool::open().await;
    assert_eq!(test.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"));
    let ada = test.actor("ada").await;
    let signed = test.school.sign_agreement(&ada, test.signature(None)).await.unwrap();
    assert_eq!(signed.agreement.version, FIRST);
    assert!(signed.next.is_empty());
    assert_eq!(test.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"));
    let pat = test.actor("pat").await;
    let signed = test.school.sign_agreement(&pat, test.signature(Some(ada.person()))).await.unwrap();
    assert_eq!(signed.agreement.binds.username, "ada");
    assert_eq!(signed.next.len(), 1, "her other child is still to sign for");
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
    assert_eq!(test.gate("ben", "example.org").await, (Outcome::Blocked, "not-signed"));
}

#[tokio::test]
async fn home_says_what_there_is_to_sign_for_oneself_and_for_each_child() {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    let tasks = test.school.home(&ada).await.unwrap().tasks;
    let own =
        |kind: &TaskKind| matches!(kind, TaskKind::Sign { policy, for_child: None, .. } if *policy == policy_id());
    assert!(own(&tasks[0].kind), "{tasks:?}");
    assert!(tasks[0].urgent);
    let tasks = test.school.home(&test.actor("pat").await).await.unwrap().tasks;
    let ben = test.id("ben").await;
    let for_whom: Vec<_> = tasks
        .iter()
        .map(|task| match &task.kind {
            TaskKind::Sign { for_child, .. } => *for_child,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(for_whom.len(), 2);
    assert!(for_whom.contains(&Some(ada.person())) && for_whom.contains(&Some(ben)));
}

#[tokio::test]
async fn the_signing_page_shows_the_text_and_whom_it_is_for() {
    let test = TestSchool::open().await;
    let pat = test.actor("pat").await;
    let ada = test.id("ada").await;
    let page = test.school.to_sign(&pat, ToSign { policy: policy_id(), for_child: Some(ada) }).await.unwrap();
    assert_eq!((page.version, page.clause.as_str()), (FIRST, "signing"));
    assert_eq!(page.text_hash, actions::sha256(page.document.text.as_bytes()));
    assert!(page.asks_you);
    assert_eq!(page.signing_for.unwrap().username, "ada");
    let own = test.school.to_sign(&pat, ToSign { policy: policy_id(), for_child: None }).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::NotFound, "nothing asks a parent to sign for themselves");
}

#[tokio::test]
async fn each_way_of_signing_wrongly_is_refused_by_its_own_sentence() {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    let pat = test.actor("pat").await;
    let orphan = test.id("orphan").await;
    let good = || test.signature(None);
    let outdated = SignAgreement { version: Version(7), ..good() };
    let other_text = SignAgreement { text_hash: "00".to_owned(), ..good() };
    let nameless = SignAgreement { printed_name: "  ".to_owned(), ..good() };
    let unread = SignAgreement { read: false, ..good() };
    let mouse = SignAgreement { printed_name: "Mickey Mouse".to_owned(), name_confirmed: false, ..good() };
    let refused = async |input| test.school.sign_agreement(&ada, input).await.unwrap_err();
    assert!(matches!(refused(outdated).await, SignAgreementError::Outdated { current: FIRST }));
    assert!(matches!(refused(other_text).await, SignAgreementError::Outdated { .. }));
    assert_eq!(refused(nameless).await.field(), Some("printed_name"));
    assert_eq!(refused(unread).await.field(), Some("read"));
    assert!(
        matches!(refused(mouse).await, SignAgreementError::AnotherName { on_record, .. } if on_record == "Ada Fernhaven")
    );
    let stranger = test.school.sign_agreement(&pat, test.signature(Some(orphan))).await.unwrap_err();
    assert!(matches!(stranger, SignAgreementError::NotYourChild));
    let visitor = test.school.sign_agreement(&test.actor("vic").await, good()).await.unwrap_err();
    assert!(matches!(visitor, SignAgreementError::NotAsked));
    test.school.sign_agreement(&ada, good()).await.unwrap();
    assert!(matches!(refused(good()).await, SignAgreementError::AlreadySigned));
}

#[tokio::test]
async fn a_signature_lapses_when_the_clause_asks_for_it_again() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    test.turn(SignedDuration::from_hours(24 * 364));
    test.school.tick().await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
    test.turn(SignedDuration::from_hours(24 * 2));
    test.school.tick().await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"));
    test.sign_for("ada").await;
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
}

#[tokio::test]
async fn nothing_is_withheld_during_the_time_of_grace() {
    let test = TestSchool::open().await;
    assert_eq!(test.gate("tom", "example.org").await.0, Outcome::Allowed);
    test.turn(SignedDuration::from_hours(24 * 14));
    test.school.tick().await.unwrap();
    assert_eq!(test.gate("tom", "example.org").await, (Outcome::Blocked, "not-signed"));
}

#[tokio::test]
async fn several_signatures_to_accept_are_one_task_and_ones_own_is_not_among_them() {
    let test = TestSchool::open().await;
    let text = "+++\nid = \"staff-rules\"\ntitle = \"Staff rules\"\naudiences = [\"staff\"]\nowner = \"headteacher\"\n+++\n\n\
        # Staff rules\n\n## Signing {#signing}\n\n```rule\n[agreement]\nby = [\"self\"]\ncountersign = [\"countersigner\"]\n```\n";
    let policy = InstallPolicy { file_name: "staff-rules.md".to_owned(), text: text.to_owned() };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    let accepting = async || {
        let tasks = test.school.home(&test.actor("hal").await).await.unwrap().tasks.into_iter();
        tasks.map(|task| task.title).filter(|title| title.starts_with("Accept")).collect::<Vec<_>>()
    };
    for username in ["hal", "tom", "ivy"] {
        let signature = SignAgreement { policy: PolicyId("staff-rules".to_owned()), ..test.signature(None) };
        let actor = test.actor(username).await;
        let page =
            test.school.to_sign(&actor, ToSign { policy: signature.policy.clone(), for_child: None }).await.unwrap();
        let signature = SignAgreement { version: page.version, text_hash: page.text_hash, ..signature };
        test.school.sign_agreement(&actor, signature).await.unwrap();
        test.turn(SignedDuration::from_secs(1));
    }
    assert_eq!(accepting().await, ["Accept 2 signatures"]);
    let own = test.school.my_agreements(&test.actor("tom").await).await.unwrap().own;
    let signed = own.iter().find(|line| line.policy.0 == "staff-rules").expect("he has signed");
    assert!(!signed.awaits_countersign.is_empty() && !signed.opens_when_accepted, "the web does not wait for it");
    let hal = test.actor("hal").await;
    let theirs = test.school.to_countersign(&hal, ListQuery::default()).await.unwrap();
    assert_eq!(theirs.rows.iter().map(|line| line.signer.username.as_str()).collect::<Vec<_>>(), ["tom", "ivy"]);
    let search = ListQuery { search: "lanternfield".to_owned(), ..ListQuery::default() };
    assert_eq!(test.school.to_countersign(&hal, search).await.unwrap().total, 1);
    let second = ListQuery { page: 2, ..ListQuery::default() };
    assert_eq!(test.school.to_countersign(&hal, second).await.unwrap().rows, []);
    for (line, left) in theirs.rows.iter().zip([&["Accept the signature of Ivy Lanternfield"][..], &[]]) {
        let input = Countersign { agreement: line.id, printed_name: "H. Brackenwick".to_owned() };
        test.school.countersign(&hal, input).await.unwrap();
        assert_eq!(accepting().await, left);
    }
}

#[tokio::test]
async fn the_school_accepts_a_signature_once_and_only_then_does_the_web_open() {
    let test = TestSchool::open().await;
    let gil = test.actor("gil").await;
    test.school.sign_agreement(&gil, test.signature(None)).await.unwrap();
    assert_eq!(test.gate("gil", "example.org").await, (Outcome::Blocked, "not-signed"));
    let hal = test.actor("hal").await;
    let waiting = test.school.to_countersign(&hal, ListQuery::default()).await.unwrap();
    assert_eq!(waiting.total, 1);
    let input = || Countersign { agreement: waiting.rows[0].id, printed_name: "H. Brackenwick".to_owned() };
    let refused = test.school.countersign(&test.actor("tom").await, input()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    let line = test.school.countersign(&hal, input()).await.unwrap();
    assert_eq!(line.countersigned.unwrap().by.username, "hal");
    assert_eq!(test.gate("gil", "example.org").await.0, Outcome::Allowed);
    assert_eq!(test.school.countersign(&hal, input()).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(test.school.to_countersign(&hal, ListQuery::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn who_cant_agree_says_why_and_the_policys_owner_answers() {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    let decline =
        |reason: &str| Decline { policy: policy_id(), version: FIRST, for_child: None, reason: reason.to_owned() };
    let empty = test.school.decline(&ada, decline(" ")).await.unwrap_err();
    assert_eq!(empty.field(), Some("reason"));
    let long = test.school.decline(&ada, decline(&"a".repeat(100_000))).await.unwrap_err();
    assert_eq!(long.field(), Some("reason"));
    test.school.decline(&ada, decline("I do not want to be watched")).await.unwrap();
    let fay = test.actor("fay").await;
    let tasks = test.school.home(&fay).await.unwrap().tasks;
    let declines = tasks.iter().filter_map(|task| match &task.kind {
        TaskKind::ReadDecline { decline } => Some(*decline),
        _ => None,
    });
    let [decline] = declines.collect::<Vec<_>>()[..] else { panic!("{tasks:?}") };
    for (who, reads) in [("ada", true), ("fay", true), ("ivy", false), ("pat", false)] {
        let line = test.school.read_decline(&test.actor(who).await, decline).await;
        assert_eq!(line.is_ok_and(|line| line.reason == "I do not want to be watched"), reads, "{who}");
    }
    let answer = || AnswerDecline { decline, answer: "Let us talk about it".to_owned() };
    let other = test.school.answer_decline(&test.actor("ivy").await, answer()).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Forbidden);
    test.school.answer_decline(&fay, answer()).await.unwrap();
    assert_eq!(test.school.answer_decline(&fay, answer()).await.unwrap_err().kind(), ErrorKind::Conflict);
    let mine = test.school.declines(&ada, ListQuery::default()).await.unwrap();
    assert_eq!(mine.rows[0].answer.as_deref(), Some("Let us talk about it"));
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Blocked);
}

#[tokio::test]
async fn my_agreements_are_mine_and_my_childrens_and_nobody_elses() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let pat = test.actor("pat").await;
    let mine = test.school.my_agreements(&pat).await.unwrap();
    assert!(mine.own.is_empty());
    let children: Vec<_> = mine
        .children
        .iter()
        .map(|child| (child.child.username.as_str(), child.agreements.len(), child.owed.len()))
        .collect();
    assert_eq!(children, [("ada", 2, 0), ("ben", 0, 1)]);
    let id = mine.children[0].agreements[0].id;
    assert!(test.school.agreement(&pat, id).await.is_ok());
    let ben = test.school.agreement(&test.actor("ben").await, id).await.unwrap_err();
    assert_eq!(ben.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn signing_progress_counts_by_audience_and_names_who_is_missing() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let ben = test.actor("ben").await;
    test.school.sign_agreement(&ben, test.signature(None)).await.unwrap();
    let oli = test.actor("oli").await;
    let lines = test.school.signing_progress(&oli).await.unwrap();
    let pupils = &lines[0];
    assert_eq!(pupils.audience, domain::Audience::Pupil);
    assert_eq!((pupils.asked, pupils.signed, pupils.awaiting_parent, pupils.no_parent), (3, 1, 1, 1));
    let query = UnsignedQuery { audience: Some(domain::Audience::Pupil), ..UnsignedQuery::default() };
    let missing = test.school.unsigned_people(&oli, query).await.unwrap();
    let names: Vec<_> = missing.rows.iter().map(|line| line.person.username.as_str()).collect();
    assert_eq!(names, ["ben", "orphan"]);
    assert_eq!(missing.rows[0].parents[0].username, "pat");
}

#[tokio::test]
async fn reminders_come_after_one_two_and_three_intervals_never_at_weekends_and_none_to_leavers() {
    let test = TestSchool::open().await;
    let oli = test.actor("oli").await;
    let due = async || {
        let mut lines = test.school.reminders_due(&oli).await.unwrap();
        lines.retain(|line| matches!(line.person.username.as_str(), "ada" | "pat"));
        lines.iter().map(|line| (line.person.username.clone(), line.number)).collect::<Vec<_>>()
    };
    let both = |number| vec![("ada".to_owned(), number), ("pat".to_owned(), number)];
    assert_eq!(due().await, both(0));
    test.school.reminders_given(&oli, &policy_id()).await.unwrap();
    assert!(due().await.is_empty());
    for (days, number) in [(7, 1), (7, 2), (7, 3)] {
        test.turn(SignedDuration::from_hours(24 * (days - 1)));
        assert!(due().await.is_empty(), "a day early");
        test.turn(SignedDuration::from_hours(24));
        assert_eq!(due().await, both(number));
        test.school.reminders_given(&oli, &policy_id()).await.unwrap();
    }
    test.turn(SignedDuration::from_hours(24 * 90));
    assert!(due().await.is_empty(), "three are enough");
}

#[tokio::test]
async fn nobody_is_reminded_at_a_weekend_and_no_leaver_ever() {
    let test = TestSchool::open().await;
    let oli = test.actor("oli").await;
    let person = test.id("ada").await;
    test.school.mark_leaver(&oli, actions::MarkLeaver { person }).await.unwrap();
    let lines = test.school.reminders_due(&oli).await.unwrap();
    assert!(lines.iter().all(|line| line.person.username != "ada" && line.binds.username != "ada"));
    assert!(!lines.is_empty());
    test.turn(SignedDuration::from_hours(24 * 4));
    assert!(test.school.reminders_due(&oli).await.unwrap().is_empty(), "it is Saturday");
}
