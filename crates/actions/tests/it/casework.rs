//! What those who have a report are to do about it, what is known of one person across reports, and handing reports out.

use actions::*;
use domain::{ActionId, CaseId, CaseStep, ExportId, Told};
use jiff::SignedDuration;
use jiff::civil::Date;

use crate::reporting::{ids, reported, school, step, words, worry};
use crate::telling::with_mail;
use crate::test_school::TestSchool;
use testkit::role;

pub fn today(test: &TestSchool) -> Date {
    test.school.now().to_zoned(test.school.time_zone().clone()).date()
}

fn in_days(test: &TestSchool, days: i64) -> Date {
    today(test).saturating_add(jiff::Span::new().days(days))
}

/// A report about Ada that Dee and Dan have.
pub async fn about_ada(test: &TestSchool, told: &str) -> CaseId {
    let about = ReportAbout::Person(test.id("ada").await);
    let before = ids(test, "dee").await;
    reported(test, "tom", Report { about, ..worry(test, "tell", told) }).await;
    ids(test, "dee").await.into_iter().find(|id| !before.contains(id)).expect("it comes to her")
}

/// Has Dee set an action for somebody, to be done within three days.
pub async fn set_action(test: &TestSchool, case: CaseId, owner: &str) -> ActionId {
    let set = CaseStep::set_action(words("Ring the surgery"), test.id(owner).await, in_days(test, 3));
    step(test, "dee", case, set).await.unwrap();
    concern(test, "dee", case).await.actions.last().expect("it is there").id
}

pub async fn concern(test: &TestSchool, username: &str, case: CaseId) -> ConcernPage {
    test.school.concern(&test.actor(username).await, case).await.unwrap()
}

pub async fn has_to_do(test: &TestSchool, username: &str, action: ActionId) -> bool {
    let tasks = test.school.home(&test.actor(username).await).await.unwrap().tasks;
    tasks.iter().any(|task| matches!(task.kind, TaskKind::DoAction { action: known, .. } if known == action))
}

/// Those to whom mail is due once what is told by now has been gathered; each is sent.
pub async fn mailed(test: &TestSchool) -> Vec<String> {
    test.school.tick().await.unwrap();
    test.turn(SignedDuration::from_mins(6));
    let mails = test.school.due_mail().await.unwrap();
    let mut names: Vec<String> =
        mails.iter().map(|mail| mail.to.split('@').next().unwrap_or_default().to_owned()).collect();
    names.sort_unstable();
    for mail in &mails {
        test.school.mail_sent(mail).await.unwrap();
    }
    names
}

#[tokio::test]
async fn an_action_is_told_to_its_owner_reminded_of_and_holds_the_report_open_until_it_is_done() {
    let test = school().await;
    with_mail(&test).await;
    let case = about_ada(&test, "She is hungry").await;
    step(&test, "dee", case, CaseStep::TakeUp { from: None }).await.unwrap();
    mailed(&test).await;
    let action = set_action(&test, case, "dan").await;
    assert_eq!(mailed(&test).await, ["dan"]);
    assert!(has_to_do(&test, "dan", action).await && !has_to_do(&test, "dee", action).await);
    let line = concern(&test, "dee", case).await.actions.remove(0);
    assert_eq!(
        (line.text.as_str(), line.due, line.is_overdue, line.outcome),
        ("Ring the surgery", in_days(&test, 3), false, None)
    );

    let close = || CaseStep::Close { reason: words("Done") };
    let refused = step(&test, "dee", case, close()).await.unwrap_err();
    assert!(refused.to_string().contains("‘Ring the surgery’"), "{refused}");
    test.clock.turn(SignedDuration::from_hours(24 * 3 - 1));
    assert_eq!(mailed(&test).await, ["dan"], "three quarters of the time have passed");
    test.clock.turn(SignedDuration::from_hours(24));
    assert!(mailed(&test).await.is_empty(), "it is Saturday");
    test.clock.turn(SignedDuration::from_hours(48));
    assert_eq!(mailed(&test).await, ["dan", "dee"], "it is overdue: whoever has taken the report up is told too");
    assert!(concern(&test, "dee", case).await.actions[0].is_overdue);
    assert!(mailed(&test).await.is_empty(), "each once");

    let done = |outcome: &str| CaseStep::FinishAction { action, outcome: words(outcome) };
    assert_eq!(step(&test, "dan", case, done(" ")).await.unwrap_err().field(), Some("text"));
    step(&test, "dan", case, done("They will see her")).await.unwrap();
    assert!(!has_to_do(&test, "dan", action).await);
    assert_eq!(step(&test, "dee", case, done("Again")).await.unwrap_err().kind(), ErrorKind::Conflict);
    let history = concern(&test, "dan", case).await.history;
    let last: Vec<&str> = history.iter().rev().take(2).map(|line| line.what.as_str()).collect();
    let set =
        format!("set an action for Dan Oatcakeham, to be done by {}: Ring the surgery", domain::day_words(line.due));
    assert_eq!(last, ["said what came of ‘Ring the surgery’: They will see her", &set]);
    step(&test, "dee", case, close()).await.expect("nothing is left to do");
}

