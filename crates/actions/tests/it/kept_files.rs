//! Files of a report: those who receive it add and read them, and nobody else learns that there are any.

use actions::*;
use domain::{CaseId, CaseStep, FileId, FileOf, FileType};
use jiff::SignedDuration;

use crate::casework::about_ada;
use crate::receiving::kept_of_case;
use crate::reporting::{ids, reported, school, step, words, worry};
use crate::telling::with_mail;
use crate::test_school::{PEOPLE, TestSchool};
use testkit::{TurnableClock, role};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn file(case: CaseId, name: &str, content: &[u8]) -> AddFile {
    AddFile { of: FileOf::Case(case), name: name.to_owned(), content: content.to_vec() }
}

async fn add(test: &TestSchool, username: &str, input: AddFile) -> Result<(), AddFileError> {
    test.school.add_file(&test.actor(username).await, input).await
}

/// A report that has come to Dee and Dan, with a picture that Dee added.
async fn case_with_picture(test: &TestSchool) -> (CaseId, FileId) {
    reported(test, "ada", worry(test, "tell", "Somebody frightens me")).await;
    let [case] = ids(test, "dee").await[..] else { panic!("one case") };
    add(test, "dee", file(case, "zonked screen.jpg", PICTURE)).await.expect("it is a picture");
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    (case, page.files[0].id)
}

#[tokio::test]
async fn a_file_stands_in_the_list_and_in_the_history_and_is_given_out_as_it_was_added() {
    let test = school().await;
    let (case, id) = case_with_picture(&test).await;
    step(&test, "dan", case, CaseStep::Note { text: words("Seen") }).await.unwrap();
    let page = test.school.concern(&test.actor("dan").await, case).await.unwrap();
    let line = FileLine {
        id,
        name: words("zonked screen.jpg.png"),
        is: words("Picture (PNG), 16 bytes"),
        is_shown: true,
        added_by: words("Dee Inkermoss"),
        added_at: test.school.now(),
    };
    assert_eq!(page.files, [line]);
    let history: Vec<(&str, &str)> =
        page.history.iter().skip(1).map(|line| (line.who.as_str(), line.what.as_str())).collect();
    let added = "added the file “zonked screen.jpg.png” (Picture (PNG), 16 bytes)";
    assert!(history.contains(&("Dee Inkermoss", added)) && history.len() == 2, "{history:?}");
    let given = test.school.file(&test.actor("dan").await, FileOf::Case(case), id).await.unwrap();
    assert_eq!(
        given,
        FileContent { name: words("zonked screen.jpg.png"), media_type: "image/png", content: PICTURE.to_vec() }
    );
}

#[tokio::test]
async fn a_chronology_has_the_files_in_their_place() {
    let test = school().await;
    let case = about_ada(&test, "She is hungry").await;
    test.turn(SignedDuration::from_mins(1));
    add(&test, "dee", file(case, "lunch.txt", b"None on Monday")).await.unwrap();
    test.turn(SignedDuration::from_mins(1));
    step(&test, "dee", case, CaseStep::Close { reason: words("Fed") }).await.unwrap();
    let page = test.school.chronology(&test.actor("dan").await, test.id("ada").await).await.unwrap();
    let lines: Vec<&str> = page.lines.iter().skip(1).map(|line| line.what.as_str()).collect();
    assert_eq!(lines, ["added the file “lunch.txt” (Plain text, 14 bytes)", "closed it: Fed"]);
}

#[tokio::test]
async fn what_is_no_file_for_a_report_is_not_kept_and_the_mend_is_named() {
    let test = school_with(EvidenceLimits { file_bytes: 64, files_per_case: 2, ..EvidenceLimits::default() }).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let refused: [(&str, &[u8], &str); 4] = [
        ("photo.jpg", b"MZ\x90\0\x03\0\0\0\x04\0", "picture (JPEG), picture (PNG)"),
        ("note.txt", b"<script>alert(1)</script>", "whatever its name says"),
        ("note.txt", &[b'a'; 65], "larger than 64 bytes"),
        ("note.txt", b"", "empty"),
    ];
    for (name, content, mend) in refused {
        let error = add(&test, "dee", file(case, name, content)).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some("file")));
        assert!(error.to_string().contains(mend), "{error}");
    }
    let dee = test.actor("dee").await;
    assert!(test.school.concern(&dee, case).await.unwrap().files.is_empty());
    for _ in 0..2 {
        add(&test, "dee", file(case, "note.txt", &[b'a'; 64])).await.expect("as large as it may be");
    }
    let error = add(&test, "dee", file(case, "note.txt", b"one more")).await.unwrap_err();
    assert!(matches!(error, AddFileError::TooMany { most: 2 }), "{error}");
    step(&test, "dee", case, CaseStep::Close { reason: words("Settled") }).await.unwrap();
    let error = add(&test, "dee", file(case, "note.txt", b"one more")).await.unwrap_err();
    assert!(matches!(error, AddFileError::IsClosed), "{error}");
    let id = test.school.concern(&dee, case).await.unwrap().files[0].id;
    assert_eq!(
        test.school.file(&dee, FileOf::Case(case), id).await.unwrap().content,
        [b'a'; 64],
        "closed, it is still read"
    );
}

