//! That no receipt will come for what was exported: it ends the wait, with a reason, and not for good.

use actions::*;
use domain::{CaseId, ExportId};
use jiff::SignedDuration;

use crate::casework::{about_ada, came, concern, export, has_receipt_to_note, today};
use crate::reporting::{school, words};
use crate::telling::with_mail;
use crate::test_school::TestSchool;

/// Two reports about Ada that Dee exported as one file.
async fn exported(test: &TestSchool) -> ([CaseId; 2], ExportId) {
    let cases = [about_ada(test, "She is hungry").await, about_ada(test, "She is cold").await];
    let of = ExportOf::About(test.id("ada").await);
    test.school.export_cases(&test.actor("dee").await, export(of, "The meeting", "They talk about her")).await.unwrap();
    (cases, concern(test, "dee", cases[0]).await.exports.remove(0).id)
}

fn none(reason: &str) -> ReceiptSaid {
    ReceiptSaid::WillNotCome { reason: words(reason) }
}

async fn say(
    test: &TestSchool,
    username: &str,
    (case, export): (CaseId, ExportId),
    said: ReceiptSaid,
) -> Result<(), NoteReceiptError> {
    test.school.note_receipt(&test.actor(username).await, NoteReceipt { case, export, said }).await
}

async fn is_awaited(test: &TestSchool, export: ExportId) -> bool {
    has_receipt_to_note(&test.school.home(&test.actor("dee").await).await.unwrap(), export)
}

/// How many are reminded of a receipt.
async fn reminded(test: &TestSchool) -> i64 {
    let pool = test.database().await;
    let question = "SELECT COUNT(*) FROM notices WHERE kind = 'receipt-missing'";
    let count: i64 = sqlx::query_scalar(question).fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

#[tokio::test]
async fn the_wait_and_its_notices_end_in_every_report_of_the_file_with_who_said_so_and_why() {
    let test = school().await;
    with_mail(&test).await;
    let (cases, export) = exported(&test).await;
    test.turn(SignedDuration::from_hours(24 * 14 + 1));
    test.school.tick().await.unwrap();
    assert_eq!((is_awaited(&test, export).await, reminded(&test).await), (true, 1));
    say(&test, "dee", (cases[1], export), none("It was printed")).await.unwrap();
    assert_eq!((is_awaited(&test, export).await, reminded(&test).await), (false, 0));
    for case in cases {
        let page = concern(&test, "dan", case).await;
        assert_eq!(page.exports[0].receipt, Some(none("It was printed")));
        let last = page.history.last().expect("a line");
        let wanted = "wrote down that no receipt will come for what was exported: It was printed";
        assert_eq!((last.who.as_str(), last.what.as_str()), ("Dee Inkermoss", wanted));
    }
    test.turn(SignedDuration::from_hours(24));
    test.school.tick().await.unwrap();
    assert_eq!(reminded(&test).await, 0, "nobody is reminded of what will not come");
}

#[tokio::test]
async fn a_receipt_that_comes_after_all_is_written_down_and_none_is_given_up_twice_or_after_it_came() {
    let test = school().await;
    let ([first, second], export) = exported(&test).await;
    say(&test, "dee", (first, export), none("It was printed")).await.unwrap();
    let again = say(&test, "dan", (second, export), none("It was handed over")).await.unwrap_err();
    assert!(matches!(again, NoteReceiptError::IsGivenUpAlready), "{again}");
    let on = today(&test);
    say(&test, "dan", (second, export), came("The chair", on)).await.unwrap();
    for case in [first, second] {
        assert_eq!(concern(&test, "dee", case).await.exports[0].receipt, Some(came("The chair", on)));
    }
    for said in [none("It was printed"), came("The chair", on)] {
        let late = say(&test, "dee", (first, export), said).await.unwrap_err();
        assert_eq!((late.kind(), late.field()), (ErrorKind::Conflict, Some("by")));
    }
}

#[tokio::test]
async fn it_takes_a_reason_and_the_report_and_the_ledger_says_nothing_of_the_reason() {
    let test = school().await;
    let ([first, _], export) = exported(&test).await;
    let long = "é".repeat(PeopleSettings::default().longest_text + 1);
    for reason in [" ", &long] {
        let error = say(&test, "dee", (first, export), none(reason)).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("reason")), "{error}");
    }
    for username in ["tom", "hal", "ivy", "ada", "pat"] {
        let refused = say(&test, username, (first, export), none("I say so")).await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username}: {refused}");
    }
    assert!(is_awaited(&test, export).await);
    say(&test, "dee", (first, export), none("It quibbles")).await.unwrap();
    let kept = crate::receiving::kept_of_case(&test, first).await;
    assert_eq!(kept.iter().filter(|details| details.contains("no-receipt")).count(), 1, "{kept:?}");
    assert!(!kept.iter().any(|details| details.contains("quibbles")), "{kept:?}");
}

#[tokio::test]
async fn nothing_of_it_stands_in_another_file_of_the_report() {
    let test = school().await;
    let ([first, _], known) = exported(&test).await;
    say(&test, "dee", (first, known), none("It was printed")).await.unwrap();
    let input = export(ExportOf::Case(first), "The police", "They ask");
    let file = test.school.export_cases(&test.actor("dee").await, input).await.unwrap();
    assert!(!format!("{:?}", file.cases).contains("printed"), "{:?}", file.cases);
}
