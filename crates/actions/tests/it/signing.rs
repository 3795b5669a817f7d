use actions::{
    AnswerDecline, Countersign, Decline, ErrorKind, ListQuery, SignAgreement, SignAgreementError, TaskKind, ToSign,
    UnsignedQuery, VerbError,
};
use domain::{Outcome, Version};
use jiff::SignedDuration;

use crate::house::{FIRST, House, policy_id};

#[tokio::test]
async fn the_web_opens_when_pupil_and_parent_have_both_signed_and_not_before() {
    let house = House::open().await;
    assert_eq!(house.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"));
    let ada = house.actor("ada").await;
    let signed = house.school.sign_agreement(&ada, house.signature(None)).await.unwrap();
    assert_eq!(signed.agreement.version, FIRST);
    assert!(signed.next.is_empty());
    assert_eq!(house.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"));
    let pat = house.actor("pat").await;
    let signed = house.school.sign_agreement(&pat, house.signature(Some(ada.person()))).await.unwrap();
    assert_eq!(signed.agreement.binds.username, "ada");
    assert_eq!(signed.next.len(), 1, "her other child is still to sign for");
    assert_eq!(house.gate("ada", "example.org").await.0, Outcome::Allowed);
    assert_eq!(house.gate("ben", "example.org").await, (Outcome::Blocked, "not-signed"));
}

#[tokio::test]
async fn home_says_what_there_is_to_sign_for_oneself_and_for_each_child() {
    let house = House::open().await;
    let ada = house.actor("ada").await;
    let tasks = house.school.home(&ada).await.unwrap().tasks;
    assert_eq!(tasks[0].kind, TaskKind::Sign { policy: policy_id(), for_child: None });
    assert!(tasks[0].urgent);
    let tasks = house.school.home(&house.actor("pat").await).await.unwrap().tasks;
    let ben = house.id("ben").await;
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
    let house = House::open().await;
    let pat = house.actor("pat").await;
    let ada = house.id("ada").await;
    let page = house.school.to_sign(&pat, ToSign { policy: policy_id(), for_child: Some(ada) }).await.unwrap();
    assert_eq!((page.version, page.clause.as_str()), (FIRST, "signing"));
    assert_eq!(page.text_hash, actions::sha256(page.document.text.as_bytes()));
    assert!(page.asks_you);
    assert_eq!(page.signing_for.unwrap().username, "ada");
    let own = house.school.to_sign(&pat, ToSign { policy: policy_id(), for_child: None }).await.unwrap_err();
    assert_eq!(own.kind(), ErrorKind::NotFound, "nothing asks a parent to sign for themselves");
}

#[tokio::test]
async fn each_way_of_signing_wrongly_is_refused_by_its_own_sentence() {
    let house = House::open().await;
    let ada = house.actor("ada").await;
    let pat = house.actor("pat").await;
    let orphan = house.id("orphan").await;
    let good = || house.signature(None);
    let outdated = SignAgreement { version: Version(7), ..good() };
    let other_text = SignAgreement { text_hash: "00".to_owned(), ..good() };
    let nameless = SignAgreement { printed_name: "  ".to_owned(), ..good() };
    let unread = SignAgreement { read: false, ..good() };
    let refused = async |input| house.school.sign_agreement(&ada, input).await.unwrap_err();
    assert!(matches!(refused(outdated).await, SignAgreementError::Outdated { current: FIRST }));
    assert!(matches!(refused(other_text).await, SignAgreementError::Outdated { .. }));
    assert_eq!(refused(nameless).await.field(), Some("printed_name"));
    assert_eq!(refused(unread).await.field(), Some("read"));
    let stranger = house.school.sign_agreement(&pat, house.signature(Some(orphan))).await.unwrap_err();
    assert!(matches!(stranger, SignAgreementError::NotYourChild));
    let visitor = house.school.sign_agreement(&house.actor("vic").await, good()).await.unwrap_err();
    assert!(matches!(visitor, SignAgreementError::NotAsked));
    house.school.sign_agreement(&ada, good()).await.unwrap();
    assert!(matches!(refused(good()).await, SignAgreementError::AlreadySigned));
}

#[tokio::test]
async fn a_signature_lapses_when_the_clause_asks_for_it_again() {
    let house = House::open().await;
    house.sign_for("ada").await;
    house.turn(SignedDuration::from_hours(24 * 364));
    house.school.tick().await.unwrap();
    assert_eq!(house.gate("ada", "example.org").await.0, Outcome::Allowed);
    house.turn(SignedDuration::from_hours(24 * 2));
    house.school.tick().await.unwrap();
    assert_eq!(house.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"));
    house.sign_for("ada").await;
    assert_eq!(house.gate("ada", "example.org").await.0, Outcome::Allowed);
}

#[tokio::test]
async fn nothing_is_withheld_during_the_time_of_grace() {
    let house = House::open().await;
    assert_eq!(house.gate("tom", "example.org").await.0, Outcome::Allowed);
    house.turn(SignedDuration::from_hours(24 * 14));
    house.school.tick().await.unwrap();
    assert_eq!(house.gate("tom", "example.org").await, (Outcome::Blocked, "not-signed"));
}

#[tokio::test]
async fn the_school_accepts_a_signature_once_and_only_then_does_the_web_open() {
    let house = House::open().await;
    let gil = house.actor("gil").await;
    house.school.sign_agreement(&gil, house.signature(None)).await.unwrap();
    assert_eq!(house.gate("gil", "example.org").await, (Outcome::Blocked, "not-signed"));
    let hal = house.actor("hal").await;
    let waiting = house.school.to_countersign(&hal, ListQuery::default()).await.unwrap();
    assert_eq!(waiting.total, 1);
    let input = || Countersign { agreement: waiting.rows[0].id, printed_name: "H. Brackenwick".to_owned() };
    let refused = house.school.countersign(&house.actor("tom").await, input()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    let line = house.school.countersign(&hal, input()).await.unwrap();
    assert_eq!(line.countersigned.unwrap().by.username, "hal");
    assert_eq!(house.gate("gil", "example.org").await.0, Outcome::Allowed);
    assert_eq!(house.school.countersign(&hal, input()).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(house.school.to_countersign(&hal, ListQuery::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn who_cant_agree_says_why_and_the_policys_owner_answers() {
    let house = House::open().await;
    let ada = house.actor("ada").await;
    let decline =
        |reason: &str| Decline { policy: policy_id(), version: FIRST, for_child: None, reason: reason.to_owned() };
    let empty = house.school.decline(&ada, decline(" ")).await.unwrap_err();
    assert_eq!(empty.field(), Some("reason"));
    house.school.decline(&ada, decline("I do not want to be watched")).await.unwrap();
    let fay = house.actor("fay").await;
    let tasks = house.school.home(&fay).await.unwrap().tasks;
    let declines = tasks.iter().filter_map(|task| match &task.kind {
        TaskKind::ReadDecline { decline } => Some(*decline),
        _ => None,
    });
    let [decline] = declines.collect::<Vec<_>>()[..] else { panic!("{tasks:?}") };
    let answer = || AnswerDecline { decline, answer: "Let us talk about it".to_owned() };
    let other = house.school.answer_decline(&house.actor("ivy").await, answer()).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Forbidden);
    house.school.answer_decline(&fay, answer()).await.unwrap();
    assert_eq!(house.school.answer_decline(&fay, answer()).await.unwrap_err().kind(), ErrorKind::Conflict);
    let mine = house.school.declines(&ada, ListQuery::default()).await.unwrap();
    assert_eq!(mine.rows[0].answer.as_deref(), Some("Let us talk about it"));
    assert_eq!(house.gate("ada", "example.org").await.0, Outcome::Blocked);
}

#[tokio::test]
async fn my_agreements_are_mine_and_my_childrens_and_nobody_elses() {
    let house = House::open().await;
    house.sign_for("ada").await;
    let pat = house.actor("pat").await;
    let mine = house.school.my_agreements(&pat).await.unwrap();
    assert!(mine.own.is_empty());
    let children: Vec<_> = mine
        .children
        .iter()
        .map(|child| (child.child.username.as_str(), child.agreements.len(), child.owed.len()))
        .collect();
    assert_eq!(children, [("ada", 2, 0), ("ben", 0, 1)]);
    let id = mine.children[0].agreements[0].id;
    assert!(house.school.agreement(&pat, id).await.is_ok());
    let ben = house.school.agreement(&house.actor("ben").await, id).await.unwrap_err();
    assert_eq!(ben.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn signing_progress_counts_by_audience_and_names_who_is_missing() {
    let house = House::open().await;
    house.sign_for("ada").await;
    let ben = house.actor("ben").await;
    house.school.sign_agreement(&ben, house.signature(None)).await.unwrap();
    let oli = house.actor("oli").await;
    let lines = house.school.signing_progress(&oli).await.unwrap();
    let pupils = &lines[0];
    assert_eq!(pupils.audience, domain::Audience::Pupil);
    assert_eq!((pupils.asked, pupils.signed, pupils.awaiting_parent, pupils.no_parent), (3, 1, 1, 1));
    let query = UnsignedQuery { audience: Some(domain::Audience::Pupil), ..UnsignedQuery::default() };
    let missing = house.school.unsigned_people(&oli, query).await.unwrap();
    let names: Vec<_> = missing.rows.iter().map(|line| line.person.username.as_str()).collect();
    assert_eq!(names, ["ben", "orphan"]);
    assert_eq!(missing.rows[0].parents[0].username, "pat");
}

#[tokio::test]
async fn reminders_come_after_one_two_and_three_intervals_never_at_weekends_and_none_to_leavers() {
    let house = House::open().await;
    let oli = house.actor("oli").await;
    let due = async || {
        let mut lines = house.school.reminders_due(&oli).await.unwrap();
        lines.retain(|line| matches!(line.person.username.as_str(), "ada" | "pat"));
        lines.iter().map(|line| (line.person.username.clone(), line.number)).collect::<Vec<_>>()
    };
    let both = |number| vec![("ada".to_owned(), number), ("pat".to_owned(), number)];
    assert_eq!(due().await, both(0));
    house.school.reminders_given(&oli, &policy_id()).await.unwrap();
    assert!(due().await.is_empty());
    for (days, number) in [(7, 1), (7, 2), (7, 3)] {
        house.turn(SignedDuration::from_hours(24 * (days - 1)));
        assert!(due().await.is_empty(), "a day early");
        house.turn(SignedDuration::from_hours(24));
        assert_eq!(due().await, both(number));
        house.school.reminders_given(&oli, &policy_id()).await.unwrap();
    }
    house.turn(SignedDuration::from_hours(24 * 90));
    assert!(due().await.is_empty(), "three are enough");
}

#[tokio::test]
async fn nobody_is_reminded_at_a_weekend_and_no_leaver_ever() {
    let house = House::open().await;
    let oli = house.actor("oli").await;
    let person = house.id("ada").await;
    house.school.mark_leaver(&oli, actions::MarkLeaver { person }).await.unwrap();
    let lines = house.school.reminders_due(&oli).await.unwrap();
    assert!(lines.iter().all(|line| line.person.username != "ada" && line.binds.username != "ada"));
    assert!(!lines.is_empty());
    house.turn(SignedDuration::from_hours(24 * 4));
    assert!(house.school.reminders_due(&oli).await.unwrap().is_empty(), "it is Saturday");
}