#[tokio::test]
async fn an_action_whose_owner_leaves_is_for_those_who_have_the_report_and_they_are_told() {
    let test = school().await;
    with_mail(&test).await;
    let case = about_ada(&test, "She is hungry").await;
    let action = set_action(&test, case, "dan").await;
    assert!(has_to_do(&test, "dan", action).await && !has_to_do(&test, "dee", action).await);
    mailed(&test).await;
    let dan = test.id("dan").await;
    test.school.mark_leaver(&test.actor("hal").await, MarkLeaver { person: dan }).await.unwrap();
    assert!(has_to_do(&test, "dee", action).await);
    assert_eq!(mailed(&test).await, ["dee"], "nobody has to look at the desk to learn of it");
    let line = concern(&test, "dee", case).await.actions.remove(0);
    assert_eq!(line.owner.name, "Dan Oatcakeham", "whose it was still stands there");
}

#[tokio::test]
async fn an_action_that_lacks_something_or_is_for_somebody_without_the_report_is_not_set() {
    let test = school().await;
    let case = about_ada(&test, "She is hungry").await;
    let (dan, tom) = (test.id("dan").await, test.id("tom").await);
    let long = "é".repeat(PeopleSettings::default().longest_text + 1);
    let wrong = [
        (CaseStep::set_action(words(" "), dan, today(&test)), "text"),
        (CaseStep::set_action(long, dan, today(&test)), "text"),
        (CaseStep::set_action(words("Ring"), tom, today(&test)), "owner"),
        (CaseStep::set_action(words("Ring"), dan, in_days(&test, -1)), "due"),
    ];
    for (wrong, field) in wrong {
        let error = step(&test, "dee", case, wrong).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error}");
    }
    assert!(concern(&test, "dee", case).await.actions.is_empty());
    let by_others = step(&test, "tom", case, CaseStep::set_action(words("Ring"), dan, today(&test))).await;
    assert!(matches!(by_others.unwrap_err().kind(), ErrorKind::Forbidden | ErrorKind::NotFound));
}

#[tokio::test]
async fn whoever_a_report_turns_out_to_be_about_is_told_of_its_actions_no_more() {
    let test = school().await;
    with_mail(&test).await;
    let case = about_ada(&test, "She is hungry").await;
    mailed(&test).await;
    let action = set_action(&test, case, "dan").await;
    step(&test, "dee", case, CaseStep::is_about(test.id("dan").await)).await.unwrap();
    assert!(!mailed(&test).await.contains(&words("dan")));
    assert!(!has_to_do(&test, "dan", action).await && has_to_do(&test, "dee", action).await);
}

