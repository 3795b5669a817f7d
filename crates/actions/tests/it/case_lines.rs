//! What is written down of a report on forms of its own: those who receive it read it, and nobody else learns of it.

use actions::*;
use domain::{CaseId, CaseLine, CaseStep, ReferredTo};
use jiff::SignedDuration;
use jiff::civil::Date;

use crate::receiving::kept_of_case;
use crate::reporting::{ids, reported, school, step, words, worry};
use crate::telling::with_mail;
use crate::test_school::TestSchool;
use testkit::role;

pub fn today(test: &TestSchool) -> Date {
    test.school.now().to_zoned(test.school.time_zone().clone()).date()
}

/// A line of each kind, and in each a word that stands nowhere else.
fn lines(test: &TestSchool) -> [CaseLine; 6] {
    let on = today(test);
    [
        CaseLine::OwnWords { whom: words("Adalind"), text: words("He zonked me"), on },
        CaseLine::ParentsTold { whom: words("Her stepmother"), text: words("The quibble"), on },
        CaseLine::ParentsNotTold { reason: words("It would wobble") },
        CaseLine::Decision { text: words("To frobnicate"), reason: words("It is nettlesome.") },
        CaseLine::Referral {
            to: ReferredTo::SocialCare,
            whom: words("Duty desk"),
            reference: words("ZX-81"),
            reason: words("He is gormless"),
            on,
        },
        CaseLine::NoReferral { reason: words("The brouhaha is over") },
    ]
}

const WORDS: [&str; 11] = [
    "Adalind",
    "zonked",
    "stepmother",
    "quibble",
    "wobble",
    "frobnicate",
    "nettlesome",
    "Duty desk",
    "ZX-81",
    "gormless",
    "brouhaha",
];

async fn case_with_lines(test: &TestSchool) -> CaseId {
    reported(test, "ada", worry(test, "tell", "Somebody frightens me")).await;
    write_all_down(test).await
}

/// Has Dee write a line of each kind down in the one report that she has.
async fn write_all_down(test: &TestSchool) -> CaseId {
    let [case] = ids(test, "dee").await[..] else { panic!("one case") };
    for line in lines(test) {
        step(test, "dee", case, CaseStep::write_down(line)).await.unwrap();
    }
    case
}

#[tokio::test]
async fn what_is_written_down_stands_in_the_history_and_at_the_top_under_what_it_is_of() {
    let test = school().await;
    let case = case_with_lines(&test).await;
    let page = test.school.concern(&test.actor("dan").await, case).await.unwrap();
    let history: Vec<&str> = page.history.iter().skip(1).map(|line| line.what.as_str()).collect();
    let day = domain::day_words(today(&test));
    assert_eq!(
        history,
        [
            format!("wrote down what Adalind said on {day}, in their own words: “He zonked me”"),
            format!("wrote down that parents were told on {day} (Her stepmother): The quibble"),
            words("wrote down why the parents were not told: It would wobble"),
            words("decided: To frobnicate. The reason: It is nettlesome."),
            format!("referred it to children’s social care (Duty desk) on {day}, reference ZX-81: He is gormless"),
            words("decided not to refer it: The brouhaha is over"),
        ]
    );
    assert!(page.history.iter().skip(1).all(|line| line.who == "Dee Inkermoss"));
    let top = [
        ("In the child’s own words", vec![format!("Adalind, on {day}: “He zonked me”")]),
        (
            "Parents",
            vec![format!("Told on {day}: Her stepmother"), format!("Not told, written down on {day}: It would wobble")],
        ),
        ("Decided", vec![format!("On {day}: To frobnicate")]),
        (
            "Referred",
            vec![
                format!("On {day} to children’s social care (Duty desk), reference ZX-81"),
                format!("Not referred, decided on {day}: The brouhaha is over"),
            ],
        ),
    ];
    assert_eq!(page.written_down, top);
    let without = school().await;
    reported(&without, "ada", worry(&without, "tell", "Something")).await;
    let [case] = ids(&without, "dee").await[..] else { panic!("one case") };
    let page = without.school.concern(&without.actor("dee").await, case).await.unwrap();
    assert!(page.written_down.is_empty(), "no heading stands over nothing");
}

