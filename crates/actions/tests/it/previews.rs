//! What is said before a signature or a request counts: it is what then happens, and nothing is kept of it.

use actions::{Ask, Awaited, ListQuery, SignAgreement, VerbError, WebAfter, WithdrawAccess};
use domain::Outcome;
use jiff::SignedDuration;

use crate::test_school::{TestSchool, policy_id};

#[tokio::test]
async fn what_is_said_of_a_signature_is_what_the_gate_then_does() {
    let test = TestSchool::open().await;
    let (ada, pat) = (test.actor("ada").await, test.actor("pat").await);
    let ledger = test.ledger().await;
    let own = test.school.check_signature(&ada, &test.signature(None)).await.unwrap();
    let WebAfter::Awaits(awaited) = own.web else { panic!("a parent has to sign too: {:?}", own.web) };
    assert!(matches!(awaited.as_slice(), [Awaited::ParentsSignature(_)]), "{awaited:?}");
    assert_eq!(test.ledger().await, ledger, "nothing is kept");
    test.school.sign_agreement(&ada, test.signature(None)).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Blocked);

    let for_ada = || test.signature(Some(ada.person()));
    assert_eq!(test.school.check_signature(&pat, &for_ada()).await.unwrap().web, WebAfter::Opens);
    test.school.sign_agreement(&pat, for_ada()).await.unwrap();
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
    let again = test.school.check_signature(&pat, &for_ada()).await.unwrap_err();
    assert_eq!(again.to_string(), "You have signed this version already.");
}

#[tokio::test]
async fn nobody_whose_access_is_withdrawn_is_told_that_a_signature_opens_the_web() {
    let test = TestSchool::open().await;
    let (ada, pat) = (test.actor("ada").await, test.actor("pat").await);
    test.school.sign_agreement(&ada, test.signature(None)).await.unwrap();
    let withdrawal = WithdrawAccess {
        person: ada.person(),
        policy: policy_id(),
        clause: "consequences".to_owned(),
        reason: "She shared her password".to_owned(),
        until: None,
    };
    test.school.withdraw_access(&test.actor("hal").await, withdrawal).await.unwrap();
    let for_ada = test.signature(Some(ada.person()));
    assert_eq!(test.school.check_signature(&pat, &for_ada).await.unwrap().web, WebAfter::Withdrawn);
}

#[tokio::test]
async fn what_signing_refuses_is_refused_before() {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    let good = || test.signature(None);
    for wrong in [
        SignAgreement { printed_name: " ".to_owned(), ..good() },
        SignAgreement { printed_name: "Mickey Mouse".to_owned(), name_confirmed: false, ..good() },
        SignAgreement { read: false, ..good() },
        SignAgreement { text_hash: "another".to_owned(), ..good() },
        SignAgreement { for_child: Some(test.id("tom").await), ..good() },
    ] {
        let before = test.school.check_signature(&ada, &wrong).await.unwrap_err();
        let after = test.school.sign_agreement(&ada, wrong).await.unwrap_err();
        assert_eq!(before.to_string(), after.to_string());
    }
}

#[tokio::test]
async fn what_is_said_of_a_request_is_what_its_decider_reads() {
    let test = TestSchool::open().await;
    let (tom, ivy) = (test.actor("tom").await, test.actor("ivy").await);
    let ledger = test.ledger().await;
    let preview = test.school.check_ask(&tom, &test.ask_reddit()).await.unwrap();
    assert_eq!(test.ledger().await, ledger, "nothing is kept");
    assert_eq!(test.school.queue(&ivy, ListQuery::default()).await.unwrap().total, 0);

    let request = test.school.ask(&tom, test.ask_reddit()).await.unwrap();
    let read = test.school.request(&ivy, request.id).await.unwrap();
    assert_eq!((preview.effect, preview.line.waits_for), (read.effect, read.line.waits_for));
    assert_eq!((preview.line.until, preview.line.answers), (read.line.until, read.line.answers));
}

#[tokio::test]
async fn what_asking_refuses_is_refused_before() {
    let test = TestSchool::open().await;
    let (tom, ada) = (test.actor("tom").await, test.actor("ada").await);
    let good = || test.ask_reddit();
    let late = test.school.now() + SignedDuration::from_hours(24 * 30);
    for (actor, wrong) in [
        (&tom, Ask { reason: " ".to_owned(), ..good() }),
        (&tom, Ask { answers: std::collections::BTreeMap::new(), ..good() }),
        (&tom, Ask { until: Some(late), ..good() }),
        (&tom, Ask { permission: "none".to_owned(), ..good() }),
        (&ada, good()),
    ] {
        let before = test.school.check_ask(actor, &wrong).await.unwrap_err();
        let after = test.school.ask(actor, wrong).await.unwrap_err();
        assert_eq!((before.kind(), before.to_string()), (after.kind(), after.to_string()));
    }
}
