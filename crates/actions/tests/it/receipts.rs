use actions::{Desk, ReceiptFault, verify_receipt};
use testkit::TurnableClock;

use crate::test_school::TestSchool;

async fn receipt() -> (TestSchool, String) {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    let signed = test.school.sign_agreement(&ada, test.signature(None)).await.unwrap();
    let again = test.school.receipt(&ada, signed.agreement.id).await.unwrap();
    assert_eq!(signed.receipt, again);
    (test, again.json)
}

#[tokio::test]
async fn a_receipt_verifies_by_itself_and_says_what_was_signed() {
    let (test, json) = receipt().await;
    let fingerprint = test.school.receipt_fingerprint();
    let verified = verify_receipt(json.as_bytes(), &fingerprint).unwrap();
    assert_eq!(verified.fingerprint, fingerprint);
    let content = verified.content;
    assert_eq!((content.school.as_str(), content.policy.as_str(), content.version), ("Larkfield School", "web-use", 1));
    assert_eq!((content.signed_by.as_str(), content.signed_for.as_str()), ("Ada Fernhaven", "Ada Fernhaven"));
    assert_eq!((content.clauses, content.clause.as_str()), (8, "signing"));
    assert_eq!(content.text_sha256, actions::sha256(crate::test_school::POLICY.as_bytes()));
    assert!(verify_receipt(json.as_bytes(), &fingerprint.to_uppercase()).is_ok());
}

#[tokio::test]
async fn a_receipt_that_was_changed_anywhere_does_not_verify() {
    let (test, json) = receipt().await;
    let fingerprint = test.school.receipt_fingerprint();
    for (from, to) in [
        ("Ada Fernhaven", "Ben Fernhaven"),
        ("\"version\": 1", "\"version\": 2"),
        ("Larkfield School", "Larkfield school"),
        ("\"clauses\": 8", "\"clauses\": 9"),
        ("2026-05-12", "2026-05-11"),
    ] {
        assert!(json.contains(from), "{from} is in {json}");
        let changed = json.replace(from, to);
        assert_eq!(verify_receipt(changed.as_bytes(), &fingerprint), Err(ReceiptFault::Signature), "{from}");
    }
    assert!(matches!(verify_receipt(b"{}", &fingerprint), Err(ReceiptFault::Form(_))));
    let extra = json.replacen("\"receipt\": {", "\"receipt\": { \"more\": true,", 1);
    assert_eq!(verify_receipt(extra.as_bytes(), &fingerprint), Err(ReceiptFault::Signature));
}

#[tokio::test]
async fn another_schools_receipt_is_not_this_schools() {
    let (_one, json) = receipt().await;
    let folder = tempfile::tempdir().unwrap();
    let other = TestSchool::at(folder, TurnableClock::at("2026-05-12T10:00:00+01:00"), 2, Desk::begin).await.unwrap();
    let fingerprint = other.school.receipt_fingerprint();
    let fault = verify_receipt(json.as_bytes(), &fingerprint).unwrap_err();
    assert!(matches!(fault, ReceiptFault::AnotherKey { .. }));
}

#[tokio::test]
async fn what_was_signed_outlives_the_program() {
    let (test, json) = receipt().await;
    let entries = test.ledger().await;
    let TestSchool { school, folder, activity, clock, .. } = test;
    drop((school, activity, clock));
    let test = TestSchool::reopen(folder, TurnableClock::at("2026-05-12T10:00:05+01:00"), 3).await;
    assert_eq!(test.ledger().await, entries);
    let ada = test.actor("ada").await;
    let mine = test.school.my_agreements(&ada).await.unwrap();
    assert_eq!(mine.own.len(), 1);
    assert_eq!(test.school.receipt(&ada, mine.own[0].id).await.unwrap().json, json, "the school's key is the same");
}