#[tokio::test]
async fn a_linked_report_is_shown_to_whoever_has_both_and_to_nobody_else() {
    let test = school().await;
    let first = about_ada(&test, "She is hungry").await;
    let second = about_ada(&test, "She is cold").await;
    step(&test, "dee", first, CaseStep::PassOn { to: role("office"), note: String::new() }).await.unwrap();
    step(&test, "dee", first, CaseStep::Link { to: second }).await.unwrap();
    for (shown, other) in [(first, second), (second, first)] {
        let page = concern(&test, "dan", shown).await;
        assert_eq!(page.linked.iter().map(|line| line.id).collect::<Vec<_>>(), [other]);
        assert!(page.history.iter().any(|line| line.what == "said that another report belongs to this one"));
    }
    let page = concern(&test, "oli", first).await;
    assert!(page.linked.is_empty() && !format!("{page:?}").contains("another report"), "{page:?}");
    let again = step(&test, "dan", second, CaseStep::Link { to: first }).await.unwrap_err();
    assert_eq!((again.kind(), again.field()), (ErrorKind::Invalid, Some("to")));
    reported(&test, "tom", Report { chosen: Some(role("it-staff")), ..worry(&test, "damage", "A screen") }).await;
    let [damage] = ids(&test, "ivy").await[..] else { panic!("one report") };
    for to in [damage, first] {
        let unseen = step(&test, "dee", first, CaseStep::Link { to }).await.unwrap_err();
        assert!(matches!(unseen, HandleCaseError::NoSuchCase), "one that is not theirs is not there: {unseen}");
    }
}

#[tokio::test]
async fn a_link_is_taken_back_by_whoever_has_both_reports_and_may_be_made_again() {
    let test = school().await;
    let (one, other) = (about_ada(&test, "She is hungry").await, about_ada(&test, "She is cold").await);
    let linked = async |case| concern(&test, "dee", case).await.linked.len();
    let link = || CaseStep::Link { to: other };
    step(&test, "dee", one, link()).await.unwrap();
    step(&test, "dee", one, CaseStep::PassOn { to: role("office"), note: String::new() }).await.unwrap();
    let unlink = || CaseStep::Unlink { to: other };
    let refused = step(&test, "oli", one, unlink()).await;
    assert!(matches!(refused, Err(HandleCaseError::IsNotLinked)), "Oli has one of them and learns of no other");
    step(&test, "dan", other, CaseStep::Unlink { to: one }).await.unwrap();
    assert_eq!((linked(one).await, linked(other).await), (0, 0), "from either side");
    for case in [one, other] {
        let history = concern(&test, "dee", case).await.history;
        let last = &history.last().expect("a line").what;
        assert_eq!(last, "said that a report which was linked does not belong to this one");
    }
    assert!(!format!("{:?}", concern(&test, "oli", one).await.history).contains("linked"));
    assert!(matches!(step(&test, "dee", one, unlink()).await, Err(HandleCaseError::IsNotLinked)));
    step(&test, "dee", one, link()).await.expect("it belongs to it after all");
    assert_eq!((linked(one).await, linked(other).await), (1, 1));
}