#[tokio::test]
async fn a_line_that_lacks_something_or_is_of_a_day_to_come_is_not_kept_and_the_place_is_named() {
    let test = school().await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let (on, none) = (today(&test), String::new);
    let long = "é".repeat(PeopleSettings::default().longest_text + 1);
    let long_line = "é".repeat(PeopleSettings::default().longest_line + 1);
    let referral = |whom: &str, reference: &str, reason: &str| CaseLine::Referral {
        to: ReferredTo::Another,
        whom: words(whom),
        reference: words(reference),
        reason: words(reason),
        on,
    };
    let tomorrow = on.tomorrow().unwrap();
    let refused = [
        (CaseLine::OwnWords { whom: none(), text: words("x"), on }, "whom"),
        (CaseLine::OwnWords { whom: words("Ada"), text: none(), on }, "text"),
        (CaseLine::OwnWords { whom: words("Ada"), text: words("x"), on: tomorrow }, "on"),
        (CaseLine::OwnWords { whom: long_line.clone(), text: words("x"), on }, "whom"),
        (CaseLine::OwnWords { whom: words("Ada"), text: long.clone(), on }, "text"),
        (CaseLine::ParentsNotTold { reason: words(" ") }, "reason"),
        (CaseLine::Decision { text: words("x"), reason: long }, "reason"),
        (referral("", "", "x"), "whom"),
        (referral("The diocese", &long_line, "x"), "reference"),
    ];
    for (line, field) in refused {
        let error = step(&test, "dee", case, CaseStep::write_down(line)).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error}");
    }
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    assert_eq!(page.history.len(), 1, "nothing was kept");
    let at_midnight = CaseLine::OwnWords { whom: words("Ada"), text: words("x"), on: tomorrow };
    test.turn(SignedDuration::from_hours(24));
    step(&test, "dee", case, CaseStep::write_down(at_midnight)).await.expect("the day has come");
}

#[tokio::test]
async fn nobody_but_those_who_receive_a_report_is_shown_or_told_anything_of_what_is_written_down() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "bullying", "Somebody frightens me")).await;
    assert!(!test.school.due_mail().await.unwrap().is_empty(), "that there is a report is told");
    let case = write_all_down(&test).await;
    let line = CaseStep::write_down(CaseLine::ParentsNotTold { reason: words("It would wobble") });
    for username in ["hal", "dan", "ivy", "ian", "oli", "sam", "tom", "gil", "fay", "ada", "ben", "pat"] {
        let actor = test.actor(username).await;
        let refused = step(&test, username, case, line.clone()).await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username}: {refused}");
        let seen = [
            format!("{:?}", test.school.concern(&actor, case).await),
            format!("{:?}", test.school.concerns(&actor).await),
            format!("{:?}", test.school.my_report(&actor, case).await),
            format!("{:?}", test.school.my_reports(&actor).await),
            format!("{:?}", test.school.home(&actor).await),
            format!("{:?}", test.school.ledger(&actor, ListQuery::default()).await.map(|page| page.rows)),
            format!("{:?}", test.school.person(&actor, test.id("ada").await).await),
        ];
        for word in WORDS {
            assert!(!seen.iter().any(|page| page.contains(word)), "{username} is shown '{word}'");
        }
    }
    // The check can fail: whoever receives it is shown every word.
    let page = format!("{:?}", test.school.concern(&test.actor("dee").await, case).await);
    assert!(WORDS.iter().all(|word| page.contains(word)), "{page}");
    let mails = test.school.due_mail().await.unwrap();
    assert!(mails.is_empty(), "nobody is told of a line: {mails:?}");
}

#[tokio::test]
async fn the_ledger_says_that_a_line_was_written_down_and_not_of_which_kind() {
    let test = school().await;
    let case = case_with_lines(&test).await;
    let kept = kept_of_case(&test, case).await;
    assert_eq!(kept.iter().filter(|details| details.contains("written-down")).count(), 6, "{kept:?}");
    let shown = test.school.case_ledger(&test.actor("dee").await, case, ListQuery::default()).await.unwrap().rows;
    assert_eq!(shown.len(), kept.len());
    let written = format!("{kept:?} {shown:?}");
    for word in WORDS.iter().chain(&["own-words", "parents", "referral", "social-care", "decision"]) {
        assert!(!written.contains(word), "'{word}': {written}");
    }
}

#[tokio::test]
async fn whom_a_report_turns_out_to_be_about_is_shown_what_they_wrote_down_no_longer() {
    let test = school().await;
    let case = case_with_lines(&test).await;
    let dee = test.id("dee").await;
    step(&test, "dan", case, CaseStep::is_about(dee)).await.unwrap();
    let read = test.school.concern(&test.actor("dee").await, case).await.unwrap_err();
    assert_eq!(read.kind(), ErrorKind::NotFound);
    let on = CaseStep::PassOn { to: role("office"), note: String::new() };
    step(&test, "dan", case, on).await.unwrap();
    let page = test.school.concern(&test.actor("oli").await, case).await.unwrap();
    assert_eq!(page.written_down.len(), 4, "whoever it is passed on to receives it too");
}