#[tokio::test]
async fn nobody_but_those_who_receive_a_report_learns_of_its_files() {
    let test = school().await;
    with_mail(&test).await;
    reported(&test, "ada", worry(&test, "bullying", "Somebody frightens me")).await;
    assert!(!test.school.due_mail().await.unwrap().is_empty(), "that there is a report is told");
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    add(&test, "dee", file(case, "zonked.png", PICTURE)).await.unwrap();
    let id = test.school.concern(&test.actor("dee").await, case).await.unwrap().files[0].id;
    for username in ["hal", "dan", "ivy", "ian", "oli", "sam", "tom", "gil", "fay", "ada", "ben", "pat"] {
        let actor = test.actor(username).await;
        let added = add(&test, username, file(case, "mine.png", PICTURE)).await.unwrap_err().to_string();
        let nowhere = CaseId(test.id("ada").await.0);
        let unknown = add(&test, username, file(nowhere, "mine.png", PICTURE)).await.unwrap_err().to_string();
        assert_eq!(added, unknown, "{username} is told no more than of a report that is none");
        let read = test.school.file(&actor, FileOf::Case(case), id).await.unwrap_err();
        let unknown = test.school.file(&actor, FileOf::Case(nowhere), id).await.unwrap_err();
        assert_eq!(read.to_string(), unknown.to_string(), "{username}");
        assert!(matches!(read.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{username}: {read}");
        let seen = [
            format!("{:?}", test.school.concern(&actor, case).await),
            format!("{:?}", test.school.my_report(&actor, case).await),
            format!("{:?}", test.school.my_reports(&actor).await),
            format!("{:?}", test.school.home(&actor).await),
            format!("{:?}", test.school.ledger(&actor, ListQuery::default()).await.map(|page| page.rows)),
        ];
        for word in ["zonked", &id.to_string(), &id.0.to_string()] {
            assert!(!seen.iter().any(|page| page.contains(word)), "{username} is shown '{word}'");
        }
    }
    // The check can fail: whoever receives it is shown the name.
    assert!(format!("{:?}", test.school.concern(&test.actor("dee").await, case).await).contains("zonked"));
    let mails = test.school.due_mail().await.unwrap();
    assert!(mails.is_empty(), "nobody is told of a file: {mails:?}");
    reported(&test, "ben", worry(&test, "tell", "Another thing")).await;
    let other = ids(&test, "dan").await[0];
    let error = test.school.file(&test.actor("dan").await, FileOf::Case(other), id).await.unwrap_err();
    assert!(matches!(error, ReadFileError::NotFound), "a file is of one report alone: {error}");
}

#[tokio::test]
async fn whom_a_report_turns_out_to_be_about_is_given_no_file_any_more_and_who_gets_it_then_is() {
    let test = school().await;
    let (case, id) = case_with_picture(&test).await;
    let dee = test.actor("dee").await;
    test.school.file(&dee, FileOf::Case(case), id).await.expect("she receives it");
    step(&test, "dan", case, CaseStep::is_about(test.id("dee").await)).await.unwrap();
    let error = test.school.file(&dee, FileOf::Case(case), id).await.unwrap_err();
    assert!(matches!(error, ReadFileError::NotFound), "{error}");
    let error = add(&test, "dee", file(case, "more.png", PICTURE)).await.unwrap_err();
    assert!(matches!(error, AddFileError::NotFound), "{error}");
    step(&test, "dan", case, CaseStep::PassOn { to: role("office"), note: String::new() }).await.unwrap();
    test.school
        .file(&test.actor("oli").await, FileOf::Case(case), id)
        .await
        .expect("whoever it is passed on to has it");
}

#[tokio::test]
async fn whoever_only_closes_a_report_is_given_its_files_and_adds_none() {
    let test = school().await;
    let breach = Report {
        needs: std::collections::BTreeMap::from([(words("where"), words("In the hall"))]),
        ..worry(&test, "breach", "A list is gone")
    };
    reported(&test, "tom", breach).await;
    let [case] = ids(&test, "ivy").await[..] else { panic!("one case") };
    add(&test, "ivy", file(case, "list.txt", b"name, class")).await.unwrap();
    let hal = test.actor("hal").await;
    let id = test.school.concern(&hal, case).await.unwrap().files[0].id;
    test.school.file(&hal, FileOf::Case(case), id).await.expect("the headteacher closes it, and reads it");
    let error = add(&test, "hal", file(case, "list.txt", b"name, class")).await.unwrap_err();
    assert!(matches!(error, AddFileError::NotFound), "{error}");
}

#[tokio::test]
async fn the_ledger_says_that_a_file_was_added_and_given_out_and_nothing_of_what_it_is() {
    let test = school().await;
    let (case, id) = case_with_picture(&test).await;
    let before = test.ledger().await;
    test.school.file(&test.actor("dan").await, FileOf::Case(case), id).await.unwrap();
    assert_eq!(test.ledger().await, before + 1, "each time it is given out");
    let kept = kept_of_case(&test, case).await;
    let of_files: Vec<&String> = kept.iter().filter(|details| details.contains(&id.0.to_string())).collect();
    assert_eq!(of_files.len(), 2, "{kept:?}");
    let shown = test.school.case_ledger(&test.actor("dan").await, case, ListQuery::default()).await.unwrap().rows;
    let verbs: Vec<&str> = shown.iter().take(2).map(|row| row.verb.as_str()).collect();
    assert_eq!(verbs, ["read-case-file", "add-case-file"]);
    let all = format!("{kept:?} {shown:?}");
    for word in ["zonked", "png", FileType::Png.title(), &sha256(PICTURE)] {
        assert!(!all.contains(word), "'{word}': {all}");
    }
}

#[tokio::test]
async fn a_file_whose_content_was_changed_in_the_records_is_not_given_out() {
    let test = school().await;
    let (case, id) = case_with_picture(&test).await;
    let pool = test.database().await;
    let altered =
        sqlx::query("UPDATE case_file_contents SET content = X'89504E47' WHERE file = ?").bind(id.to_string());
    assert_eq!(altered.execute(&pool).await.unwrap().rows_affected(), 1);
    pool.close().await;
    let before = test.ledger().await;
    let error = test.school.file(&test.actor("dan").await, FileOf::Case(case), id).await.unwrap_err();
    assert!(matches!(error, ReadFileError::Altered), "{error}");
    assert!(error.to_string().contains("Tell the IT staff"), "{error}");
    assert_eq!(test.ledger().await, before, "nobody was given it");
    assert_eq!(handed_out(&test, case).await, [(words("zonked screen.jpg.png"), ExportedContent::Altered)]);
}

async fn take_out(
    test: &TestSchool,
    username: &str,
    case: CaseId,
    id: FileId,
    why: &str,
) -> Result<(), TakeOutFileError> {
    let input = TakeOutFile { of: FileOf::Case(case), id, reason: words(why) };
    test.school.take_out_file(&test.actor(username).await, input).await
}

#[tokio::test]
async fn a_file_that_was_added_by_mistake_is_taken_out_and_the_history_says_so_without_its_name() {
    let test = school().await;
    let (case, id) = case_with_picture(&test).await;
    test.turn(SignedDuration::from_mins(1));
    let error = take_out(&test, "dan", case, id, " ").await.unwrap_err();
    assert!(matches!(error, TakeOutFileError::NoReason) && error.field() == Some("reason"), "{error}");
    take_out(&test, "dan", case, id, "It is of another child").await.expect("he receives the report");
    let before = test.ledger().await;
    take_out(&test, "dan", case, id, "It is of another child").await.expect("asked for twice");
    assert_eq!(test.ledger().await, before, "it is done once");
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    assert!(page.files.is_empty());
    let history: Vec<(&str, &str)> =
        page.history.iter().skip(1).map(|line| (line.who.as_str(), line.what.as_str())).collect();
    let added = ("Dee Inkermoss", "added a file, which was taken out later");
    let gone = ("Dan Oatcakeham", "took out a file that Dee Inkermoss had added: It is of another child");
    assert_eq!(history, [added, gone]);
    let error = test.school.file(&test.actor("dee").await, FileOf::Case(case), id).await.unwrap_err();
    assert!(matches!(error, ReadFileError::NotFound), "{error}");
    let export = ExportCases { of: ExportOf::Case(case), to: words("Oakmere School"), reason: words("She moves") };
    let exported = test.school.export_cases(&test.actor("dee").await, export).await.unwrap();
    assert!(exported.files.is_empty(), "it is handed out no more");
    assert!(!format!("{exported:?}").contains("took out"), "nor that there was one, and why it is gone");
    let kept = kept_of_case(&test, case).await;
    assert!(!kept.iter().any(|details| details.contains("zonked") || details.contains("another child")), "{kept:?}");
    assert!(kept.iter().any(|entry| entry.starts_with("take-out-case-file ")), "{kept:?}");
    let pool = test.database().await;
    for question in [
        "SELECT COUNT(*) FROM case_file_contents",
        "SELECT COUNT(*) FROM case_files WHERE name <> '' OR sha256 <> '' OR bytes <> 0",
    ] {
        let left: i64 = sqlx::query_scalar(question).fetch_one(&pool).await.unwrap();
        assert_eq!(left, 0, "{question}");
    }
    pool.close().await;
    add(&test, "dee", file(case, "mine.png", PICTURE)).await.expect("the right one is added");
    let right = test.school.concern(&test.actor("dee").await, case).await.unwrap().files[0].id;
    step(&test, "dee", case, CaseStep::Close { reason: words("Settled") }).await.unwrap();
    let error = take_out(&test, "dee", case, right, "Too late").await.unwrap_err();
    assert!(matches!(error, TakeOutFileError::IsClosed), "{error}");
}

#[tokio::test]
async fn nobody_but_those_who_receive_a_report_takes_a_file_out() {
    let test = school().await;
    let (case, id) = case_with_picture(&test).await;
    let nowhere = CaseId(test.id("ada").await.0);
    for username in ["hal", "ivy", "oli", "tom", "gil", "ada", "ben", "pat"] {
        let refused = take_out(&test, username, case, id, "Away").await.unwrap_err();
        let unknown = take_out(&test, username, nowhere, id, "Away").await.unwrap_err();
        assert_eq!(refused.to_string(), unknown.to_string(), "{username}");
    }
    let page = test.school.concern(&test.actor("dee").await, case).await.unwrap();
    assert_eq!(page.files.len(), 1);
}

/// The files in what Dee hands out.
async fn handed_out(test: &TestSchool, case: CaseId) -> Vec<(String, ExportedContent)> {
    let export = ExportCases { of: ExportOf::Case(case), to: words("Oakmere School"), reason: words("She moves") };
    let exported = test.school.export_cases(&test.actor("dee").await, export).await.expect("Dee has it");
    exported.files.into_iter().map(|file| (file.name, file.content)).collect()
}

#[tokio::test]
async fn so_many_files_are_handed_out_as_the_school_sets_and_the_rest_is_named() {
    let test = school_with(EvidenceLimits { export_bytes: 40, ..EvidenceLimits::default() }).await;
    reported(&test, "ada", worry(&test, "tell", "Something")).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    for (name, size) in [("one.txt", 30), ("two.txt", 20), ("three.txt", 10)] {
        add(&test, "dee", file(case, name, &vec![b'a'; size])).await.unwrap();
        test.turn(SignedDuration::from_mins(1));
    }
    let inside = |size| ExportedContent::Inside(vec![b'a'; size]);
    let wanted = [("one.txt", inside(30)), ("two.txt", ExportedContent::TooLarge), ("three.txt", inside(10))];
    assert_eq!(handed_out(&test, case).await, wanted.map(|(name, content)| (words(name), content)));
}

/// The school of the other tests, with other limits for files.
async fn school_with(evidence: EvidenceLimits) -> TestSchool {
    let begin = async |opening: Opening| {
        let settings = PeopleSettings { evidence, ..opening.settings };
        Desk::begin(Opening { settings, ..opening }).await
    };
    let clock = TurnableClock::at("2026-05-12T10:00:00+01:00");
    let folder = tempfile::tempdir().expect("a folder");
    let test = TestSchool::at(folder, clock, 1, begin).await.expect("the school begins");
    test.import(PEOPLE).await;
    test.install("safety.md", crate::reporting::SAFETY).await;
    test
}
