//! Pictures of a request to publish something: whoever asked adds them, those who know of everybody in them see them, and
//! nobody else learns that there are any.

use std::collections::BTreeMap;

use actions::*;
use domain::{FileId, FileOf, PolicyId, Recipient, RequestId, Said, StandingSaid};

use crate::standing_consents::{ALBUM, approve_seen, ask, asked_for_pictures, says, with_other_parent};
use crate::test_school::TestSchool;

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

async fn add(test: &TestSchool, username: &str, request: RequestId, content: &[u8]) -> Result<(), AddFileError> {
    let (of, name) = (FileOf::Request(request), "zonked choir.jpg".to_owned());
    let input = AddFile { of, name, content: content.to_vec() };
    test.school.add_file(&test.actor(username).await, input).await
}

async fn page(test: &TestSchool, username: &str, request: RequestId) -> RequestPage {
    test.school.request(&test.actor(username).await, request).await.unwrap()
}

/// Tom asks to show a picture of Ada in the album, and has added it.
async fn asked_with_picture() -> (TestSchool, RequestId, FileId) {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    assert_eq!(page(&test, "tom", request).await.pictures, Some(Vec::new()));
    add(&test, "tom", request, PICTURE).await.expect("it is a picture");
    let id = page(&test, "tom", request).await.pictures.unwrap()[0].id;
    (test, request, id)
}

#[tokio::test]
async fn whoever_asked_and_whoever_decides_see_a_picture_as_it_was_added() {
    let (test, request, id) = asked_with_picture().await;
    for username in ["tom", "hal"] {
        let shown = page(&test, username, request).await.pictures.expect("they are shown");
        let said: Vec<(&str, &str)> = shown.iter().map(|line| (line.name.as_str(), line.is.as_str())).collect();
        assert_eq!(said, [("zonked choir.jpg.png", "Picture (PNG), 16 bytes")]);
        let given = test.school.file(&test.actor(username).await, FileOf::Request(request), id).await.unwrap();
        assert_eq!((given.content, given.media_type), (PICTURE.to_vec(), "image/png"));
    }
    let written: String = sqlx::query_scalar("SELECT group_concat(verb || subject || details) FROM ledger")
        .fetch_one(&test.database().await)
        .await
        .unwrap();
    assert!(written.contains("add-request-file") && written.matches("read-request-file").count() == 2, "{written}");
    assert!(!written.contains("zonked"), "what it is called, the ledger does not say");
}

#[tokio::test]
async fn nobody_else_learns_of_a_picture() {
    let (test, request, id) = asked_with_picture().await;
    let nowhere = FileOf::Request(RequestId(test.id("ada").await.0));
    for username in ["pat", "mo", "mia", "ada", "ben", "dee", "ivy", "oli", "sam"] {
        let actor = test.actor(username).await;
        let read = test.school.file(&actor, FileOf::Request(request), id).await.unwrap_err();
        let unknown = test.school.file(&actor, nowhere, id).await.unwrap_err();
        assert_eq!((read.kind(), read.to_string()), (ErrorKind::NotFound, unknown.to_string()), "{username}");
        let added = add(&test, username, request, PICTURE).await.unwrap_err();
        assert!(matches!(added, AddFileError::NotFound), "{username}: {added}");
        let seen = [
            format!("{:?}", test.school.request(&actor, request).await),
            format!("{:?}", test.school.home(&actor).await),
            format!("{:?}", test.school.my_consents(&actor).await),
        ];
        assert!(!seen.iter().any(|page| page.contains("zonked")), "{username} is shown its name");
    }
    let decider = add(&test, "hal", request, PICTURE).await.unwrap_err();
    assert!(matches!(decider, AddFileError::NotFound), "whoever decides does not add what they decide: {decider}");
    let other = asked_for_pictures(&test, "orphan").await;
    let elsewhere = test.school.file(&test.actor("tom").await, FileOf::Request(other), id).await.unwrap_err();
    assert!(matches!(elsewhere, ReadFileError::NotFound), "a picture is of one request alone");
}