#[tokio::test]
async fn a_chronology_joins_the_reports_about_a_person_that_the_reader_has() {
    let test = school().await;
    let first = about_ada(&test, "She is hungry").await;
    test.turn(SignedDuration::from_hours(1));
    let second = about_ada(&test, "She is cold").await;
    test.turn(SignedDuration::from_hours(1));
    step(&test, "dee", first, CaseStep::Note { text: words("It is so every week") }).await.unwrap();
    step(&test, "dee", first, CaseStep::Close { reason: words("Fed") }).await.unwrap();
    step(&test, "dee", second, CaseStep::PassOn { to: role("office"), note: String::new() }).await.unwrap();
    let ada = test.id("ada").await;
    let page = test.school.chronology(&test.actor("dan").await, ada).await.unwrap();
    assert_eq!((page.person.name.as_str(), page.open), ("Ada Fernhaven", 1));
    assert_eq!(page.counts, [(words("Something worries me"), 2)]);
    let lines: Vec<(CaseId, String)> =
        page.lines.iter().map(|line| (line.case, format!("{} {}", line.who, line.what))).collect();
    let wanted = [
        (first, "It was reported: She is hungry"),
        (second, "It was reported: She is cold"),
        (first, "Dee Inkermoss noted: It is so every week"),
        (first, "Dee Inkermoss closed it: Fed"),
        (second, "Dee Inkermoss passed it on to the school office"),
    ];
    assert_eq!(lines, wanted.map(|(case, line)| (case, words(line))));
    let page = test.school.chronology(&test.actor("oli").await, ada).await.unwrap();
    assert!(page.lines.iter().all(|line| line.case == second) && page.counts[0].1 == 1);
    for username in ["tom", "hal", "ivy", "ada", "pat"] {
        let refused = test.school.chronology(&test.actor(username).await, ada).await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username}: {refused}");
    }
    let of_nobody = test.school.chronology(&test.actor("dee").await, test.id("tom").await).await.unwrap_err();
    assert_eq!(of_nobody.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_chronology_counts_by_month_says_what_repeats_and_keeps_what_is_about_an_adult_too_apart() {
    let test = school().await;
    about_ada(&test, "She is hungry").await;
    test.turn(SignedDuration::from_hours(24 * 60));
    about_ada(&test, "She is cold").await;
    about_ada(&test, "She is tired").await;
    let with_tom = about_ada(&test, "Tom shouts at her").await;
    step(&test, "dee", with_tom, CaseStep::is_about(test.id("tom").await)).await.unwrap();
    let (ada, tell) = (test.id("ada").await, || words("Something worries me"));
    let page = test.school.chronology(&test.actor("dee").await, ada).await.unwrap();
    assert_eq!(page.counts, [(tell(), 3)]);
    assert_eq!(page.about_adults, [(tell(), 1)], "it counts in no pattern of hers");
    assert_eq!(page.repeats, [(tell(), 2)], "the first is older than six weeks");
    let months: Vec<(String, usize)> =
        page.months.iter().map(|(month, counts)| (month.to_string(), counts[0].1)).collect();
    let first = (today(&test) - jiff::Span::new().days(60)).first_of_month();
    assert_eq!(months, [(today(&test).first_of_month().to_string(), 2), (first.to_string(), 1)]);
    let of_tom = test.school.chronology(&test.actor("dee").await, test.id("tom").await).await.unwrap();
    assert_eq!((of_tom.counts, of_tom.about_adults), (vec![(tell(), 1)], Vec::new()), "of him it is a pattern");
    for username in ["tom", "hal", "ivy"] {
        assert!(test.school.chronology(&test.actor(username).await, ada).await.is_err(), "{username}");
    }
}

#[tokio::test]
async fn a_receipt_that_one_reader_notes_leaves_the_reports_that_they_lack_to_the_others() {
    let test = school().await;
    let first = about_ada(&test, "She is hungry").await;
    test.turn(SignedDuration::from_mins(1));
    let second = about_ada(&test, "She is cold").await;
    step(&test, "dee", first, CaseStep::PassOn { to: role("office"), note: String::new() }).await.unwrap();
    let of = ExportOf::About(test.id("ada").await);
    test.school.export_cases(&test.actor("dee").await, export(of, "Oakmere School", "She moves")).await.unwrap();
    let line = concern(&test, "oli", first).await.exports.remove(0);
    let receipt = |case| NoteReceipt { case, export: line.id, said: came("Their office", today(&test)) };
    test.school.note_receipt(&test.actor("oli").await, receipt(first)).await.unwrap();
    assert_eq!(concern(&test, "dee", second).await.exports[0].receipt, None, "it is not hers to write there");
    test.school.note_receipt(&test.actor("dee").await, receipt(second)).await.unwrap();
    assert!(concern(&test, "dan", second).await.exports[0].receipt.is_some());
}

/// Somebody has confirmed that they have it.
pub fn came(by: &str, on: Date) -> ReceiptSaid {
    ReceiptSaid::Came { by: words(by), on }
}

pub fn export(of: ExportOf, to: &str, reason: &str) -> ExportCases {
    ExportCases { of, to: words(to), reason: words(reason) }
}

#[tokio::test]
async fn what_somebody_has_about_a_child_is_handed_out_as_one_file_with_a_receipt() {
    let test = school().await;
    let first = about_ada(&test, "She is hungry").await;
    test.turn(SignedDuration::from_mins(1));
    let second = about_ada(&test, "She is cold").await;
    step(&test, "dee", first, CaseStep::Link { to: second }).await.unwrap();
    step(&test, "dee", first, CaseStep::Close { reason: words("Fed") }).await.unwrap();
    let (ada, dee) = (test.id("ada").await, test.actor("dee").await);
    for (to, reason, field) in [(" ", "She moves", "to"), ("Oakmere School", "", "reason")] {
        let error = test.school.export_cases(&dee, export(ExportOf::About(ada), to, reason)).await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
    }
    let input = || export(ExportOf::About(ada), "Oakmere School", "She moves");
    let file = test.school.export_cases(&dee, input()).await.unwrap();
    assert_eq!(file.cases.iter().map(|page| page.line.id).collect::<Vec<_>>(), [first, second]);
    let file = format!("{file:?}");
    assert!(!file.contains("another report") && file.contains("closed it: Fed"), "{file}");
    let file = test.school.export_cases(&dee, export(ExportOf::Case(first), "The police", "They ask")).await.unwrap();
    assert!(!format!("{:?}", file.cases).contains("Oakmere"), "nobody learns who else got it");
    let reporter = |page: &ConcernPage| page.reporter_words.clone();
    assert!(file.cases.iter().all(|page| reporter(page) == "Kept in confidence"), "the name does not leave with it");
    assert_eq!(reporter(&concern(&test, "dee", first).await), "Tom Kiteswell", "and stands on the page");

    let exports = concern(&test, "dan", first).await.exports;
    let [_, line] = &exports[..] else { panic!("{exports:?}") };
    assert_eq!((line.to.as_str(), &line.receipt), ("Oakmere School", &None));
    let receipt = |by: &str, on: Date| NoteReceipt { case: second, export: line.id, said: came(by, on) };
    let on = today(&test);
    for (wrong, field) in [(receipt(" ", on), "by"), (receipt("Their office", on.tomorrow().unwrap()), "on")] {
        assert_eq!(test.school.note_receipt(&dee, wrong).await.unwrap_err().field(), Some(field));
    }
    test.school.note_receipt(&dee, receipt("Their office", on)).await.unwrap();
    for case in [first, second] {
        let line = concern(&test, "dan", case).await.exports.pop().unwrap();
        assert_eq!(line.receipt, Some(came("Their office", on)));
    }
    let again = test.school.note_receipt(&dee, receipt("Their office", on)).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);
    let unknown = NoteReceipt { export: ExportId(second.0), ..receipt("Their office", on) };
    assert_eq!(test.school.note_receipt(&dee, unknown).await.unwrap_err().kind(), ErrorKind::NotFound);

    for username in ["tom", "hal", "ivy", "ada", "pat"] {
        let actor = test.actor(username).await;
        for of in [ExportOf::About(ada), ExportOf::Case(first)] {
            let refused = test.school.export_cases(&actor, export(of, "Me", "I want it")).await.unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username}: {refused}");
        }
        let refused = test.school.note_receipt(&actor, receipt("Me", on)).await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username}: {refused}");
    }
}