#[tokio::test]
async fn a_request_takes_pictures_alone_and_none_once_it_is_decided() {
    let (test, request, id) = asked_with_picture().await;
    for content in [&b"A letter to the parents"[..], b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b""] {
        let refused = add(&test, "tom", request, content).await.unwrap_err();
        assert_eq!((refused.kind(), refused.field()), (ErrorKind::Invalid, Some("file")));
        assert!(!refused.to_string().contains("document"), "{refused}");
    }
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    approve_seen(&test, request, &[id]).await.unwrap();
    assert!(!page(&test, "tom", request).await.may_add_picture);
    let late = add(&test, "tom", request, PICTURE).await.unwrap_err();
    assert!(matches!(late, AddFileError::Decided), "what was approved is what was looked at: {late}");
    test.school.file(&test.actor("tom").await, FileOf::Request(request), id).await.expect("it is still there");
}

#[tokio::test]
async fn a_request_for_anything_else_takes_none() {
    let test = TestSchool::open().await;
    let request = test.school.ask(&test.actor("tom").await, test.ask_reddit()).await.unwrap().id;
    let page = page(&test, "tom", request).await;
    assert_eq!((page.pictures, page.may_add_picture), (None, false));
    assert!(matches!(add(&test, "tom", request, PICTURE).await, Err(AddFileError::NotFound)));
}

#[tokio::test]
async fn a_picture_that_was_added_after_the_page_was_opened_is_not_approved_unseen() {
    let (test, request, first) = asked_with_picture().await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    add(&test, "tom", request, PICTURE).await.unwrap();
    let unseen = approve_seen(&test, request, &[first]).await.unwrap_err();
    assert!(matches!(unseen, DecideError::PictureUnseen), "{unseen}");
    assert_eq!(page(&test, "hal", request).await.line.state_words, "Waiting for the headteacher");
    let shown: Vec<FileId> = page(&test, "hal", request).await.pictures.unwrap().iter().map(|file| file.id).collect();
    approve_seen(&test, request, &shown).await.expect("both were looked at");
}

#[tokio::test]
async fn a_request_takes_no_picture_once_somebody_has_consented_to_those_that_it_has() {
    let test = with_other_parent().await;
    test.install("album.md", &ALBUM.replace("asked    = \"once\"\n", "")).await;
    let request = ask(&test, "ada").await;
    let answer = async |said| {
        let (consent, about) = ("album".to_owned(), test.id("ada").await);
        let answer = AnswerConsent { request, consent, about, said };
        test.school.answer_consent(&test.actor("pat").await, answer).await.expect("it is hers to say")
    };
    answer(Said::Yes).await;
    test.turn(jiff::SignedDuration::from_secs(1));
    add(&test, "tom", request, PICTURE).await.expect("she said yes to what would be added");
    answer(Said::No).await;
    add(&test, "tom", request, PICTURE).await.expect("nobody has said yes");
    answer(Said::Yes).await;
    let late = add(&test, "tom", request, PICTURE).await.unwrap_err();
    assert!(matches!(late, AddFileError::Agreed), "{late}");
    assert!(!page(&test, "tom", request).await.may_add_picture);
}

#[tokio::test]
async fn no_other_picture_takes_the_place_of_one_that_somebody_consented_to() {
    let test = with_other_parent().await;
    test.install("album.md", &ALBUM.replace("asked    = \"once\"\n", "")).await;
    let request = ask(&test, "ada").await;
    add(&test, "tom", request, PICTURE).await.expect("it is a picture");
    let id = page(&test, "tom", request).await.pictures.unwrap()[0].id;
    test.turn(jiff::SignedDuration::from_secs(1));
    let (consent, about) = ("album".to_owned(), test.id("ada").await);
    let yes = AnswerConsent { request, consent, about, said: Said::Yes };
    test.school.answer_consent(&test.actor("pat").await, yes).await.expect("it is hers to say");
    let input = TakeOutFile { of: FileOf::Request(request), id, reason: "The wrong choir".to_owned() };
    test.school.take_out_file(&test.actor("tom").await, input).await.expect("nobody has approved it");
    let another = add(&test, "tom", request, PICTURE).await.unwrap_err();
    assert!(matches!(another, AddFileError::Agreed), "{another}");
    assert!(!page(&test, "tom", request).await.may_add_picture);
}

#[tokio::test]
async fn where_the_clause_asks_for_a_picture_nobody_says_yes_before_there_is_one() {
    let test = with_other_parent().await;
    test.install("album.md", &ALBUM.replace("consents = [\"album\"]", "consents = [\"album\"]\npictures = true")).await;
    let request = ask(&test, "ada").await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    assert!(page(&test, "hal", request).await.lacks_picture);
    let without = approve_seen(&test, request, &[]).await.unwrap_err();
    assert!(matches!(without, DecideError::PictureMissing), "{without}");
    add(&test, "tom", request, PICTURE).await.unwrap();
    let id = page(&test, "hal", request).await.pictures.unwrap()[0].id;
    approve_seen(&test, request, &[id]).await.expect("it is there");
}

#[tokio::test]
async fn whoever_asked_takes_a_picture_out_while_nobody_has_agreed_and_the_history_says_so() {
    let (test, request, id) = asked_with_picture().await;
    let take_out = async |username: &str| {
        let input = TakeOutFile { of: FileOf::Request(request), id, reason: "The wrong choir".to_owned() };
        test.school.take_out_file(&test.actor(username).await, input).await
    };
    for username in ["hal", "pat", "ada", "dee"] {
        assert!(matches!(take_out(username).await, Err(TakeOutFileError::NotFound)), "{username}");
    }
    take_out("tom").await.expect("he asked");
    let shown = page(&test, "hal", request).await;
    assert_eq!(shown.pictures, Some(Vec::new()));
    let said: Vec<&str> = shown.history.iter().map(|line| line.what.as_str()).collect();
    let gone = "took out a picture that they had added: The wrong choir";
    assert!(said.contains(&gone) && said.contains(&"added a picture, which was taken out later"), "{said:?}");
    add(&test, "tom", request, PICTURE).await.expect("another one");
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    let id = page(&test, "tom", request).await.pictures.unwrap()[0].id;
    approve_seen(&test, request, &[id]).await.unwrap();
    let input = TakeOutFile { of: FileOf::Request(request), id, reason: "Too late".to_owned() };
    let late = test.school.take_out_file(&test.actor("tom").await, input).await.unwrap_err();
    assert!(matches!(late, TakeOutFileError::Decided), "{late}");
}

/// Two must agree before a picture is shown.
const POSTERS: &str = r#"+++
id          = "posters"
title       = "Posters"
audiences   = ["staff", "pupil", "parent"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Posters

## On the wall {#wall}
The headteacher and the safeguarding lead both look at it.

```rule
[permission]
id          = "poster"
title       = "Show a picture on the wall"
asks        = ["staff"]
decides-all = [["headteacher"], ["dsl"]]
opens       = "publication"
longest     = "until revoked"
```
"#;

#[tokio::test]
async fn a_picture_of_the_wrong_child_is_taken_out_once_the_request_is_taken_back_whoever_had_agreed() {
    let test = TestSchool::open().await;
    test.install("posters.md", POSTERS).await;
    let ask = Ask {
        policy: PolicyId("posters".to_owned()),
        permission: "poster".to_owned(),
        recipient: Recipient::Person(test.id("tom").await),
        wants: Wants::Words("the choir".to_owned()),
        reason: "For the hall".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from: None,
        id: None,
    };
    let request = test.school.ask(&test.actor("tom").await, ask).await.expect("it may be asked for").id;
    add(&test, "tom", request, PICTURE).await.expect("it is a picture");
    let id = page(&test, "tom", request).await.pictures.unwrap()[0].id;
    let answer = RequestAnswer::Approve { until: None, seen: vec![id] };
    test.school.decide(&test.actor("hal").await, Decide { request, answer }).await.expect("he is one of two");
    let take_out = async |username: &str| {
        let input = TakeOutFile { of: FileOf::Request(request), id, reason: "The wrong child".to_owned() };
        test.school.take_out_file(&test.actor(username).await, input).await
    };
    let agreed = take_out("tom").await.unwrap_err();
    assert!(matches!(agreed, TakeOutFileError::Agreed) && agreed.to_string().contains("back first"), "{agreed}");
    assert!(!page(&test, "tom", request).await.may_take_out_picture);
    test.school.withdraw_request(&test.actor("tom").await, request).await.expect("it is his");
    let shown = page(&test, "tom", request).await;
    assert_eq!((shown.may_add_picture, shown.may_take_out_picture), (false, true));
    for username in ["hal", "dee", "ada"] {
        assert!(matches!(take_out(username).await, Err(TakeOutFileError::NotFound)), "{username}");
    }
    take_out("tom").await.expect("he has taken it back");
    let shown = page(&test, "tom", request).await;
    assert_eq!(shown.pictures, Some(Vec::new()));
    assert!(shown.history.iter().any(|line| line.what.contains("The wrong child")));
}