pub fn has_receipt_to_note(home: &Home, export: ExportId) -> bool {
    home.tasks.iter().any(|task| matches!(task.kind, TaskKind::NoteReceipt { export: known, .. } if known == export))
}

#[tokio::test]
async fn whoever_exported_a_report_is_reminded_of_the_receipt_once_and_has_it_on_home_until_it_is_written_down() {
    let test = school().await;
    with_mail(&test).await;
    let (first, second) = (about_ada(&test, "She is hungry").await, about_ada(&test, "She is cold").await);
    step(&test, "dee", first, CaseStep::Close { reason: words("Fed") }).await.unwrap();
    let of = ExportOf::About(test.id("ada").await);
    test.school.export_cases(&test.actor("dee").await, export(of, "Oakmere School", "She moves")).await.unwrap();
    let line = concern(&test, "dee", first).await.exports.remove(0).id;
    let home = async |username: &str| test.school.home(&test.actor(username).await).await.unwrap();
    let mine = home("dee").await;
    assert_eq!(mine.tasks.iter().filter(|task| matches!(task.kind, TaskKind::NoteReceipt { .. })).count(), 1);
    assert!(has_receipt_to_note(&mine, line) && !format!("{:?}", mine.tasks).contains("Oakmere"));
    assert!(!has_receipt_to_note(&home("dan").await, line), "it is hers who exported it");
    for mail in test.school.due_mail().await.unwrap() {
        test.school.mail_sent(&mail).await.unwrap();
    }
    test.school.tick().await.unwrap();
    test.turn(SignedDuration::from_hours(24 * 14 - 1));
    test.school.tick().await.unwrap();
    let told = async || {
        let pool = test.database().await;
        let question = "SELECT COUNT(*) FROM notices WHERE kind = 'receipt-missing'";
        let count: i64 = sqlx::query_scalar(question).fetch_one(&pool).await.unwrap();
        pool.close().await;
        count
    };
    assert_eq!(told().await, 0, "the time is not over");
    test.turn(SignedDuration::from_hours(2));
    assert!(test.school.tick().await.unwrap().reminded >= 1);
    test.school.tick().await.unwrap();
    assert_eq!(told().await, 1, "once");
    let receipt = |case| NoteReceipt { case, export: line, said: came("Their office", today(&test)) };
    test.school.note_receipt(&test.actor("dee").await, receipt(second)).await.unwrap();
    assert!(!has_receipt_to_note(&home("dee").await, line));
    assert_eq!(told().await, 0, "there is nothing left to do");
}

#[tokio::test]
async fn the_receipt_of_somebody_who_has_the_report_no_longer_is_for_those_who_have_it() {
    let test = school().await;
    let case = about_ada(&test, "She is hungry").await;
    let input = export(ExportOf::Case(case), "Oakmere School", "She moves");
    test.school.export_cases(&test.actor("dee").await, input).await.unwrap();
    let line = concern(&test, "dee", case).await.exports.remove(0).id;
    step(&test, "dan", case, CaseStep::is_about(test.id("dee").await)).await.unwrap();
    let home = async |username: &str| test.school.home(&test.actor(username).await).await.unwrap();
    assert!(has_receipt_to_note(&home("dan").await, line));
    assert!(!has_receipt_to_note(&home("dee").await, line), "it is about her");
}

#[tokio::test]
async fn the_ledger_says_that_there_was_an_action_a_link_or_an_export_and_nothing_of_them() {
    let test = school().await;
    let (first, second) = (about_ada(&test, "She is hungry").await, about_ada(&test, "She is cold").await);
    let action = set_action(&test, first, "dan").await;
    step(&test, "dan", first, CaseStep::FinishAction { action, outcome: words("They zonked") }).await.unwrap();
    step(&test, "dan", first, CaseStep::Link { to: second }).await.unwrap();
    let input = export(ExportOf::Case(first), "Oakmere School", "She quibbles");
    test.school.export_cases(&test.actor("dee").await, input).await.unwrap();
    let kept = crate::receiving::kept_of_case(&test, first).await;
    for step in ["action-set", "action-done", "linked", "exported"] {
        assert_eq!(kept.iter().filter(|details| details.contains(step)).count(), 1, "{step}: {kept:?}");
    }
    let dan = test.id("dan").await.to_string();
    let second = second.to_string();
    for word in ["surgery", "zonked", "Oakmere", "quibbles", dan.as_str(), second.as_str()] {
        assert!(!kept.iter().any(|details| details.contains(word)), "'{word}': {kept:?}");
    }
}

#[tokio::test]
async fn an_action_is_no_news_beside_its_task() {
    let test = school().await;
    let case = about_ada(&test, "She is hungry").await;
    set_action(&test, case, "dan").await;
    let home = test.school.home(&test.actor("dan").await).await.unwrap();
    assert!(!home.news.iter().any(|news| matches!(news.told, Told::ActionCame(_))), "{:?}", home.news);
}
